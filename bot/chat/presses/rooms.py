"""Presses about the whole room."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import exports, rooms
from bot.chat.presses.reading import Handler, number

HANDLERS: Final[dict[str, Handler]] = {
    "lock": lambda turn, custom_id: rooms.lock(turn, draft=number(custom_id, 0)),
    "export": lambda turn, _: exports.export(turn),
}

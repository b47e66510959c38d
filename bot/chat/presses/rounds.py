"""Presses about rounds and notes."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import rounds
from bot.chat.custom_ids import CustomId
from bot.chat.presses.reading import Handler, fields, number
from bot.chat.turn import Turn


async def _noted(turn: Turn, custom_id: CustomId) -> None:
    turn.typed = fields(turn).get("text", "")
    await rounds.note(turn, draft=number(custom_id, 0), text=turn.typed)


HANDLERS: Final[dict[str, Handler]] = {
    "write": lambda turn, _: rounds.ask(turn),
    "again": lambda turn, custom_id: rounds.again(turn, round_number=number(custom_id, 0)),
    "cancel": lambda turn, custom_id: rounds.cancel(turn, round_number=number(custom_id, 0)),
    "read": lambda turn, custom_id: rounds.read(turn, round_number=number(custom_id, 0)),
    "note": lambda turn, custom_id: rounds.ask_for_note(turn, draft=number(custom_id, 0)),
    "noted": _noted,
}

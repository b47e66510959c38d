"""Presses about notes as tickets."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import tickets
from bot.chat.presses.reading import Handler, Unreadable, carried, number
from bot.chat.turn import Turn


def _chosen(turn: Turn) -> tuple[int, ...]:
    values = carried(turn).get("values", [])
    if not values or not all(str(each).isdecimal() for each in values):
        raise Unreadable
    return tuple(int(each) for each in values)


HANDLERS: Final[dict[str, Handler]] = {
    "notes_more": lambda turn, custom_id: tickets.show(turn, page=number(custom_id, 0)),
    "notes_newer": lambda turn, custom_id: tickets.show(turn, page=number(custom_id, 0)),
    "notes_answered": lambda turn, _: tickets.answer(turn, notes=_chosen(turn)),
}

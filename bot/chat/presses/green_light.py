"""Presses about green lights."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import green_light
from bot.chat.custom_ids import CustomId
from bot.chat.presses.reading import Handler, fields, number
from bot.chat.turn import Turn


async def _missing(turn: Turn, custom_id: CustomId) -> None:
    turn.typed = fields(turn).get("text", "")
    await green_light.not_yet(turn, light=number(custom_id, 0), text=turn.typed)


HANDLERS: Final[dict[str, Handler]] = {
    "light_go": lambda turn, custom_id: green_light.go(turn, light=number(custom_id, 0)),
    "light_not_yet": lambda turn, custom_id: green_light.ask_what_is_missing(
        turn, light=number(custom_id, 0)
    ),
    "light_missing": _missing,
}

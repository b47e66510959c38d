"""Presses about drafts."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import drafts
from bot.chat.custom_ids import CustomId
from bot.chat.presses.reading import Handler, chosen, number
from bot.chat.turn import Turn


async def _adopt(turn: Turn, custom_id: CustomId) -> None:
    await drafts.adopt(
        turn,
        round_number=number(custom_id, 0),
        take=number(custom_id, 1),
        seen=custom_id.revision,
    )


HANDLERS: Final[dict[str, Handler]] = {
    "adopt": _adopt,
    "drafts": lambda turn, _: drafts.show(turn),
    "drafts_page": lambda turn, custom_id: drafts.show(turn, page=number(custom_id, 0)),
    "went_back": lambda turn, _: drafts.go_back(turn, draft=chosen(turn)),
}

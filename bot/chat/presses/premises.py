"""Presses about premises."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import cards, premises
from bot.chat.custom_ids import CustomId
from bot.chat.presses.reading import Handler, Unreadable, chosen, fields, number, page
from bot.chat.turn import Turn
from bot.story.brief import Kind


def _kind(turn: Turn) -> Kind:
    try:
        return Kind(fields(turn).get("kind", ""))
    except ValueError:
        raise Unreadable from None


async def _added(turn: Turn, _: CustomId) -> None:
    turn.typed = fields(turn).get("text", "")
    await premises.add(turn, kind=_kind(turn), text=turn.typed)


async def _picked_up(turn: Turn, custom_id: CustomId) -> None:
    turn.typed = fields(turn).get("text", "")
    author = premises.author_of(custom_id, turn.typed)
    await premises.add(turn, kind=_kind(turn), text=turn.typed, author=author)


async def _edited(turn: Turn, custom_id: CustomId) -> None:
    typed = fields(turn)
    turn.typed = typed.get("text", "")
    _kind(turn)
    seen = number(custom_id, 1) if len(custom_id.arguments) > 1 else None  # a modal from before cards
    await cards.edit(turn, number=number(custom_id, 0), seen=seen, typed=typed)


HANDLERS: Final[dict[str, Handler]] = {
    "add_premise": lambda turn, _: premises.ask_for_one(turn),
    "my_premises": lambda turn, custom_id: premises.show_mine(turn, page=page(custom_id)),
    "chosen": lambda turn, _: cards.show(turn, number=chosen(turn)),
    "edit": lambda turn, custom_id: premises.ask_for_change(turn, premise=number(custom_id, 0)),
    "withdraw": lambda turn, custom_id: cards.delete(turn, number=number(custom_id, 0)),
    "added": _added,
    "picked_up": _picked_up,
    "edited": _edited,
}

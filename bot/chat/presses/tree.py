"""Presses about the tree of drafts, comparing, taking back and credit."""

from __future__ import annotations

from typing import Final

from bot.chat.actions import comparing, crediting, tree, undoing
from bot.chat.custom_ids import CustomId
from bot.chat.presses.reading import Handler, Unreadable, chosen, number
from bot.chat.turn import Turn


async def _compare(turn: Turn, custom_id: CustomId) -> None:
    await comparing.show(turn, a=str(number(custom_id, 0)), b=str(number(custom_id, 1)))


async def _turn_page(turn: Turn, custom_id: CustomId) -> None:
    if len(custom_id.arguments) != 3:  # noqa: PLR2004 - the page and two texts
        raise Unreadable
    _, a, b = custom_id.arguments
    await comparing.show(turn, a=a, b=b, page=number(custom_id, 0))


async def _sentences(turn: Turn, custom_id: CustomId) -> None:
    await crediting.show_sentences(turn, page=number(custom_id, 0), draft=number(custom_id, 1))


HANDLERS: Final[dict[str, Handler]] = {
    "tree_page": lambda turn, custom_id: tree.choose(turn, page=number(custom_id, 0)),
    "tree_one": lambda turn, _: tree.show_one(turn, draft=chosen(turn)),
    "tree_branch": lambda turn, custom_id: tree.branch(turn, draft=number(custom_id, 0)),
    "tree_svg": lambda turn, _: tree.show_svg(turn),
    "tree_read": lambda turn, custom_id: tree.read(turn, draft=number(custom_id, 0)),
    "tree_compare": _compare,
    "compare_page": _turn_page,
    "undo_redo": lambda turn, custom_id: undoing.undo(turn, act=number(custom_id, 0)),
    "credits_shares": lambda turn, custom_id: crediting.show(turn, draft=number(custom_id, 0)),
    "credits_sentences": _sentences,
    "credits_disclosure": lambda turn, custom_id: crediting.show_disclosure(turn, draft=number(custom_id, 0)),
}

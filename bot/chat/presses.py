"""Every component and modal, routed by its custom id. Nothing is remembered: a restart changes nothing.

discord.py could route them too, but its stores are kept in the process and its callbacks' errors are only
logged; here all of them pass through one boundary.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from discord import Interaction, InteractionType

from bot.chat.actions import drafts, exports, premises, rooms, rounds
from bot.chat.boundary import answer
from bot.chat.custom_ids import CustomId, parse
from bot.chat.desk import Desk
from bot.chat.render.modals import typed
from bot.chat.turn import Told, Turn
from bot.story.brief import Kind

Handler: TypeAlias = Callable[[Turn, CustomId], Awaitable[None]]


async def on_interaction(interaction: Interaction, desk: Desk) -> None:
    """Answer a press, a choice or a submitted modal; commands are the command tree's."""
    if interaction.type in (InteractionType.component, InteractionType.modal_submit):
        await answer(interaction, desk, _route)


async def _route(turn: Turn) -> None:
    custom_id = parse(_carried(turn).get("custom_id", ""))
    handler = _HANDLERS.get(custom_id.action) if custom_id else None
    if custom_id is None or handler is None:
        turn.typed = "\n".join(typed(_carried(turn)).values())
        raise Told("error.old_button")
    try:
        await handler(turn, custom_id)
    except _Unreadable:
        raise Told("error.old_button") from None


class _Unreadable(Exception):
    """A custom id of ours lacks what its action needs."""


def _number(custom_id: CustomId, index: int) -> int:
    try:
        return custom_id.number(index)
    except ValueError:
        raise _Unreadable from None


def _carried(turn: Turn) -> dict[str, Any]:
    carried: Any = turn.interaction.data or {}
    found: dict[str, Any] = carried
    return found


def _fields(turn: Turn) -> dict[str, str]:
    return typed(_carried(turn))


def _value(turn: Turn) -> int:
    values = _carried(turn).get("values", [])
    if not values or not str(values[0]).isdecimal():
        raise _Unreadable
    return int(values[0])


def _kind(turn: Turn) -> Kind:
    try:
        return Kind(_fields(turn).get("kind", ""))
    except ValueError:
        raise _Unreadable from None


async def _added(turn: Turn, _: CustomId) -> None:
    turn.typed = _fields(turn).get("text", "")
    await premises.add(turn, kind=_kind(turn), text=turn.typed)


async def _picked_up(turn: Turn, custom_id: CustomId) -> None:
    turn.typed = _fields(turn).get("text", "")
    author = premises.author_of(custom_id, turn.typed)
    await premises.add(turn, kind=_kind(turn), text=turn.typed, author=author)


async def _edited(turn: Turn, custom_id: CustomId) -> None:
    turn.typed = _fields(turn).get("text", "")
    await premises.edit(turn, premise=_number(custom_id, 0), text=turn.typed, kind=_kind(turn))


async def _noted(turn: Turn, custom_id: CustomId) -> None:
    turn.typed = _fields(turn).get("text", "")
    await rounds.note(turn, draft=_number(custom_id, 0), text=turn.typed)


async def _adopt(turn: Turn, custom_id: CustomId) -> None:
    await drafts.adopt(
        turn,
        round_number=_number(custom_id, 0),
        take=_number(custom_id, 1),
        seen=custom_id.revision,
    )


_HANDLERS: dict[str, Handler] = {
    "add_premise": lambda turn, _: premises.ask_for_one(turn),
    "my_premises": lambda turn, _: premises.show_mine(turn),
    "chosen": lambda turn, _: premises.show_one(turn, premise=_value(turn)),
    "edit": lambda turn, custom_id: premises.ask_for_change(turn, premise=_number(custom_id, 0)),
    "withdraw": lambda turn, custom_id: premises.withdraw(turn, premise=_number(custom_id, 0)),
    "added": _added,
    "picked_up": _picked_up,
    "edited": _edited,
    "write": lambda turn, _: rounds.ask(turn),
    "again": lambda turn, custom_id: rounds.again(turn, round_number=_number(custom_id, 0)),
    "read": lambda turn, custom_id: rounds.read(turn, round_number=_number(custom_id, 0)),
    "note": lambda turn, custom_id: rounds.ask_for_note(turn, draft=_number(custom_id, 0)),
    "noted": _noted,
    "adopt": _adopt,
    "drafts": lambda turn, _: drafts.show(turn),
    "went_back": lambda turn, _: drafts.go_back(turn, draft=_value(turn)),
    "lock": lambda turn, custom_id: rooms.lock(turn, draft=_number(custom_id, 0)),
    "export": lambda turn, _: exports.export(turn),
}

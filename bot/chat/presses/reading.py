"""Reading what a press, a choice or a modal carries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from bot.chat.custom_ids import CustomId
from bot.chat.render.modals import typed
from bot.chat.turn import Turn

Handler: TypeAlias = Callable[[Turn, CustomId], Awaitable[None]]


class Unreadable(Exception):
    """A component of ours lacks what its action needs: another version has drawn it."""


def carried(turn: Turn) -> dict[str, Any]:
    """What Discord says of the component or modal."""
    found: dict[str, Any] = dict(turn.interaction.data or {})
    return found


def fields(turn: Turn) -> dict[str, str]:
    """A modal's fields by their custom ids."""
    return typed(carried(turn))


def number(custom_id: CustomId, index: int) -> int:
    """An argument of the custom id.

    Raises:
        Unreadable: there is no such number.

    """
    try:
        return custom_id.number(index)
    except ValueError:
        raise Unreadable from None


def page(custom_id: CustomId) -> int:
    """The page that a button leads to: the custom id's first argument, the first page where it has none."""
    return number(custom_id, 0) if custom_id.arguments else 0


def chosen(turn: Turn) -> int:
    """The number that was chosen in a select.

    Raises:
        Unreadable: none was.

    """
    values = carried(turn).get("values", [])
    if not values or not str(values[0]).isdecimal():
        raise Unreadable
    return int(values[0])

"""What the families of changes share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from bot.story.ballots.ballot import Ballot
from bot.story.events import Happening
from bot.story.green_light import GreenLight
from bot.story.model import Person
from bot.story.room import Draft, Note, Room
from bot.story.rounds import Round

Change: TypeAlias = Callable[[Room, Any], dict[str, Any]]
"""The fields of the room that an event changes, with their new values."""

_Item = TypeVar("_Item")
_Numbered = TypeVar("_Numbered", Ballot, Draft, GreenLight, Note, Round)


class BrokenLog(Exception):
    """A log that no room could have written, such as one that does not begin with RoomOpened."""


def who(event: Happening) -> Person:
    """The person behind an event that cannot be without one.

    Raises:
        BrokenLog: there is none.

    """
    if event.by is None:
        raise BrokenLog(f"{type(event).__name__} needs somebody")
    return event.by


def known(found: _Item | None, what: str, number: int) -> _Item:
    """What an event is about.

    Raises:
        BrokenLog: there is no such thing.

    """
    if found is None:
        raise BrokenLog(f"an event about {what} {number}, which there is not")
    return found


def with_one(items: tuple[_Numbered, ...], number: int, **changes: object) -> tuple[_Numbered, ...]:
    """The items with the one of this number changed."""
    return tuple(one.model_copy(update=changes) if one.number == number else one for one in items)

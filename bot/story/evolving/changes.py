"""What the families of changes share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from bot.story.events import Happening
from bot.story.model import Person
from bot.story.room import Room

Change: TypeAlias = Callable[[Room, Any], dict[str, Any]]
"""The fields of the room that an event changes, with their new values."""


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

"""What the rules need to speak: words from a catalogue handed to them, names and times on one line."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

from bot.story.model import MemberId
from bot.story.room import Room
from bot.story.text import clean_line


class Say(Protocol):
    """The words of a key in one language, with its {fields} filled in as they are given."""

    def __call__(self, key: str, /, **values: object) -> str:
        """Say it."""
        ...


def named(room: Room, member: MemberId) -> str:
    """A member's name on one line; the id of who has none that can be seen."""
    return clean_line(room.name_of(member)) or clean_line(member) or "?"


def listed(say: Say, items: Iterable[object]) -> str:
    """Items with the language's comma between them."""
    return say("document.comma").join(str(item) for item in items)


def moment(at: int) -> str:
    """A time in ms since the epoch, to the minute, in UTC."""
    return f"{datetime.fromtimestamp(at / 1000, tz=UTC):%Y-%m-%d %H:%M} UTC"


def day(at: int) -> str:
    """The day of a time in ms since the epoch, in UTC."""
    return moment(at)[:10]

"""How a document gets its labels: from the catalogue, which it is handed; it knows keys and no language."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Protocol

from bot.story.credit import TakeRef
from bot.story.document.escape import line
from bot.story.licence import licence_of
from bot.story.model import MemberId
from bot.story.room import Room
from bot.story.rounds import LETTERS


class Say(Protocol):
    """The words of a key (`document.…`) in one language, with its {fields} filled in as they are given."""

    def __call__(self, key: str, /, **values: object) -> str:
        """Say it."""
        ...


def named(room: Room, member: MemberId) -> str:
    """A member's name, escaped; the id of who has none that can be seen."""
    return line(room.name_of(member)) or line(member)


def listed(say: Say, items: Iterable[object]) -> str:
    """Items with the language's comma between them."""
    return say("document.comma").join(str(item) for item in items)


def takes_listed(say: Say, takes: Iterable[TakeRef]) -> str:
    """Takes by round and letter."""
    return listed(say, (say("document.take.of", round=one.round, letter=LETTERS[one.take]) for one in takes))


def moment(at: int) -> str:
    """A time in ms since the epoch, to the minute, in UTC."""
    return f"{datetime.fromtimestamp(at / 1000, tz=UTC):%Y-%m-%d %H:%M} UTC"


def disclosure(room: Room, say: Say) -> str:
    """Which models wrote the text, and what the people did. In plain characters, not escaped for anything."""
    models = _models(room)
    if not models:
        return say("document.disclosure.nothing")
    return say("document.disclosure", models=listed(say, models))


def licences(room: Room, say: Say) -> tuple[str, ...]:
    """What binds the text, a sentence for each model that wrote a take. In plain characters, as above."""
    return tuple(say(f"document.licence.{licence_of(model)}", model=model) for model in _models(room))


def _models(room: Room) -> tuple[str, ...]:
    """Whose takes are in the room, the first one first."""
    return tuple(dict.fromkeys(take.receipt.model for one in room.rounds for take in one.takes))

"""The room: the unit of state and of locking."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from pydantic import Field

from bot.story.brief import Brief, Premise
from bot.story.model import MemberId, Model, RoomId
from bot.story.rounds import DialPreset, Round, RoundStatus, Take

NOTE_LIMIT = 1000  # characters

_Item = TypeVar("_Item")


class Preset(StrEnum):
    """Whom the room is for."""

    WRITERS = "writers"
    CLASS = "class"
    GAME = "game"


# What a round of such a room asks for unless told otherwise: takes and dials.
PRESETS: dict[Preset, tuple[int, DialPreset]] = {
    Preset.WRITERS: (3, DialPreset.BOLD),
    Preset.CLASS: (2, DialPreset.STEADY),
    Preset.GAME: (4, DialPreset.WILD),
}


class RoomStatus(StrEnum):
    """Whether the room still takes work."""

    OPEN = "open"
    LOCKED = "locked"
    CLOSED = "closed"


class Note(Model):
    """A direction for the next refinement."""

    number: int
    text: str = Field(min_length=1, max_length=NOTE_LIMIT)
    author: MemberId
    draft: int


class Draft(Model):
    """A take that the room adopted. Its text is the take's; drafts form a tree by `parent`."""

    number: int
    parent: int | None = None
    round: int
    take: int
    adopted_by: MemberId
    revision: int  # the room's revision when it was adopted


class Room(Model):
    """A story room as of its `revision`, which is the count of its events."""

    id: RoomId
    guild: str
    revision: int
    opened_by: MemberId
    opened_at: int  # ms since the epoch
    changed_at: int
    preset: Preset
    brief: Brief
    status: RoomStatus = RoomStatus.OPEN
    board: str | None = None  # the message that shows the brief
    premises: tuple[Premise, ...] = ()
    rounds: tuple[Round, ...] = ()
    notes: tuple[Note, ...] = ()
    drafts: tuple[Draft, ...] = ()
    current: int | None = None
    canon: int | None = None
    people: dict[MemberId, str] = Field(default_factory=dict)

    @property
    def premises_in_force(self) -> tuple[Premise, ...]:
        """The premises that have not been withdrawn, in the order they came."""
        return tuple(premise for premise in self.premises if not premise.withdrawn)

    @property
    def open_rounds(self) -> tuple[Round, ...]:
        """The rounds still to be written."""
        return tuple(one for one in self.rounds if one.status is RoundStatus.OPEN)

    def premise(self, number: int) -> Premise | None:
        """The premise of that number, withdrawn or not."""
        return _numbered(self.premises, number - 1)

    def round(self, number: int) -> Round | None:
        """The round of that number."""
        return _numbered(self.rounds, number - 1)

    def draft(self, number: int | None) -> Draft | None:
        """The draft of that number."""
        return None if number is None else _numbered(self.drafts, number - 1)

    def note(self, number: int | None) -> Note | None:
        """The note of that number."""
        return None if number is None else _numbered(self.notes, number - 1)

    def take_of(self, draft: Draft) -> Take:
        """The take a draft was adopted from."""
        take = self.rounds[draft.round - 1].take(draft.take)
        if take is None:  # no event sequence leads here: adoption requires the take
            raise LookupError(f"draft {draft.number} has no take")
        return take

    def name_of(self, member: MemberId) -> str:
        """The name the room knows a member by."""
        return self.people.get(member, member)


def _numbered(items: tuple[_Item, ...], index: int) -> _Item | None:
    return items[index] if 0 <= index < len(items) else None

"""The room: the unit of state and of locking."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from pydantic import Field

from bot.story.ballots.ballot import Ballot
from bot.story.ballots.lost import Lost
from bot.story.bible import Frame
from bot.story.brief import Brief, Premise
from bot.story.green_light import GreenLight
from bot.story.levels import Level
from bot.story.model import MemberId, Model, Person, RoomId
from bot.story.rounds import DialPreset, Round, RoundStatus, Take
from bot.story.tickets import NoteStatus, Settled
from bot.story.works import TextRef

NOTE_LIMIT = 4000  # characters: what a modal takes; the prompt keeps its first sentences
DRAFT_LIMIT = 16_000  # characters of a draft edited by hand

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
    assigned: MemberId | None = None  # who sees to it
    settled: Settled | None = None  # by hand
    reopened: int = 0  # the room's revision when it was opened again


class Draft(Model):
    """A take that the room adopted, or a draft that somebody changed by hand; they form a tree by `parent`.

    An adopted take has `round` and `take`, and its text is the take's; a hand edit has `text` instead, and
    `adopted_by` wrote it. Read both through `Room.text_of`.
    """

    number: int
    parent: int | None = None
    round: int | None = None
    take: int | None = None
    text: str | None = None
    adopted_by: MemberId
    revision: int  # the room's revision when it was adopted
    level: Level = Level.SYNOPSIS
    rests_on: int | None = None  # the draft of another level that it was written from
    locked: tuple[int, ...] = ()  # parts, counted from 1, that no rewriting touches
    lost_to: int | None = None  # the draft that was adopted when this one, the runner-up, was kept
    reason: Lost | None = None
    taken_back: bool = False  # its adoption was undone; it stays as a branch
    fine_at: int = 0  # the room's revision at which somebody found that it still holds

    @property
    def by_hand(self) -> bool:
        """Whether a person wrote it, not a model."""
        return self.text is not None


class Import(Model):
    """The room was made from an export, by whom and when (ms)."""

    by: Person
    at: int


class Room(Model):
    """A story room as of its `revision`, which is the count of its events."""

    id: RoomId
    guild: str
    revision: int
    opened_by: MemberId
    opened_at: int  # ms since the epoch
    imports: tuple[Import, ...] = ()  # the latest last; none for a room that was opened here
    changed_at: int
    preset: Preset
    brief: Brief
    status: RoomStatus = RoomStatus.OPEN
    board: str | None = None  # the message that shows the brief
    frame: Frame = Frame()  # who changed form, length, tone and rating, and whether they are locked
    premises: tuple[Premise, ...] = ()
    rounds: tuple[Round, ...] = ()
    notes: tuple[Note, ...] = ()
    drafts: tuple[Draft, ...] = ()
    current: int | None = None  # the draft that the room works on, of whatever level
    in_force: dict[Level, int] = Field(default_factory=dict)  # by level, the draft chosen last
    structure: str | None = None  # the structure form that the room chose
    canon: int | None = None
    ballots: tuple[Ballot, ...] = ()
    lights: tuple[GreenLight, ...] = ()
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

    def ballot(self, number: int) -> Ballot | None:
        """The ballot of that number."""
        return _numbered(self.ballots, number - 1)

    def light(self, number: int) -> GreenLight | None:
        """The green light of that number."""
        return _numbered(self.lights, number - 1)

    def answer_of(self, note: Note) -> int | None:
        """The draft that answered a note: as somebody said, or else the first adopted from a round on it."""
        if note.settled is not None:
            return note.settled.draft
        for draft in self.drafts:
            one = self.round(draft.round) if draft.round is not None else None
            answers = one is not None and note.number in one.answers and not draft.taken_back
            if answers and draft.revision > note.reopened:
                return draft.number
        return None

    def status_of(self, note: Note) -> NoteStatus:
        """Whether a note is open, answered or dropped."""
        if note.settled is not None:
            return note.settled.status
        return NoteStatus.OPEN if self.answer_of(note) is None else NoteStatus.ANSWERED

    @property
    def open_notes(self) -> tuple[Note, ...]:
        """The notes that are neither answered nor dropped."""
        return tuple(note for note in self.notes if self.status_of(note) is NoteStatus.OPEN)

    def draft_at(self, level: Level) -> Draft | None:
        """The draft in force at a level."""
        draft = self.draft(self.in_force.get(level))
        if draft is None and (current := self.draft(self.current)) and current.level is level:
            return current  # a room stored before there were levels
        return draft

    def take_of(self, draft: Draft) -> Take | None:
        """The take a draft was adopted from; None for a draft written by hand."""
        if draft.round is None or draft.take is None:
            return None
        return self.rounds[draft.round - 1].take(draft.take)

    def text_of(self, draft: Draft) -> str:
        """The text of a draft, adopted or written by hand."""
        if draft.text is not None:
            return draft.text
        take = self.take_of(draft)
        if take is None:  # no event sequence leads here: adoption requires the take
            raise LookupError(f"draft {draft.number} has no take")
        return take.text

    def text_at(self, ref: TextRef) -> str:
        """The text of a draft or of a take; nothing where there is none."""
        if (draft := self.draft(ref.draft)) is not None:
            return self.text_of(draft)
        one = self.round(ref.round or 0)
        take = one.take(-1 if ref.take is None else ref.take) if one else None
        return take.text if take else ""

    def name_of(self, member: MemberId) -> str:
        """The name the room knows a member by."""
        return self.people.get(member, member)


def _numbered(items: tuple[_Item, ...], index: int) -> _Item | None:
    return items[index] if 0 <= index < len(items) else None

"""What happened in a room. A room is the fold of its events; `evolve` gives each its meaning.

Events are stored for good: a field is never renamed or given another sense. What must change comes as a new
schema version with an upcaster (`bot/store/schema.py`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.story.brief import Brief, Kind
from bot.story.model import Model, Person
from bot.story.room import Preset
from bot.story.rounds import Dials, Purpose, Receipt


class Happening(Model):
    """What every event says: when, and who did it (nobody, where the worker did)."""

    at: int
    by: Person | None = None


class RoomOpened(Happening):
    """A thread became a room."""

    type: Literal["RoomOpened"] = "RoomOpened"
    room: str
    guild: str
    preset: Preset
    brief: Brief


class BoardPlaced(Happening):
    """The board has its message."""

    type: Literal["BoardPlaced"] = "BoardPlaced"
    message: str


class PremiseAdded(Happening):
    """A premise joined the brief."""

    type: Literal["PremiseAdded"] = "PremiseAdded"
    premise: int
    kind: Kind
    text: str
    author: Person | None = None  # where the words are not those of `by`


class PremiseEdited(Happening):
    """Its author changed a premise."""

    type: Literal["PremiseEdited"] = "PremiseEdited"
    premise: int
    kind: Kind
    text: str


class PremiseWithdrawn(Happening):
    """Its author took a premise out."""

    type: Literal["PremiseWithdrawn"] = "PremiseWithdrawn"
    premise: int


class NoteWritten(Happening):
    """A direction for the refinement that follows."""

    type: Literal["NoteWritten"] = "NoteWritten"
    note: int
    text: str
    draft: int


class RoundAsked(Happening):
    """Takes were asked for; the premises are those in force at that moment."""

    type: Literal["RoundAsked"] = "RoundAsked"
    round: int
    purpose: Purpose
    takes: int
    dials: Dials
    seed: int
    premises: tuple[int, ...]
    draft: int | None = None
    note: int | None = None
    again_of: int | None = None


class RoundPlaced(Happening):
    """A round has its message."""

    type: Literal["RoundPlaced"] = "RoundPlaced"
    round: int
    message: str


class TakeWritten(Happening):
    """A take is finished."""

    type: Literal["TakeWritten"] = "TakeWritten"
    round: int
    take: int
    text: str
    receipt: Receipt


class RoundFailed(Happening):
    """A round was given up; `reason` names a message of the catalogue."""

    type: Literal["RoundFailed"] = "RoundFailed"
    round: int
    reason: str


class DraftAdopted(Happening):
    """A take became a draft, and the current one."""

    type: Literal["DraftAdopted"] = "DraftAdopted"
    draft: int
    parent: int | None = None
    round: int
    take: int


class DraftChosen(Happening):
    """An earlier draft became the current one."""

    type: Literal["DraftChosen"] = "DraftChosen"
    draft: int


class RoomLocked(Happening):
    """A draft became canon."""

    type: Literal["RoomLocked"] = "RoomLocked"
    draft: int


class RoomClosed(Happening):
    """The room ended without a canon."""

    type: Literal["RoomClosed"] = "RoomClosed"


class RoomReopened(Happening):
    """The room takes work again."""

    type: Literal["RoomReopened"] = "RoomReopened"


Event = Annotated[
    RoomOpened
    | BoardPlaced
    | PremiseAdded
    | PremiseEdited
    | PremiseWithdrawn
    | NoteWritten
    | RoundAsked
    | RoundPlaced
    | TakeWritten
    | RoundFailed
    | DraftAdopted
    | DraftChosen
    | RoomLocked
    | RoomClosed
    | RoomReopened,
    Field(discriminator="type"),
]

EVENTS: TypeAdapter[Event] = TypeAdapter(Event)

"""What happened in a room. A room is the fold of its events; `evolve` gives each its meaning.

Events are stored for good: a field is never renamed or given another sense. What must change comes as a new
schema version with an upcaster (`bot/store/schema.py`).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from bot.story.events.drafts import DraftAdopted, DraftChosen
from bot.story.events.happening import Happening
from bot.story.events.premises import PremiseAdded, PremiseEdited, PremiseWithdrawn
from bot.story.events.rooms import BoardPlaced, RoomClosed, RoomLocked, RoomOpened, RoomReopened
from bot.story.events.rounds import NoteWritten, RoundAsked, RoundFailed, RoundPlaced, TakeWritten

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

__all__ = [
    "EVENTS",
    "BoardPlaced",
    "DraftAdopted",
    "DraftChosen",
    "Event",
    "Happening",
    "NoteWritten",
    "PremiseAdded",
    "PremiseEdited",
    "PremiseWithdrawn",
    "RoomClosed",
    "RoomLocked",
    "RoomOpened",
    "RoomReopened",
    "RoundAsked",
    "RoundFailed",
    "RoundPlaced",
    "TakeWritten",
]

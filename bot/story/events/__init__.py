"""What happened in a room. A room is the fold of its events; `evolve` gives each its meaning.

Events are stored for good: a field is never renamed or given another sense. What must change comes as a new
schema version with an upcaster (`bot/store/schema.py`).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, TypeAdapter

from bot.story.events.ballots import (
    BallotClosed,
    BallotOpened,
    BallotPlaced,
    BallotSettled,
    RunnerUpKept,
    VoteCast,
)
from bot.story.events.cards import (
    CardLocked,
    CardOpened,
    CardPinned,
    CardUnlocked,
    DraftStillFine,
    FrameChanged,
    SecretDropped,
    SecretKept,
    Withheld,
)
from bot.story.events.drafts import DraftAdopted, DraftChosen, DraftEdited
from bot.story.events.green_light import (
    LightAsked,
    LightEnded,
    LightPlaced,
    LightSaid,
)
from bot.story.events.happening import Happening
from bot.story.events.levels import PartsLocked, StructureChosen
from bot.story.events.premises import PremiseAdded, PremiseEdited, PremiseWithdrawn
from bot.story.events.rooms import BoardPlaced, RoomClosed, RoomLocked, RoomOpened, RoomReopened
from bot.story.events.rounds import NoteWritten, RoundAsked, RoundFailed, RoundPlaced, TakeWritten
from bot.story.events.tickets import (
    NoteAssigned,
    NoteReopened,
    NoteSettled,
)
from bot.story.events.undoing import ActUndone, DraftsRestored, PremiseRestored

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
    | DraftEdited
    | PartsLocked
    | StructureChosen
    | CardLocked
    | CardOpened
    | CardPinned
    | CardUnlocked
    | DraftStillFine
    | FrameChanged
    | SecretDropped
    | SecretKept
    | Withheld
    | BallotClosed
    | BallotOpened
    | BallotPlaced
    | BallotSettled
    | RunnerUpKept
    | VoteCast
    | NoteAssigned
    | NoteReopened
    | NoteSettled
    | LightAsked
    | LightEnded
    | LightPlaced
    | LightSaid
    | RoomLocked
    | RoomClosed
    | RoomReopened
    | ActUndone
    | DraftsRestored
    | PremiseRestored,
    Field(discriminator="type"),
]

EVENTS: TypeAdapter[Event] = TypeAdapter(Event)

__all__ = [
    "EVENTS",
    "ActUndone",
    "BallotClosed",
    "BallotOpened",
    "BallotPlaced",
    "BallotSettled",
    "BoardPlaced",
    "CardLocked",
    "CardOpened",
    "CardPinned",
    "CardUnlocked",
    "DraftAdopted",
    "DraftChosen",
    "DraftEdited",
    "DraftStillFine",
    "DraftsRestored",
    "Event",
    "FrameChanged",
    "Happening",
    "LightAsked",
    "LightEnded",
    "LightPlaced",
    "LightSaid",
    "NoteAssigned",
    "NoteReopened",
    "NoteSettled",
    "NoteWritten",
    "PartsLocked",
    "PremiseAdded",
    "PremiseEdited",
    "PremiseRestored",
    "PremiseWithdrawn",
    "RoomClosed",
    "RoomLocked",
    "RoomOpened",
    "RoomReopened",
    "RoundAsked",
    "RoundFailed",
    "RoundPlaced",
    "RunnerUpKept",
    "SecretDropped",
    "SecretKept",
    "StructureChosen",
    "TakeWritten",
    "VoteCast",
    "Withheld",
]

"""What people and the worker ask of a room. Every command says who asks and when; the rules decide."""

from __future__ import annotations

from bot.story.commands.ballots import (
    AdoptFromBallot,
    CastVote,
    CloseBallot,
    OpenBallot,
    PlaceBallot,
)
from bot.story.commands.cards import (
    ChangeFrame,
    DropSecret,
    KeepSecret,
    LockCard,
    OpenCard,
    PinCard,
    StillFine,
    UnlockCard,
)
from bot.story.commands.command import Command, PersonCommand
from bot.story.commands.drafts import Adopt, GoBack
from bot.story.commands.green_light import (
    AskLight,
    EndLight,
    PlaceLight,
    SayGo,
)
from bot.story.commands.levels import ChooseStructure, EditDraft, LockPart, StepDraft
from bot.story.commands.premises import AddPremise, EditPremise, WithdrawPremise
from bot.story.commands.rooms import Close, ImportRoom, Lock, OpenRoom, PlaceBoard, Reopen
from bot.story.commands.rounds import (
    AskAgain,
    AskRound,
    CancelRound,
    FailRound,
    PlaceRound,
    RecordTake,
    WriteNote,
)
from bot.story.commands.tickets import (
    AddNote,
    AnswerNotes,
    AssignNote,
    ReopenNote,
    SettleNote,
)
from bot.story.commands.undoing import Undo
from bot.story.commands.works import AskWork

__all__ = [
    "AddNote",
    "AddPremise",
    "Adopt",
    "AdoptFromBallot",
    "AnswerNotes",
    "AskAgain",
    "AskLight",
    "AskRound",
    "AskWork",
    "AssignNote",
    "CancelRound",
    "CastVote",
    "ChangeFrame",
    "ChooseStructure",
    "Close",
    "CloseBallot",
    "Command",
    "DropSecret",
    "EditDraft",
    "EditPremise",
    "EndLight",
    "FailRound",
    "GoBack",
    "ImportRoom",
    "KeepSecret",
    "Lock",
    "LockCard",
    "LockPart",
    "OpenBallot",
    "OpenCard",
    "OpenRoom",
    "PersonCommand",
    "PinCard",
    "PlaceBallot",
    "PlaceBoard",
    "PlaceLight",
    "PlaceRound",
    "RecordTake",
    "Reopen",
    "ReopenNote",
    "SayGo",
    "SettleNote",
    "StepDraft",
    "StillFine",
    "Undo",
    "UnlockCard",
    "WithdrawPremise",
    "WriteNote",
]

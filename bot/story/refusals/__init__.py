"""Why the rules said no: each refusal is a type, with its words in the message catalogue (`refusal.CODE`).

Fields are the values those words need. Nothing here is secret: a refusal may be shown to whoever asked.
"""

from __future__ import annotations

from bot.story.refusals.drafts import AdoptedMeanwhile, AlreadyCurrent, DraftMovedOn, NoDraftYet, NoSuchDraft
from bot.story.refusals.premises import NoSuchPremise, NotYours, SamePremise, TooManyPremises
from bot.story.refusals.refusal import Refusal, code_of
from bot.story.refusals.rooms import (
    AlreadyARoom,
    NoSuchRoom,
    NoWords,
    OnlyTheOpener,
    RoomIsClosed,
    RoomIsLocked,
    RoomIsOpen,
    TooLong,
)
from bot.story.refusals.rounds import (
    DialOutOfRange,
    NoSuchRound,
    NothingToWriteFrom,
    NotWrittenYet,
    RoomIsFull,
    RoundIsOver,
    TakesOutOfRange,
    TooManyRounds,
)

__all__ = [
    "AdoptedMeanwhile",
    "AlreadyARoom",
    "AlreadyCurrent",
    "DialOutOfRange",
    "DraftMovedOn",
    "NoDraftYet",
    "NoSuchDraft",
    "NoSuchPremise",
    "NoSuchRoom",
    "NoSuchRound",
    "NoWords",
    "NotWrittenYet",
    "NotYours",
    "NothingToWriteFrom",
    "OnlyTheOpener",
    "Refusal",
    "RoomIsClosed",
    "RoomIsFull",
    "RoomIsLocked",
    "RoomIsOpen",
    "RoundIsOver",
    "SamePremise",
    "TakesOutOfRange",
    "TooLong",
    "TooManyPremises",
    "TooManyRounds",
    "code_of",
]

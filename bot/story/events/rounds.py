"""Rounds asked for, shown, written or given up, and the notes that ask for them."""

from __future__ import annotations

from typing import Literal

from bot.story.events.happening import Happening
from bot.story.levels import Level
from bot.story.model import Person
from bot.story.rounds import Dials, Purpose, Receipt
from bot.story.works import Work


class NoteWritten(Happening):
    """A direction for a refinement: for the one that follows, or for later."""

    type: Literal["NoteWritten"] = "NoteWritten"
    note: int
    text: str
    draft: int
    assigned: Person | None = None


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
    notes: tuple[int, ...] = ()
    again_of: int | None = None
    level: Level = Level.SYNOPSIS
    work: Work | None = None
    source: int | None = None
    locked: tuple[int, ...] = ()
    structure: str | None = None


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
    """A round was given up, or, by somebody, cancelled; `reason` names a message of the catalogue."""

    type: Literal["RoundFailed"] = "RoundFailed"
    round: int
    reason: str

"""Refusals about rounds."""

from __future__ import annotations

from bot.story.refusals.refusal import Refusal
from bot.story.rounds import Dial


class NothingToWriteFrom(Refusal):
    """A round needs a premise."""


class TooManyRounds(Refusal):
    """Enough rounds are on their way."""

    limit: int


class RoomIsFull(Refusal):
    """The room has had as many rounds as one room keeps."""

    limit: int


class DialOutOfRange(Refusal):
    """A dial was turned too far."""

    dial: Dial
    low: float
    high: float


class TakesOutOfRange(Refusal):
    """A round has one to four takes."""

    limit: int


class NoSuchRound(Refusal):
    """No round has this number."""

    round: int


class NotWrittenYet(Refusal):
    """The take is still being written, or never came."""

    letter: str


class NotYourRound(Refusal):
    """Only who asked for a round, or who leads the room, takes it back."""

    round: int
    asker: str
    leader: str


class OnlyTheAsker(Refusal):
    """Only who asked for a round, and leads the room as well, takes it back."""

    round: int
    asker: str


class AlreadyCancelled(Refusal):
    """Somebody took the round back before."""

    round: int
    who: str


class AlreadyWritten(Refusal):
    """The round was finished before it could be taken back."""

    round: int


class GuildIsWaiting(Refusal):
    """As many rounds of the guild wait as may."""

    limit: int


class PersonIsWaiting(Refusal):
    """As many rounds of the person wait as may."""

    limit: int


class RoundIsOver(Refusal):
    """A late result for a round that is written or given up: quiet, only the worker meets it."""

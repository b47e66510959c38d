"""What a room votes on, and one voter's sheet.

A sheet is a ranking, best first, as far as its voter went. It stays out of the log until its ballot closes,
and then stands there without a name: `Ballot.voted` says who voted, and nothing says what.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pydantic import Field

from bot.story.ballots.chance import Dice
from bot.story.ballots.result import Result
from bot.story.model import MemberId, Model

CANDIDATES_LIMIT: Final = 5  # a row of buttons
VOTERS_LIMIT: Final = 500
OPEN_BALLOTS_LIMIT: Final = 3
BALLOTS_LIMIT: Final = 100
QUORUM_LIMIT: Final = 100
MINUTES_LIMIT: Final = 14 * 24 * 60
GAME_MINUTES: Final = 10  # a ballot of a game is over then unless told otherwise

MARKS: Final = "●■▲◆★"
"""What stands for the candidates on a sheet: signs without an order, dealt anew for each ballot."""


class Rest(StrEnum):
    """What a voter says of the candidates that they did not rank."""

    UNSAID = "unsaid"
    EQUAL = "equal"
    POOR = "poor"  # none of them is good enough: as equal, and counted


class Sheet(Model):
    """One voter's ranking: indexes into the ballot's candidates, the best first."""

    order: tuple[int, ...] = ()
    rest: Rest = Rest.UNSAID
    hidden: tuple[int, ...] = ()  # the voter's own, which they were not shown

    def fits(self, candidates: int) -> bool:
        """Whether it can be a sheet of a ballot with so many candidates."""
        named = (*self.order, *self.hidden)
        return (
            len(set(named)) == len(named)
            and all(0 <= each < candidates for each in named)
            and bool(self.order or self.rest is not Rest.UNSAID)
        )


class CountedSheet(Model):
    """A sheet without its voters, and how many of them handed it in."""

    sheet: Sheet
    voters: int = Field(ge=1)


class Candidate(Model):
    """What can be voted for: a take of the ballot's round, or a draft."""

    take: int | None = None
    draft: int | None = None


class Adoption(StrEnum):
    """How the winner becomes the draft."""

    BY_HAND = "by-hand"  # when somebody presses
    AT_ONCE = "at-once"  # at the close, if the votes tell it from all others


class Closing(StrEnum):
    """Why a ballot closed."""

    BY_HAND = "by-hand"
    QUORUM = "quorum"
    DEADLINE = "deadline"


class Ballot(Model):
    """One ballot of a room."""

    number: int
    round: int | None = None  # None for a ballot on drafts
    candidates: tuple[Candidate, ...] = Field(min_length=2, max_length=CANDIDATES_LIMIT)
    opened_by: MemberId
    seed: int  # of the marks, the orders and the intervals
    quorum: int | None = None
    deadline: int | None = None  # ms since the epoch
    adoption: Adoption = Adoption.BY_HAND
    message: str | None = None  # where it is shown
    told: str | None = None  # the message that tells its result
    voted: tuple[MemberId, ...] = ()
    closing: Closing | None = None
    sheets: tuple[CountedSheet, ...] = ()  # none where they would say whose they are
    result: Result | None = None  # once it is closed
    adopted: int | None = None  # the candidate that was adopted out of it

    @property
    def is_open(self) -> bool:
        """Whether it takes votes."""
        return self.closing is None

    def mark(self, candidate: int) -> str:
        """The sign of a candidate."""
        return MARKS[Dice(self.seed).shuffled(len(MARKS))[candidate]]

    def order_for(self, member: MemberId) -> tuple[int, ...]:
        """The order in which a voter is shown the candidates: the same each time, another for each voter."""
        return Dice(self.seed, member).shuffled(len(self.candidates))

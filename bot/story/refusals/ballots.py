"""Refusals about ballots."""

from __future__ import annotations

from bot.story.refusals.refusal import Refusal


class NoSuchBallot(Refusal):
    """No ballot has this number."""

    ballot: int


class NoBallotYet(Refusal):
    """The room has no ballot of the kind that is asked for."""


class NothingToChooseFrom(Refusal):
    """A ballot needs two candidates or more, each once, and no more than a limit."""

    limit: int


class BallotIsOpen(Refusal):
    """The ballot must be closed first, or a ballot on the same is open already."""

    ballot: int


class BallotIsClosed(Refusal):
    """The ballot takes no more votes."""

    ballot: int


class TooManyBallots(Refusal):
    """Enough ballots are open."""

    limit: int


class RoomHasVotedEnough(Refusal):
    """The room has had as many ballots as one room keeps."""

    limit: int


class BallotIsFull(Refusal):
    """As many people have voted as one ballot takes."""

    limit: int


class QuorumOutOfRange(Refusal):
    """A quorum is a number of people."""

    limit: int


class DeadlineOutOfRange(Refusal):
    """A deadline is a minute away or more, and not after some days."""

    days: int


class NotASheet(Refusal):
    """The vote names a candidate twice, or one that there is not."""


class OnlyOthersTexts(Refusal):
    """In a class nobody judges their own text, and here nothing else is left to compare."""


class BallotIsSettled(Refusal):
    """A candidate of the ballot was adopted already."""

    ballot: int
    draft: int


class NotYourBallot(Refusal):
    """Only who opened the ballot, who opened the room, or a moderator closes it."""

    opener: str

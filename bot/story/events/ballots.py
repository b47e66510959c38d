"""Ballots opened, voted in and closed. What a vote says is not in the log before its ballot is closed."""

from __future__ import annotations

from typing import Literal

from bot.story.ballots.ballot import Adoption, Candidate, Closing, CountedSheet
from bot.story.ballots.lost import Lost
from bot.story.ballots.result import Result
from bot.story.events.happening import Happening


class BallotOpened(Happening):
    """A ballot on a round's takes, or on drafts where `round` is null."""

    type: Literal["BallotOpened"] = "BallotOpened"
    ballot: int
    round: int | None = None
    candidates: tuple[Candidate, ...]
    seed: int
    quorum: int | None = None
    deadline: int | None = None
    adoption: Adoption = Adoption.BY_HAND


class BallotPlaced(Happening):
    """A ballot has its message, or, with `told`, the message that tells its result."""

    type: Literal["BallotPlaced"] = "BallotPlaced"
    ballot: int
    message: str
    told: bool = False


class VoteCast(Happening):
    """Somebody voted, for the first time or otherwise than before; what, is kept elsewhere."""

    type: Literal["VoteCast"] = "VoteCast"
    ballot: int


class BallotClosed(Happening):
    """A ballot was closed and counted. `sheets` have no names; where they would tell them, there are none."""

    type: Literal["BallotClosed"] = "BallotClosed"
    ballot: int
    closing: Closing
    sheets: tuple[CountedSheet, ...] = ()
    result: Result


class BallotSettled(Happening):
    """A candidate of a closed ballot was adopted: it is this draft."""

    type: Literal["BallotSettled"] = "BallotSettled"
    ballot: int
    candidate: int
    draft: int


class RunnerUpKept(Happening):
    """The runner-up stays as a branch: a new draft where it is a take (`round` and `take`) that was none."""

    type: Literal["RunnerUpKept"] = "RunnerUpKept"
    draft: int
    parent: int | None = None
    round: int | None = None
    take: int | None = None
    lost_to: int
    reason: Lost

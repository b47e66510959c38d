"""Opening ballots, voting, closing them, and adopting what they chose."""

from __future__ import annotations

from pydantic import Field

from bot.story.ballots.ballot import Adoption, Sheet
from bot.story.commands.command import Command, PersonCommand
from bot.story.model import MemberId, Person


class OpenBallot(PersonCommand):
    """Open a ballot on drafts, on a round's takes, or, with neither, on the newest round that has several.

    What is None comes from the room's preset.
    """

    seed: int
    round: int | None = None
    drafts: tuple[int, ...] = ()
    quorum: int | None = None
    deadline: int | None = None  # ms since the epoch
    adoption: Adoption = Adoption.BY_HAND


class PlaceBallot(Command):
    """Record the message that shows a ballot, or that tells its result."""

    ballot: int
    message: str
    told: bool = False


class CastVote(PersonCommand):
    """Vote, or vote otherwise. `sheets` are those handed in before, which `bot.rooms` reads."""

    ballot: int
    sheet: Sheet
    sheets: dict[MemberId, Sheet] = Field(default_factory=dict)


class CloseBallot(Command):
    """Close a ballot and count it: by a person, or, with `by` None, because its time is up."""

    ballot: int
    by: Person | None = None
    leads: bool = False
    sheets: dict[MemberId, Sheet] = Field(default_factory=dict)


class AdoptFromBallot(PersonCommand):
    """Adopt a candidate of a closed ballot and keep the runner-up as a branch."""

    ballot: int
    candidate: int

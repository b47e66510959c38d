"""What a ballot came to, in figures: reckoned once, at the close, and stored. `saying` puts it into words."""

from __future__ import annotations

from pydantic import Field

from bot.story.model import Model


class Standing(Model):
    """Where a candidate stands. Shares are its chance, from 0 to 1, to be preferred to another candidate."""

    candidate: int
    strength: float  # natural logarithm; all of a ballot sum to 0
    share: float = Field(ge=0, le=1)
    low: float = Field(ge=0, le=1)  # 95 % of the resampled ballots gave a share from here
    high: float = Field(ge=0, le=1)  # to here


class PairCount(Model):
    """How many voters preferred one candidate to another."""

    one: int
    two: int
    for_one: int
    for_two: int
    equal: int


class Result(Model):
    """A closed ballot's result."""

    votes: int = Field(ge=0)
    poor: int = 0  # votes that none of the candidates is good enough
    unfinished: int = 0  # sheets that left pairs unjudged
    standings: tuple[Standing, ...] = ()  # the strongest first
    pairs: tuple[PairCount, ...] = ()
    apart: tuple[int, ...] = ()  # candidates that the votes tell from the first in `standings`
    level: tuple[int, ...] = ()  # where several are exactly level at the top: all of those
    kappa: float | None = None

    @property
    def leader(self) -> int | None:
        """The one candidate ahead of all others, by however little."""
        return self.standings[0].candidate if self.standings and not self.level else None

    @property
    def contenders(self) -> tuple[int, ...]:
        """The candidates that may be the best as far as the votes can tell, the strongest first."""
        return tuple(each.candidate for each in self.standings if each.candidate not in self.apart)

    @property
    def is_told(self) -> bool:
        """Whether the votes tell the leader from every other candidate."""
        return self.leader is not None and len(self.apart) == len(self.standings) - 1

    @property
    def all_equal(self) -> bool:
        """Whether every judgement found its pair equal."""
        return self.votes > 0 and all(not each.for_one and not each.for_two for each in self.pairs)

    def pair(self, one: int, two: int) -> PairCount:
        """The count of two candidates, in that order.

        Raises:
            LookupError: they are not two candidates of this ballot.

        """
        for each in self.pairs:
            if (each.one, each.two) == (one, two):
                return each
            if (each.two, each.one) == (one, two):
                turned = {"one": one, "two": two, "for_one": each.for_two, "for_two": each.for_one}
                return each.model_copy(update=turned)
        raise LookupError(f"no pair of {one} and {two}")

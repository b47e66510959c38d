"""Where a round stands in the queue, and about how long that takes, by what was measured of late.

The scripts say how many rounds come before it and at what pace rounds are written; the estimate is drawn from
that here, as a range that is no narrower than the measures were, or as nothing where little was measured.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.story.model import Model

MEASURED = 3  # rounds, before anything is said of time
TURNS = 5  # of a guild that has more waiting, before they tell more than the pace of all
OWN = 5  # rounds of its own guild before it: with more, the pace of all says nothing of that guild's part
_UNSURE = 0.3  # of what turns tell
_STILL = 2  # rounds' time without any being finished, and the estimate is not believed any more
_STILL_SECONDS = 10  # a shorter stillness tells nothing


@dataclass(frozen=True)
class Seconds:
    """From when to when something is likely to happen, in seconds from now."""

    low: float
    high: float


class Place(Model):
    """A waiting round.

    `before`: rounds that are likely to be leased first, `own` of them of its own guild; `words`: what was
    shown of the place last; `cost`: of an average round; `pace` and `spread`: seconds that a round takes per
    unit of its cost, the mean and the mean deviation; `busy`: rounds in flight when one ends;
    `every`: seconds between two turns of its guild, of which there were so many `turns` in so many seconds
    (`over`) while more of it waited; `still`: seconds in which there were rounds and none was finished.
    """

    id: str
    guild: str
    before: int
    own: int
    paused: bool
    words: str
    cost: float
    flying: int
    measured: int = 0
    pace: float = 0.0
    spread: float = 0.0
    busy: float = 0.0
    every: float = 0.0
    turns: int = 0
    over: float = 0.0
    still: float = 0.0

    @property
    def begins(self) -> Seconds | None:
        """When its writing is likely to begin; None where that cannot be said."""
        if self.paused:
            return None
        if self.measured < MEASURED or self.pace <= 0:
            return None
        if self.still > max(_STILL_SECONDS, _STILL * (self.pace + self.spread) * self.cost):
            return None  # what was measured holds no more
        if self.turns >= TURNS and self.over >= self.pace * self.cost:
            likely = (self.own + 1) * self.every
            return Seconds(likely * (1 - _UNSURE), likely * (1 + _UNSURE))
        if self.own > OWN:
            return None
        low = self._waits(max(self.pace - self.spread, self.pace / 2))
        return Seconds(low, self._waits(self.pace + self.spread))

    def _waits(self, pace: float) -> float:
        """Rounds before this one, and half of those being written, at so many a time."""
        at_once = max(1.0, self.busy)
        full = max(0.0, self.before + 1 - max(0.0, at_once - self.flying))
        return pace * self.cost * max(0.0, full - 0.5) / at_once

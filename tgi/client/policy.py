"""How long to wait and how often to ask again.

Four separate limits, because a live stream may rightly last for minutes while a silent one may not: one
total that covers everything would kill the first or tolerate the second. Knows nothing of HTTP.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields

from tgi.errors import Phase, TimedOut


@dataclass(frozen=True, slots=True)
class Budgets:
    """Limits on waiting, in seconds; passing one raises `TimedOut` with the limit's name as its phase.

    `connect`: until a connection stands. `first_token`: from sending a request to its first token, the
    server's queue included. `idle`: between two tokens; keep-alive comments do not count as life, the
    consumer's own time is not charged. `total`: a whole generation with the wait for a free place, retries
    and the consumer's time. `answer`: a short question (`/info`, `/health`, `/tokenize`) with its retries;
    its phase is "total". `probe`: a look at a server, which is `/info` and one real token.
    """

    connect: float = 5.0
    first_token: float = 120.0
    idle: float = 30.0
    total: float = 900.0
    answer: float = 10.0
    probe: float = 20.0

    def __post_init__(self) -> None:
        for field in fields(self):
            if not getattr(self, field.name) > 0:
                raise ValueError(f"the budget {field.name} must be more than 0 s")


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a busy or unreachable server is asked again, always before the first token.

    An attempt goes once round the servers; `attempts` counts the first one too. The n-th pause is between
    half and all of `base * 2**(n-1)`, at most `cap`, in seconds. Whatever is sent beyond the first time,
    hedges included, is at most `ratio` times the requests and `reserve` more: with a ratio of 1, retries
    never more than double the load.
    """

    attempts: int = 4
    base: float = 0.25
    cap: float = 5.0
    ratio: float = 1.0
    reserve: int = 10

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.base < 0 or self.cap < 0:
            raise ValueError("a retry needs at least 1 attempt, and pauses of at least 0 s")
        if not 0 <= self.ratio <= 1 or self.reserve < 0:
            raise ValueError("retries may be at most as many again as the requests, and a reserve")

    def pause(self, failures: int, chance: float) -> float:
        """Return the seconds to wait after so many failures; `chance` is uniform in [0, 1)."""
        doubled = self.base * 2.0 ** min(failures - 1, 32)
        return min(self.cap, doubled) * (0.5 + chance / 2)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The moment, in the event loop's time, at which a whole call must have ended."""

    at: float
    seconds: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline that many seconds from now."""
        return cls(asyncio.get_running_loop().time() + seconds, seconds)

    def sooner(self, seconds: float) -> Deadline:
        """Return this deadline, or that many seconds from now if they end first."""
        return min(self, Deadline.after(seconds), key=lambda each: each.at)

    @property
    def passed(self) -> bool:
        """Whether the moment has come."""
        return asyncio.get_running_loop().time() >= self.at


@asynccontextmanager
async def within(total: Deadline, phase: Phase = "total", seconds: float = math.inf) -> AsyncIterator[None]:
    """Bound the block by `seconds` and by `total`, whichever ends first.

    Never held across a `yield` of a generator: the limit would then interrupt the consumer.

    Raises:
        TimedOut: with the phase whose limit passed.

    """
    at = asyncio.get_running_loop().time() + seconds
    if total.at <= at:
        at, phase, seconds = total.at, "total", total.seconds
    try:
        async with asyncio.timeout_at(at) as scope:
            yield
    except TimeoutError:
        if scope.expired():
            raise TimedOut(phase, seconds) from None
        raise

"""What all processes of one bot may ask of Discord's REST together, counted in Redis by Redis's clock.

Discord grants a bot 50 requests a second, and bars an address that is answered 401, 403 or 429 ten thousand
times in ten minutes. Source: "Rate Limits" of Discord's documentation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.store.connection import reaching
from bot.store.keys import Keys
from bot.store.scripts import Script

FRESH_SECONDS = 0.1  # for which a granted request may be asked
SLOW_AT = 5_000  # invalid answers in ten minutes
STOP_AT = 9_000
GLOBAL = "global"  # the route of a mark that holds all


@dataclass(frozen=True)
class Grant:
    """So many requests, for FRESH_SECONDS; one more in `wait` seconds; `later`: for how long routes wait."""

    requests: int
    wait: float
    processes: int
    invalid: int
    later: Mapping[str, float]


@dataclass(frozen=True)
class Rate:
    """Steadily so many requests a second, and so many at once.

    Used within FRESH_SECONDS of being granted, no second sees more than `limit` of them, whoever asks: at
    most (1 + FRESH_SECONDS) * steady + burst.
    """

    steady: float
    burst: int

    @classmethod
    def under(cls, limit: int) -> Rate:
        """The rate that keeps every second under a limit."""
        burst = max(1, limit // 8)
        return cls((limit - burst) / (1 + FRESH_SECONDS), burst)


class RestBudget:
    """Takes and notes. Every call is one round trip and raises StoreUnavailable if Redis is away."""

    def __init__(self, redis: Redis, *, keys: Keys, process: str, limit: int) -> None:
        self._keys = keys.rest
        self._process = process
        self.rate = Rate.under(limit)
        self._take = Script(redis, "rest_budget")
        self._note = Script(redis, "rest_note")

    async def take(self, wanted: int, *, leaves: int = 0) -> Grant:
        """Take up to so many requests, and leave so many of those at once to others."""
        rate = self.rate
        arguments: list[str | int | float] = [
            self._process,
            wanted,
            rate.steady,
            rate.burst,
            SLOW_AT,
            STOP_AT,
            min(leaves, rate.burst - 1),
        ]
        with reaching("take from the REST budget"):
            granted, wait, processes, invalid, *later = await self._take(keys=self._keys.all, args=arguments)
        marks = dict(zip(later[::2], later[1::2], strict=True))
        return Grant(
            int(granted),
            int(wait) / 1000,
            int(processes),
            int(invalid),
            {route.decode(): int(left) / 1000 for route, left in marks.items()},
        )

    async def note(self, *, route: str = "", seconds: float = 0, counts: bool) -> None:
        """Tell all that a route waits for so long, and that an answer counts towards a bar."""
        with reaching("note an answer of Discord's"):
            await self._note(keys=self._keys.all, args=[route, int(seconds * 1000) + 1, int(counts)])

"""How often a bot may identify: so many a day, and one at a time in each bucket of shards.

Source: "Session Start Limit Object" and "Max Concurrency" of Discord's documentation. Resumes do not count.
"""

from __future__ import annotations

from bot.local_discord.clock import Clock
from bot.local_discord.gateway.rules import Rules
from bot.local_discord.reply import Json

__all__ = ["Starts"]

_DAY = 86_400.0


class Starts:
    """Counts identifies. The day begins with the first of them."""

    def __init__(self, clock: Clock, rules: Rules) -> None:
        self._clock = clock
        self._rules = rules
        self._used = 0
        self._resets = 0.0
        self._last: dict[int, float] = {}

    def take(self) -> bool:
        """Count an identify; whether the day's limit still held."""
        if self._clock() >= self._resets:
            self._used, self._resets = 0, self._clock() + _DAY
        self._used += 1
        return self._used <= self._rules.session_starts

    def in_turn(self, shard: int) -> bool:
        """Whether the shard's bucket is free; if it is, this identify takes it for the interval."""
        bucket, now = shard % self._rules.max_concurrency, self._clock()
        last = self._last.get(bucket)
        if last is not None and now < last + self._rules.identify_interval:
            return False
        self._last[bucket] = now
        return True

    def json(self) -> Json:
        """The session start limit object; `reset_after` is in milliseconds."""
        left = self._resets - self._clock()
        return {
            "total": self._rules.session_starts,
            "remaining": max(0, self._rules.session_starts - (self._used if left > 0 else 0)),
            "reset_after": max(0, round(left * 1000)),
            "max_concurrency": self._rules.max_concurrency,
        }

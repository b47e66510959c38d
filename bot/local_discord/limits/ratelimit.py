"""Counts requests into buckets, and refuses what is too much, with the headers that Discord sends.

Windows are fixed: one begins with its first request, and all of it is free again at its end. Buckets whose
window is over are forgotten, so memory holds only what was asked for lately.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.local_discord.clock import Clock
from bot.local_discord.errors import RateLimited
from bot.local_discord.limits.sizes import Limits, Size
from bot.local_discord.limits.table import RULES, bucket_hash, bucket_of, major_of, sublimit_of

__all__ = ["FREE", "RateLimits", "Taken"]

_SWEEP = 1024  # buckets kept before those that are over are forgotten


@dataclass(frozen=True)
class Taken:
    """What a request took: its bucket's name, the headers for the answer, and what is left."""

    bucket: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    remaining: int | None = None


FREE = Taken()


@dataclass
class _Window:
    size: Size
    ends: float = 0.0
    used: int = 0

    def take(self, now: float, count: int = 1) -> bool:
        if now >= self.ends:
            self.ends, self.used = now + self.size.seconds, 0
        if self.used + count > self.size.limit:
            return False
        self.used += count
        return True


class RateLimits:
    """The buckets of one bot. Where `enabled` is false nothing is ever refused."""

    def __init__(self, clock: Clock, *, enabled: bool = True, sizes: Limits | None = None) -> None:
        self._clock = clock
        self._switched_on = enabled
        self.resize(sizes or Limits())

    @property
    def sizes(self) -> Limits:
        """The sizes in force."""
        return self._sizes

    @property
    def enabled(self) -> bool:
        """Whether anything is refused."""
        return self._switched_on and self._sizes.enabled

    def resize(self, sizes: Limits) -> None:
        """Change the sizes; what was counted so far is forgotten."""
        self._sizes = sizes
        self._windows: dict[tuple[str, str], _Window] = {}
        self._overall = None if sizes.overall is None else _Window(sizes.overall)

    def switch(self, *, on: bool) -> None:
        """Put limits in force, or out of it."""
        self._switched_on = on

    def take(
        self,
        route: str,
        where: Mapping[str, str],
        body: object = None,
        *,
        exempt: bool = False,
        creates: int = 0,
    ) -> Taken:
        """Count one request of "METHOD /template" with its path's parameters; raises RateLimited.

        `exempt` from the global limit are interactions and webhooks with a token; `creates` is the number
        of application commands that it would add.
        """
        if not self.enabled:
            return FREE
        now = self._clock()
        if self._overall is not None and not exempt and not self._overall.take(now):
            raise RateLimited(
                _left(self._overall, now),
                scope="global",
                headers={"X-RateLimit-Global": "true"},
            )
        name = bucket_of(route, where, now)
        if name is None:
            return FREE
        taken = self._take(name, major_of(where), now)
        further = sublimit_of(name, where, body, now)
        if further is not None:
            self._take_further(further, major_of(where), now, 1, taken)
        if creates:
            self._take_further("command.create", major_of(where), now, creates, taken)
        return taken

    def read(self) -> list[dict[str, object]]:
        """The buckets whose window is open. Their majors are not told: some are tokens."""
        now = self._clock()
        return [
            {
                "bucket": name,
                "hash": bucket_hash(name),
                "limit": window.size.limit,
                "remaining": max(0, window.size.limit - window.used),
                "reset_after": _left(window, now),
            }
            for (name, _), window in self._windows.items()
            if window.ends > now
        ]

    def _take(self, name: str, major: str, now: float) -> Taken:
        window = self._window(name, major, now)
        if window is None:
            return Taken(name)
        if not window.take(now):
            raise RateLimited(_left(window, now), headers=_headers(name, window, now), bucket=name)
        return Taken(name, _headers(name, window, now), window.size.limit - window.used)

    def _take_further(self, name: str, major: str, now: float, count: int, taken: Taken) -> None:
        window = self._window(name, major, now)
        if window is not None and not window.take(now, count):
            rule = RULES[name]
            raise RateLimited(
                _left(window, now),
                message=rule.message,
                code=rule.code,
                scope=rule.scope,
                headers=taken.headers,  # as on Discord: the bucket's own, which has some left
                bucket=name,
            )

    def _window(self, name: str, major: str, now: float) -> _Window | None:
        found = self._windows.get((name, major))
        if found is not None:
            return found
        rule = RULES[name]
        size = self._sizes.buckets.get(name, Size(limit=rule.limit, seconds=rule.seconds))
        if size is None:
            return None
        if len(self._windows) >= _SWEEP and not len(self._windows) % _SWEEP:
            self._windows = {key: one for key, one in self._windows.items() if one.ends > now}
        self._windows[name, major] = made = _Window(size)
        return made


def _left(window: _Window, now: float) -> float:
    return max(0.001, math.ceil((window.ends - now) * 1000) / 1000)


def _headers(name: str, window: _Window, now: float) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(window.size.limit),
        "X-RateLimit-Remaining": str(max(0, window.size.limit - window.used)),
        "X-RateLimit-Reset": f"{window.ends:.3f}",
        "X-RateLimit-Reset-After": f"{_left(window, now):.3f}",
        "X-RateLimit-Bucket": bucket_hash(name),
    }

"""Buckets of REST requests: so many in a window that begins with the first.

Edits of messages are the tight one. Discord publishes no numbers; 5 in 5 s a channel is what
is measured there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from bot.local_discord.clock import Clock
from bot.local_discord.errors import RateLimited

__all__ = ["EDIT_ROUTE", "RateLimits"]

EDIT_ROUTE = "PATCH /channels/{channel_id}/messages/{message_id}"


@dataclass
class _Bucket:
    limit: int
    window: float
    ends: float = 0.0
    used: int = 0


class RateLimits:
    """The buckets, by route and major parameter. Where `enabled` is false nothing is ever refused."""

    def __init__(self, clock: Clock, *, enabled: bool = True) -> None:
        self._clock = clock
        self._enabled = enabled
        self._buckets: dict[tuple[str, str], _Bucket] = {}

    def take(self, route: str, major: str) -> dict[str, str]:
        """Count one request; the headers for its answer. Raises RateLimited."""
        if not self._enabled:
            return {}
        bucket = self._buckets.setdefault((route, major), _make(route))
        now = self._clock()
        if now >= bucket.ends:
            bucket.ends, bucket.used = now + bucket.window, 0
        if bucket.used >= bucket.limit:
            raise RateLimited(round(bucket.ends - now, 3))
        bucket.used += 1
        return self.headers(route, major)

    def headers(self, route: str, major: str) -> dict[str, str]:
        """The headers that describe the bucket as it now is."""
        bucket = self._buckets.get((route, major))
        if bucket is None:
            return {}
        return {
            "X-RateLimit-Limit": str(bucket.limit),
            "X-RateLimit-Remaining": str(max(0, bucket.limit - bucket.used)),
            "X-RateLimit-Reset": f"{bucket.ends:.3f}",
            "X-RateLimit-Reset-After": f"{max(0.0, bucket.ends - self._clock()):.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
        }


def _make(route: str) -> _Bucket:
    return _Bucket(5, 5.0) if route == EDIT_ROUTE else _Bucket(50, 1.0)

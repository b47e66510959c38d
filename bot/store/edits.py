"""The edits that Discord grants the messages of one channel, shared by all processes that edit there.

A gateway keeps a board while a worker fills a take: what is drawn anew in a moment anyhow leaves the last
edit of the window to what is drawn for good.
"""

from __future__ import annotations

from redis.asyncio import Redis

from bot.store.connection import reaching
from bot.store.keys import Keys
from bot.store.scripts import Script

EDITS = 5  # in EDITS_SECONDS a channel; Discord says so in each answer's headers, and may change it
EDITS_SECONDS = 5.0


class EditStore:
    """Takes edits. It is one round trip and raises StoreUnavailable if Redis is away."""

    def __init__(self, redis: Redis, *, keys: Keys, seconds: float = EDITS_SECONDS) -> None:
        self.seconds = seconds
        self._keys = keys
        self._take = Script(redis, "edits")

    async def take(self, channel: str, message: str, *, passing: bool) -> float:
        """Count an edit; or the seconds after which a passing one may try again, and nothing is counted."""
        arguments: list[str | int] = [message, EDITS, int(self.seconds * 1000), int(passing)]
        with reaching("take an edit"):
            return int(await self._take(keys=[self._keys.edits(channel)], args=arguments)) / 1000

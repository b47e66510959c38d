"""What was sent for a room's rounds, beside the room: the same slot, the same expiry, gone with it.

One hash a room, by the SHA-256 of the prompt. Nothing depends on it: a round whose prompt cannot be kept is
written all the same.
"""

from __future__ import annotations

from typing import Any

from redis.asyncio import Redis

from bot.store.codec import decode, encode
from bot.store.connection import reaching
from bot.store.keys import Keys
from bot.story.model import Model
from bot.story.sent import Sent

TYPED_SECONDS = 3600  # for which words that met a change are kept for who typed them
TYPED_KEPT = 200  # of a room at once


class Typed(Model):
    """What somebody typed into a form that could not be carried out, by the names of its fields."""

    by: str
    fields: dict[str, str]


class SentStore:
    """Keeps and finds. Every call raises StoreUnavailable if Redis is away."""

    def __init__(self, redis: Redis, *, keys: Keys, days: int) -> None:
        self._redis = redis
        self._keys = keys
        self._expiry = days * 86_400_000

    async def keep(self, room: str, sent: Sent) -> None:
        """Keep a prompt, once, however often it is sent."""
        key = self._keys.room(room).sent
        with reaching("keep what was sent"):
            pipe = self._redis.pipeline(transaction=False)
            pipe.hsetnx(key, sent.sha256, encode(sent))
            pipe.pexpire(key, self._expiry)
            await pipe.execute()

    async def find(self, room: str, sha256: str) -> Sent | None:
        """The prompt with this SHA-256, if it is kept."""
        with reaching("find what was sent"):
            found: Any = self._redis.hget(self._keys.room(room).sent, sha256)
            stored = await found
        return None if stored is None else Sent.model_validate(decode(stored))

    async def keep_typed(self, room: str, operation: str, typed: Typed) -> None:
        """Keep what somebody typed, for an hour."""
        key = self._keys.room(room).typed
        with reaching("keep what was typed"):
            pipe = self._redis.pipeline(transaction=False)
            pipe.hset(key, operation, encode(typed))
            pipe.expire(key, TYPED_SECONDS)
            pipe.hlen(key)
            *_, count = await pipe.execute()
            if count > TYPED_KEPT:  # faster than people type: any of the others go
                some: Any = await self._redis.hrandfield(key, TYPED_KEPT // 4)
                await self._redis.hdel(key, *(each for each in some if each != operation.encode()))

    async def typed(self, room: str, operation: str) -> Typed | None:
        """What somebody typed in that operation, if it is kept still."""
        with reaching("find what was typed"):
            found: Any = self._redis.hget(self._keys.room(room).typed, operation)
            stored = await found
        return None if stored is None else Typed.model_validate(decode(stored))

"""What was sent for a room's rounds, beside the room: the same slot, the same expiry, gone with it.

One hash a room: a prompt by its SHA-256, the requests of a take by that of its receipt. Nothing depends on
it: a round whose prompt cannot be kept is written all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel
from redis.asyncio import Redis

from bot.store.codec import decode, encode
from bot.store.connection import reaching
from bot.store.keys import Keys
from bot.story.model import Model
from bot.story.requested import Requests
from bot.story.rounds import Receipt
from bot.story.sent import Sent

TYPED_SECONDS = 3600  # for which words that met a change are kept for who typed them
TYPED_KEPT = 200  # of a room at once

_M = TypeVar("_M", bound=BaseModel)


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
        await self._keep(room, sent.sha256, sent)

    async def keep_requests(self, room: str, receipt: Receipt, requests: Requests) -> None:
        """Keep the requests of a take."""
        await self._keep(room, receipt.sha256, requests)

    async def find(self, room: str, receipts: Sequence[Receipt]) -> list[tuple[Sent | None, Requests | None]]:
        """The prompt and the requests of each take, as far as they are kept."""
        names = [name for one in receipts for name in (one.prompt_sha256, one.sha256)]
        if not names:
            return []
        with reaching("find what was sent"):
            found: Any = self._redis.hmget(self._keys.room(room).sent, names)
            stored = await found
        pairs = zip(stored[::2], stored[1::2], strict=True)
        return [(_read(Sent, sent), _read(Requests, requests)) for sent, requests in pairs]

    async def _keep(self, room: str, name: str, model: BaseModel) -> None:
        key = self._keys.room(room).sent
        with reaching("keep what was sent"):
            pipe = self._redis.pipeline(transaction=False)
            pipe.hsetnx(key, name, encode(model))
            pipe.pexpire(key, self._expiry)
            await pipe.execute()

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
        return _read(Typed, stored)


def _read(kind: type[_M], stored: bytes | None) -> _M | None:
    return None if stored is None else kind.model_validate(decode(stored))

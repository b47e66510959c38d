"""Who answers for which of Discord's shards: leases with tokens that grow, and the streams to go on with.

A lease says who may dispatch a shard's events; its token goes with every change of a room, so that a gateway
that lost the lease without noticing changes nothing (`scripts/append.lua`). With the lease goes the gateway's
stream, by which the next holder resumes it and misses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from redis.asyncio import Redis

from bot.store.codec import decode, encode
from bot.store.connection import BLOCK_SECONDS, heed_cancellation, reaching
from bot.store.keys import Keys
from bot.store.scripts import Script
from bot.story.model import Model

IDENTIFY_SECONDS = 5.0  # Discord: one identify in this time in each bucket of shards


class Stream(Model):
    """Where a shard's gateway stream stands: what Discord needs to go on with it on another connection."""

    id: str  # Discord calls it the session id
    seq: int  # the last event that was taken in
    url: str  # where to resume


@dataclass(frozen=True)
class ShardLease:
    """A shard in one gateway's hands. `stream` is where its holder, or the one before, was."""

    shard: int
    token: int
    stream: Stream | None = None


@dataclass(frozen=True)
class Beat:
    """What a gateway holds, and how many shards it may hold."""

    held: Mapping[int, ShardLease]
    share: int


class ShardStore:
    """Leases of `count` shards for one gateway process. Every call raises StoreUnavailable if Redis is away.

    `wanted` are the shards it is to have, or None for its share of all of them.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        keys: Keys,
        gateway: str,
        count: int,
        wanted: Sequence[int] | None,
        seconds: float,
    ) -> None:
        self._redis = redis
        self._all_keys = keys
        self._keys = keys.gateways(count)
        self._gateway = gateway
        self.count = count
        self.seconds = seconds
        self.wanted = wanted
        self._beat = Script(redis, "shards")
        self._give = Script(redis, "give_shards")

    async def beat(self, held: Sequence[ShardLease]) -> Beat:
        """Prolong what is held, and take what is free of this gateway's share.

        What is missing from the answer was lost. A lease holds for `seconds` from before this was called.
        """
        wanted = "" if self.wanted is None else ",".join(map(str, self.wanted))
        arguments = [self._gateway, int(self.seconds * 1000), self.count, wanted, *_triples(held)]
        with reaching("renew the leases of shards"):
            share, *found = await self._beat(keys=self._keys.all, args=arguments)
        leases = [ShardLease(int(shard), int(token), _stream(stream)) for shard, token, stream in found]
        return Beat({lease.shard: lease for lease in leases}, int(share))

    async def give(self, leases: Sequence[ShardLease], *, leaves: bool) -> int:
        """Give shards back with their streams; how many were its own. `leaves`: it takes no more."""
        arguments = [self._gateway, "leaves" if leaves else "", *_triples(leases)]
        with reaching("give back shards"):
            return int(await self._give(keys=self._keys.all, args=arguments))

    async def wait(self) -> None:
        """Wait until something may have changed, but no longer than one blocking read."""
        with reaching("wait for a shard"):
            await self._redis.blpop([self._keys.bell], timeout=min(BLOCK_SECONDS, self.seconds / 4))

    async def identify_turn(self, bucket: int, *, seconds: float = IDENTIFY_SECONDS) -> None:
        """Wait for the turn of a bucket of shards to identify, and take it for so many seconds."""
        key = self._all_keys.identifies(bucket)
        while seconds > 0:
            with reaching("wait to identify"):
                if await self._redis.set(key, self._gateway, nx=True, px=int(seconds * 1000)):
                    heed_cancellation()
                    return
                left: Any = await self._redis.pttl(key)
            heed_cancellation()
            await asyncio.sleep(max(0, left) / 1000 + 0.01)


def resumed(lease: ShardLease, stream: Stream | None) -> ShardLease:
    """The lease with where its stream stands now."""
    return replace(lease, stream=stream)


def _triples(leases: Sequence[ShardLease]) -> list[Any]:
    return [
        part
        for lease in leases
        for part in (lease.shard, lease.token, encode(lease.stream) if lease.stream else b"")
    ]


def _stream(stored: bytes) -> Stream | None:
    return Stream.model_validate(decode(stored)) if stored else None

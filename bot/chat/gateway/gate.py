"""What this process may answer at this moment, by its own clock; nobody is asked.

A process that slept through the end of its lease wakes up with events in its hands: here they are let go, for
whoever has the shard now is given them too. What Discord sends again when a stream is resumed is let go where
the person was long told that it failed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from discord.utils import snowflake_time

from bot.chat.gateway.plan import shard_of

TOO_OLD_SECONDS = 10.0  # far beyond the three after which Discord tells the person that it failed
_START_TURNS = 5  # of the loop: discord.py goes through three tasks
_START_SECONDS = 0.01  # in which the answer to an event that was taken in has begun


@dataclass(frozen=True)
class Hold:
    """A shard may be answered for until then, by the gate's clock, under this token."""

    token: int
    until: float


class Gate:
    """The shards held, and how many answers are under way in each."""

    def __init__(self, clock: Callable[[], float], now: Callable[[], int]) -> None:
        self._clock = clock
        self._now = now  # ms since the epoch
        self._resuming: set[int] = set()
        self._holds: dict[int, Hold] = {}
        self._under_way: Counter[int] = Counter()
        self._ended = asyncio.Event()
        self.count = 1
        self._log = structlog.get_logger(__name__)

    @property
    def holds(self) -> dict[int, Hold]:
        """What is held by now."""
        return {shard: hold for shard, hold in self._holds.items() if self._clock() < hold.until}

    def hold(self, shard: int, token: int, until: float) -> None:
        """Answer for a shard until then."""
        self._holds[shard] = Hold(token, until)

    def resuming(self, shard: int, *, yes: bool) -> None:
        """Discord sends again what a shard missed, or has sent it all."""
        (self._resuming.add if yes else self._resuming.discard)(shard)

    def drop(self, shard: int) -> None:
        """Answer for a shard no more."""
        self._holds.pop(shard, None)

    def expired(self) -> list[int]:
        """The shards whose time is over and that were not dropped yet."""
        return [shard for shard, hold in self._holds.items() if self._clock() >= hold.until]

    @contextmanager
    def answering(self, guild: int | None, operation: int) -> Iterator[int | None]:
        """Answer an interaction of a guild: the token to act under, or None if it is not ours to answer."""
        shard = shard_of(guild, self.count)
        hold = self._holds.get(shard)
        if hold is None or self._clock() >= hold.until:
            self._log.warning("gateway.not_ours", operation=str(operation), shard=shard)
            yield None
            return
        if shard in self._resuming and self._age(operation) > TOO_OLD_SECONDS:
            self._log.warning("gateway.too_old", operation=str(operation), shard=shard)
            yield None
            return
        self._under_way[shard] += 1
        try:
            yield hold.token
        finally:
            self._under_way[shard] -= 1
            self._ended.set()

    def _age(self, operation: int) -> float:
        return self._now() / 1000 - snowflake_time(operation).timestamp()

    async def begun(self) -> None:
        """Return when the answers to everything that was read before have begun, or were refused."""
        for _ in range(_START_TURNS):  # on a busy machine one turn of the loop is longer than the time below
            await asyncio.sleep(0)
        await asyncio.sleep(_START_SECONDS)

    async def quiet(self, shards: Collection[int], *, within: float) -> bool:
        """Wait until no answer is under way in these shards; whether that was within so many seconds."""
        await self.begun()
        try:
            async with asyncio.timeout(within):
                while any(self._under_way[shard] for shard in shards):
                    self._ended.clear()
                    await self._ended.wait()
        except TimeoutError:
            return False
        return True

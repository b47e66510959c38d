"""The queue as somebody who watches sees it: lengths, ages, and the guilds that have most to do with it now.

Every read is bounded, whatever is queued: a few counts, and the guilds at both ends of the line. Nothing here
is read on the main road.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis

from bot.store.codec import decode
from bot.store.connection import reaching
from bot.store.keys import Keys
from bot.store.queue import Job
from bot.telemetry.counted.queue import QueueReading

GUILDS: Final = 50  # looked at from each end of the line
PAUSED: Final = 1_000  # guilds that are looked at; the rounds of more count as waiting
OLDEST: Final = 100  # rounds among which the oldest that is not paused is looked for


@dataclass(frozen=True)
class GuildSeen:
    """A guild with rounds in the queue.

    `served`: cost over weight that it was served beyond those served least, in tokens; `state`: "waiting",
    "full" (as many rounds are written as may be while others wait) or "paused".
    """

    guild: str
    waiting: int
    writing: int
    served: float
    state: str


@dataclass(frozen=True)
class GuildsSeen:
    """The guilds with the most waiting rounds among those looked at, and how many guilds wait in all."""

    count: int
    guilds: tuple[GuildSeen, ...]


class QueueSeen:
    """Reads the queue for those who watch. Every call raises StoreUnavailable if Redis is away."""

    def __init__(self, redis: Redis, *, keys: Keys) -> None:
        self._redis = redis
        self._keys = keys.queue

    async def ping(self) -> None:
        """Have Redis answer."""
        with reaching("answer a ping"):
            pinged: Any = self._redis.ping()
            await pinged

    async def read(self, now: int) -> QueueReading:
        """Lengths and ages; `now` in ms since the epoch."""
        keys = self._keys
        paused = await self._paused()
        with reaching("look at the queue"):
            pipe = self._redis.pipeline(transaction=False)
            for key in (keys.ready, keys.later, keys.leases, keys.outboxes):
                pipe.zcard(key)
            pipe.zcount(keys.due, "-inf", now)
            pipe.zrange(keys.ready, 0, 0 if not paused else OLDEST - 1)
            ready, put_off, leased, outboxes, late, oldest = await pipe.execute()
        held = sum(paused.values())
        return QueueReading(
            waiting=max(0, ready - held),
            paused=held,
            put_off=put_off,
            leased=leased,
            outboxes=outboxes,
            deadlines_late=late,
            oldest_seconds=await self._age(oldest, now, paused),
        )

    async def guilds(self) -> GuildsSeen:
        """The guilds that are served next, and those that were served most."""
        keys = self._keys
        lines = {"waiting": keys.open, "full": keys.parked, "paused": keys.held}
        with reaching("look at the guilds in the queue"):
            pipe = self._redis.pipeline(transaction=False)
            for key in lines.values():
                pipe.zcard(key)
                pipe.zrange(key, 0, GUILDS - 1, withscores=True)
                pipe.zrange(key, 0, GUILDS - 1, desc=True, withscores=True)
            pipe.hget(keys.tally, "floor")
            *found, floor = await pipe.execute()
        known: dict[str, tuple[float, str]] = {}
        for index, state in enumerate(lines):
            for name, counter in (*found[3 * index + 1], *found[3 * index + 2]):
                known[name.decode()] = (float(counter), state)
        count = sum(found[3 * index] for index in range(len(lines)))
        base = min((counter for counter, _ in known.values()), default=float(floor or 0))
        sizes = await self._sizes(known)
        guilds = [
            GuildSeen(guild, *sizes[guild], served=counter - base, state=state)
            for guild, (counter, state) in known.items()
        ]
        guilds.sort(key=lambda one: (-one.waiting - one.writing, one.guild))
        return GuildsSeen(count, tuple(guilds))

    async def _sizes(self, guilds: Iterable[str]) -> dict[str, tuple[int, int]]:
        """How many rounds of each wait, and are written."""
        names = list(guilds)
        if not names:
            return {}
        with reaching("look at the guilds in the queue"):
            asked: Any = self._redis.hmget(
                self._keys.counts, [f"{what}\0{name}" for name in names for what in "wf"]
            )
            counts = [int(each or 0) for each in await asked]
        return dict(zip(names, zip(counts[::2], counts[1::2], strict=True), strict=True))

    async def _paused(self) -> dict[str, int]:
        """How many rounds of each guild wait that a worker has found paused."""
        with reaching("look at the paused guilds"):
            asked: Any = self._redis.zrange(self._keys.held, 0, PAUSED - 1)
            names = [name.decode() for name in await asked]
        return {name: waiting for name, (waiting, _) in (await self._sizes(names)).items()}

    async def _age(self, oldest: list[bytes], now: int, paused: Collection[str]) -> float:
        if not oldest:
            return 0.0
        with reaching("look at the oldest round"):
            asked: Any = self._redis.hmget(self._keys.jobs, [name.decode() for name in oldest])
            stored = [Job.model_validate(decode(each)) for each in await asked if each is not None]
        first = next((job.asked_at for job in stored if job.guild not in paused), now)
        return max(0.0, (now - first) / 1000)

"""The queue of rounds: leased to workers, renewed while they write, taken up by others when they die.

A job is a pointer to a round, never its text. It is queued once, leased to one worker at a time, and gone
only when its worker says so. The room's log says whether a round is really written, so that a job too many
does no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from redis.asyncio import Redis

from bot.store.codec import decode, encode
from bot.store.connection import BLOCK_SECONDS, reaching
from bot.store.keys import Keys
from bot.store.scripts import source
from bot.story.model import Model


class Job(Model):
    """A round to be written."""

    room: str
    round: int
    guild: str
    asked_at: int  # ms since the epoch

    @property
    def id(self) -> str:
        """Its name in outbox and queue."""
        return job_id(self.room, self.round)


class Lease(Model):
    """A job in one worker's hands until the lease ends."""

    job: Job
    attempt: int  # counted from 1
    dead: bool  # every attempt is spent: only the apology is left to write
    token: str

    @property
    def room(self) -> str:
        """The round's room."""
        return self.job.room

    @property
    def round(self) -> int:
        """The round's number."""
        return self.job.round

    @property
    def guild(self) -> str:
        """The room's guild."""
        return self.job.guild

    @property
    def job_id(self) -> str:
        """The job's name."""
        return self.job.id


class Queue:
    """Leases rounds. Every call raises StoreUnavailable if Redis is away."""

    def __init__(
        self, redis: Redis, *, keys: Keys, lease_seconds: float, attempts: int, token: Callable[[], str]
    ) -> None:
        self._redis = redis
        self._keys = keys.queue
        self._lease_ms = int(lease_seconds * 1000)
        self._attempts = attempts
        self._token = token
        self._enqueue = redis.register_script(source("enqueue"))
        self._lease = redis.register_script(source("lease"))
        self._settle = redis.register_script(source("settle"))

    async def put(self, job: Job) -> bool:
        """Queue a job; False if it is queued already."""
        with reaching("queue a round"):
            return bool(await self._enqueue(keys=self._keys.all, args=[job.id, encode(job)]))

    async def lease(self) -> Lease | None:
        """Take the next job, or nothing."""
        token = self._token()
        with reaching("lease a round"):
            answer = await self._lease(keys=self._keys.all, args=[token, self._lease_ms])
        if answer is None:
            return None
        _, job, attempt = answer
        return Lease(
            job=Job.model_validate(decode(job)),
            attempt=int(attempt),
            dead=int(attempt) > self._attempts,
            token=token,
        )

    async def renew(self, lease: Lease) -> bool:
        """Keep the lease for its length from now; False if it is lost."""
        return await self._settled(lease, "renew", self._lease_ms)

    async def finish(self, lease: Lease) -> bool:
        """The job is done; False if the lease was lost."""
        return await self._settled(lease, "finish")

    async def release(self, lease: Lease) -> None:
        """Give the job back unworked; it does not count as an attempt."""
        await self._settled(lease, "release")

    async def defer(self, lease: Lease, seconds: float) -> None:
        """Put the job off; the attempt counts."""
        await self._settled(lease, "defer", int(seconds * 1000))

    async def wait(self, seconds: float) -> None:
        """Wait until something may be ready, but no longer than `seconds`, nor than one blocking read."""
        with reaching("wait for a round"):
            await self._redis.blpop([self._keys.bell], timeout=min(seconds, BLOCK_SECONDS))

    async def place(self, room: str, round_number: int) -> int | None:
        """How many rounds come before this one; None if it is not waiting."""
        with reaching("look up a place in the queue"):
            rank: Any = await self._redis.zrank(self._keys.ready, job_id(room, round_number))
        return None if rank is None else int(rank)

    async def waiting(self) -> int:
        """How many jobs wait, those put off included."""
        with reaching("count the queue"):
            pipe = self._redis.pipeline(transaction=False)
            pipe.zcard(self._keys.ready)
            pipe.zcard(self._keys.later)
            return sum(await pipe.execute())

    async def _settled(self, lease: Lease, how: str, *values: int) -> bool:
        with reaching(f"{how} a lease"):
            return bool(
                await self._settle(keys=self._keys.all, args=[lease.job_id, lease.token, how, *values])
            )


def job_id(room: str, round_number: int) -> str:
    """A round's name in outbox and queue."""
    return f"{room}:{round_number}"

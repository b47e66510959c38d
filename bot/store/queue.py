"""The queue of rounds: leased to workers, renewed while they write, taken up by others when they die.

A job is a pointer to a round, never its text. It is queued once, leased to one worker at a time, and gone
only when its worker says so. The room's log says whether a round is really written, so that a job too many
does no harm. Who is next is decided in `scripts/fair.lua` and `scripts/lease.lua` (docs/fairness.md).
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Sequence
from typing import Any, Final

import structlog
from pydantic import ConfigDict
from redis.asyncio import Redis

from bot.store.codec import decode, encode
from bot.store.confirming import Confirming
from bot.store.connection import BLOCK_SECONDS, reaching
from bot.store.fairness.places import Place
from bot.store.fairness.shares import defaults
from bot.store.keys import Keys
from bot.store.scripts import Script
from bot.story.model import Model

UNREADABLE: Final = (ValueError, zlib.error)  # of a job that a newer program packed, or that is broken
UNREADABLE_SECONDS: Final = 10.0  # before such a job is leased again, by whoever can read it
_UNREADABLE_AT_ONCE: Final = 8  # in one lease


class Job(Model):
    """A round to be written, or, with `cancel`, one that nobody is to write any more.

    `cost`: input and twice the output, in tokens, over all takes; `tokens`: what the servers must have room
    for. Both are estimates, 0 where there is none. What a newer program knows of it beyond this goes on with
    it: an older relay may carry it, an older worker write it.
    """

    model_config = ConfigDict(extra="allow")

    room: str
    round: int
    guild: str
    asked_at: int  # ms since the epoch
    asked_by: str = ""
    cost: int = 0
    tokens: int = 0
    cancel: bool = False
    trace: str = ""  # the W3C traceparent of whoever asked, where spans are sent

    @property
    def id(self) -> str:
        """Its name in outbox and queue."""
        return job_id(self.room, self.round) + (":cancel" if self.cancel else "")


class Lease(Model):
    """A job in one worker's hands until the lease ends."""

    job: Job
    attempt: int  # counted from 1
    dead: bool  # every attempt is spent: only the apology is left to write
    token: str
    unspared: bool = False  # servers went away under it too often: that spends attempts from now on

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
    """Leases rounds. Every call raises StoreUnavailable if Redis is away.

    `replicas`: how many are to have a job before it counts as queued. `now`: ms, in the place of Redis's own
    clock, for simulations.
    """

    def __init__(
        self,
        redis: Redis,
        *,
        keys: Keys,
        lease_seconds: float,
        attempts: int,
        token: Callable[[], str],
        replicas: int = 0,
        now: Callable[[], int] | None = None,
    ) -> None:
        self._redis = redis
        self._keys = keys.queue
        self._lease_ms = int(lease_seconds * 1000)
        self._attempts = attempts
        self._token = token
        self._now = now
        self._enqueue = Confirming(redis, "fair", "enqueue", replicas=replicas)
        names = ("lease", "settle", "cancel", "places", "shown")
        self._scripts = {name: Script(redis, "fair", name) for name in names}
        self._log = structlog.get_logger(__name__)

    async def put(self, job: Job) -> bool:
        """Queue a job; False if it is queued already. One that cancels takes its round out of the queue."""
        if job.cancel:
            return await self.cancel(job.room, job.round)
        facts: list[str | int] = [job.guild, job.room, job.asked_by, job.cost, job.tokens]
        with reaching("queue a round"):
            (added,) = await self._enqueue.run(self._keys.all, self._arguments(job.id, encode(job), *facts))
            return bool(added)

    async def lease(self, *, room: int | None = None, lends: bool = True) -> Lease | None:
        """Take the next job, or nothing.

        `room`: for how many tokens all servers together have room, None where that is not known. `lends`:
        whether this place may go to somebody who has as many rounds in flight as they may. A job that cannot
        be read is left to a program that can.
        """
        for _ in range(_UNREADABLE_AT_ONCE):
            token = self._token()
            with reaching("lease a round"):
                answer = await self._run("lease", token, self._lease_ms, room or 0, int(lends))
            if answer is None:
                return None
            name, stored, attempt, unspared = answer
            try:
                job = Job.model_validate(decode(stored))
            except UNREADABLE as error:
                self._log.error("queue.job_unreadable", job=name.decode(), failure=type(error).__name__)
                await self._settled(name.decode(), token, "leave", ms=int(UNREADABLE_SECONDS * 1000))
                continue
            dead = int(attempt) > self._attempts
            return Lease(job=job, attempt=int(attempt), dead=dead, token=token, unspared=bool(unspared))
        return None

    async def renew(self, lease: Lease) -> bool:
        """Keep the lease for its length from now; False if it is lost."""
        return await self._settled(lease.job_id, lease.token, "renew", ms=self._lease_ms)

    async def finish(self, lease: Lease, *, used: int | None = None) -> bool:
        """The job is done; False if the lease was lost. `used`: its cost, None for what was estimated."""
        return await self._settled(lease.job_id, lease.token, "finish", used=used)

    async def release(self, lease: Lease, *, used: int | None = None) -> None:
        """Give the job back unworked; it does not count as an attempt."""
        await self._settled(lease.job_id, lease.token, "release", used=used)

    async def defer(self, lease: Lease, seconds: float, *, used: int | None = None) -> None:
        """Put the job off; the attempt counts. It keeps its turn, and is not charged again."""
        await self._settled(lease.job_id, lease.token, "defer", ms=int(seconds * 1000), used=used)

    async def leave(self, lease: Lease, seconds: float) -> None:
        """Leave the job to a worker that can do it, and take it from nobody for so long; no attempt."""
        await self._settled(lease.job_id, lease.token, "leave", ms=int(seconds * 1000))

    async def spare(self, lease: Lease, seconds: float, *, used: int | None = None) -> None:
        """As `defer`, and the attempt does not count; it does where that was so for the job three times."""
        await self._settled(lease.job_id, lease.token, "spare", ms=int(seconds * 1000), used=used)

    async def cancel(self, room: str, round_number: int) -> bool:
        """Take a job out, or have its worker stop; False if there is none. The room says why."""
        with reaching("cancel a round"):
            return bool(await self._run("cancel", job_id(room, round_number)))

    async def cancelled(self, leases: Sequence[Lease]) -> list[Lease]:
        """Which of these leases are of rounds that nobody wants any more."""
        if not leases:
            return []
        with reaching("look for cancelled rounds"):
            found: Any = await self._redis.hmget(self._keys.cancels, [lease.job_id for lease in leases])
        return [lease for lease, mark in zip(leases, found, strict=True) if mark is not None]

    async def wait(self, seconds: float) -> None:
        """Wait until something may be ready, but no longer than `seconds`, nor than one blocking read."""
        with reaching("wait for a round"):
            await self._redis.blpop([self._keys.bell], timeout=min(seconds, BLOCK_SECONDS))

    async def place(self, room: str, round_number: int) -> Place | None:
        """Where a round stands; None if it is not waiting."""
        with reaching("look up a place in the queue"):
            found = await self._run("places", "of", job_id(room, round_number))
        return Place.model_validate(json.loads(found[0])) if found else None

    async def places_due(self, *, limit: int, every: float) -> list[Place]:
        """Waiting rounds whose places are to be shown anew; who asks has them for `every` seconds."""
        with reaching("look up the places in the queue"):
            found = await self._run("places", "due", limit, int(every * 1000))
        return [Place.model_validate(json.loads(each)) for each in found]

    async def has(self, room: str, round_number: int) -> bool:
        """Whether a round waits, is put off or is being written."""
        with reaching("look for a round"):
            found: Any = await self._redis.hexists(self._keys.jobs, job_id(room, round_number))
        return bool(found)

    async def place_shown(self, room: str, round_number: int, words: str) -> None:
        """Keep what was shown of a round's place, while it waits."""
        with reaching("keep what was shown of a place"):
            await self._run("shown", job_id(room, round_number), words)

    async def waiting(self) -> int:
        """How many jobs wait, those put off included."""
        with reaching("count the queue"):
            pipe = self._redis.pipeline(transaction=False)
            pipe.zcard(self._keys.ready)
            pipe.zcard(self._keys.later)
            return sum(await pipe.execute())

    async def _settled(self, job: str, token: str, how: str, *, ms: int = 0, used: int | None = None) -> bool:
        with reaching(f"{how} a lease"):
            return bool(await self._run("settle", job, token, how, ms, "" if used is None else used))

    async def _run(self, script: str, *arguments: str | bytes | float) -> Any:  # noqa: ANN401 - what scripts answer
        return await self._scripts[script](keys=self._keys.all, args=self._arguments(*arguments))

    def _arguments(self, *more: str | bytes | float) -> list[Any]:
        return ["" if self._now is None else self._now(), defaults(), *more]


def job_id(room: str, round_number: int) -> str:
    """A round's name in outbox and queue."""
    return f"{room}:{round_number}"

"""From the rooms' outboxes to the queue: nothing asked for is lost between the two.

An outbox lies in its room's slot and is written with the events; the queue lies in another. The relay moves
jobs across at least once, and the queue takes each once. Rooms to look into are noted before they are written
to (`RoomStore.load(asks=True)`), so that a process may die anywhere.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import Any

import structlog
from redis.asyncio import Redis

from bot.errors import StoreError
from bot.store.codec import decode
from bot.store.connection import heed_cancellation, reaching
from bot.store.keys import Keys
from bot.store.queue import Job, Queue
from bot.store.scripts import source

SWEEP_SECONDS = 1.0
INTENT_SECONDS = 120.0  # an operation that noted its room and has not appended by then never will


class Relay:
    """Moves jobs. `nudge` makes it look at once; it looks by itself every second."""

    def __init__(self, redis: Redis, queue: Queue, *, keys: Keys) -> None:
        self._redis = redis
        self._queue = queue
        self._keys = keys
        self._forget = redis.register_script(source("forget"))
        self._nudged = asyncio.Event()
        self._log = structlog.get_logger(__name__)

    def nudge(self) -> None:
        """Say that an outbox has something."""
        self._nudged.set()

    async def run(self) -> None:
        """Move jobs until cancelled. Redis being away is waited out."""
        while True:
            try:
                await self.sweep()
            except StoreError:
                self._log.warning("relay_waits_for_redis")
            heed_cancellation()
            with suppress(TimeoutError):
                async with asyncio.timeout(SWEEP_SECONDS):
                    await self._nudged.wait()
            self._nudged.clear()

    async def sweep(self) -> int:
        """Look into every outbox that may hold something; how many jobs were moved."""
        outboxes = self._keys.queue.outboxes
        with reaching("list the outboxes"):
            marks: Any = await self._redis.zrange(outboxes, 0, -1, withscores=True)
        moved = 0
        for name, mark in marks:
            room = name.decode()
            with structlog.contextvars.bound_contextvars(room=room):
                jobs = await self.deliver(room)
            moved += jobs
            if not jobs and time.time() - mark / 1000 > INTENT_SECONDS:
                with reaching("take a room off the outboxes"):
                    await self._forget(keys=[outboxes], args=[room, f"{mark:.0f}"])
        return moved

    async def deliver(self, room: str) -> int:
        """Move one room's jobs; how many there were."""
        outbox = self._keys.room(room).outbox
        with reaching("read an outbox"):
            jobs: Any = await self._redis.hgetall(outbox)
        found = {job_id: Job.model_validate(decode(stored)) for job_id, stored in jobs.items()}
        for job_id, job in sorted(found.items(), key=lambda each: each[1].cancel):  # asked before taken back
            await self._queue.put(job)
            with reaching("empty an outbox"):
                await self._redis.hdel(outbox, job_id)
        return len(jobs)

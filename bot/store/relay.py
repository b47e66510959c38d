"""From the rooms' outboxes to the queue: nothing asked for is lost between the two.

An outbox lies in its room's slot and is written with the events; the queue lies in another. The relay moves
jobs across at least once, and the queue takes each once. Rooms to look into are noted before they are written
to (`RoomStore.load(asks=True)`), so that a process may die anywhere.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

import structlog
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster
from redis.exceptions import SlotNotCoveredError

from bot.errors import StoreError
from bot.store.codec import decode
from bot.store.connection import heed_cancellation, reaching
from bot.store.keys import Keys
from bot.store.queue import UNREADABLE, Job, Queue
from bot.store.scripts import Script

SWEEP_SECONDS: Final = 1.0
INTENT_SECONDS: Final = 120.0  # an operation that noted its room and has not appended by then never will
_AT_ONCE: Final = 200  # outboxes that are read in one trip
_FAILURES: Final = (
    3  # of Redis with one node's outboxes, before the others of that node wait for the next look
)


class Relay:
    """Moves jobs. `nudge` makes it look into a room's outbox at once; it looks into all every second."""

    def __init__(self, redis: Redis, queue: Queue, *, keys: Keys) -> None:
        self._redis = redis
        self._queue = queue
        self._keys = keys
        self._forget = Script(redis, "forget")
        self._nudged: dict[str, None] = {}  # in the order of asking
        self._bell = asyncio.Event()
        self._behind: set[str] = set()  # rooms that were passed over: the next look takes them last
        self._log = structlog.get_logger(__name__)

    def nudge(self, room: str) -> None:
        """Say that a room's outbox has something."""
        self._nudged[room] = None
        self._bell.set()

    async def run(self) -> None:
        """Move jobs until cancelled. Redis being away is waited out."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._sweep_on(), name="all outboxes")
            group.create_task(self._heed_nudges(), name="outboxes that have something")

    async def _sweep_on(self) -> None:
        while True:
            try:
                await self.sweep()
            except StoreError:
                self._log.warning("relay_waits_for_redis")
            heed_cancellation()
            await asyncio.sleep(SWEEP_SECONDS)

    async def _heed_nudges(self) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            rooms, self._nudged = self._nudged, {}
            for room in rooms:
                with structlog.contextvars.bound_contextvars(room=room), suppress(StoreError):
                    await self.deliver(room)  # else the next look finds it
                heed_cancellation()

    async def sweep(self) -> int:
        """Look into every outbox that may hold something; how many jobs were moved.

        What cannot be moved, whatever the cause, is passed over, and taken last the next time.
        """
        with reaching("list the outboxes"):
            found: Any = await self._redis.zrange(self._keys.queue.outboxes, 0, -1, withscores=True)
        marks = {name.decode(): mark for name, mark in found}
        moved, behind = 0, set[str]()
        for rooms in await self._by_node(sorted(marks, key=self._behind.__contains__)):
            number, passed_over = await self._look_into(rooms, marks)
            moved += number
            behind.update(passed_over)
        self._behind = behind
        return moved

    async def _look_into(self, rooms: Sequence[str], marks: Mapping[str, float]) -> tuple[int, list[str]]:
        """Look into the outboxes of one node: how many jobs were moved, and which rooms were passed over."""
        moved, failures = 0, 0
        passed_over: list[str] = []
        for start in range(0, len(rooms), _AT_ONCE):
            piece = rooms[start : start + _AT_ONCE]
            try:
                outboxes = await self._read(piece)
            except StoreError as error:
                self._pass_over(rooms[start:], error)
                return moved, [*passed_over, *rooms[start:]]
            for at, (room, outbox) in enumerate(zip(piece, outboxes, strict=True), start):
                try:
                    moved += await self._empty(room, outbox, marks[room])
                except Exception as error:  # noqa: BLE001 - one room, whatever it holds, must not stop the others
                    self._pass_over([room], error)
                    passed_over.append(room)
                    failures += isinstance(error, StoreError)
                if failures == _FAILURES:
                    return moved, [*passed_over, *rooms[at + 1 :]]
        return moved, passed_over

    def _pass_over(self, rooms: Sequence[str], error: Exception) -> None:
        if not self._behind.issuperset(rooms):  # once, not every second
            first = rooms[0]
            self._log.warning("relay.passed_over", room=first, rooms=len(rooms), failure=type(error).__name__)

    async def _read(self, rooms: Iterable[str]) -> list[Any]:
        with reaching("read the outboxes"):
            pipe = self._redis.pipeline(transaction=False)
            for room in rooms:
                pipe.hgetall(self._keys.room(room).outbox)
            return list(await pipe.execute(raise_on_error=False))

    async def _empty(self, room: str, outbox: Mapping[bytes, bytes] | Exception, mark: float) -> int:
        """Move what an outbox holds; how many jobs that were. One that stays empty is looked into no more."""
        if isinstance(outbox, Exception):
            with reaching("read an outbox"):
                raise outbox
        moved = await self._move(room, outbox)
        if moved < len(outbox):
            raise ValueError(f"{len(outbox) - moved} jobs cannot be read")
        if not outbox and time.time() - mark / 1000 > INTENT_SECONDS:
            with reaching("take a room off the outboxes"):
                await self._forget(keys=[self._keys.queue.outboxes], args=[room, f"{mark:.0f}"])
        return moved

    async def deliver(self, room: str) -> int:
        """Move one room's jobs; how many that were. Those that cannot be read stay where they are.

        Raises:
            StoreUnavailable: Redis is away, or what was queued is not known to be with its replicas.

        """
        with reaching("read an outbox"):
            outbox: Any = await self._redis.hgetall(self._keys.room(room).outbox)
        return await self._move(room, outbox)

    async def _move(self, room: str, outbox: Mapping[bytes, bytes]) -> int:
        jobs: dict[bytes, Job] = {}
        for job_id, stored in outbox.items():
            with suppress(*UNREADABLE):
                jobs[job_id] = Job.model_validate(decode(stored))
        for job_id, job in sorted(jobs.items(), key=lambda each: each[1].cancel):  # asked before taken back
            await self._queue.put(job)
            with reaching("empty an outbox"):
                await self._redis.hdel(self._keys.room(room).outbox, job_id)
        return len(jobs)

    async def _by_node(self, rooms: Sequence[str]) -> list[list[str]]:
        """The rooms by the node of a cluster that has them: one that is down stops its own alone."""
        if not isinstance(self._redis, RedisCluster):
            return [list(rooms)]
        with reaching("find whose the outboxes are"):
            cluster = await self._redis.initialize()
        nodes: dict[str, list[str]] = {}
        for room in rooms:
            try:
                name = cluster.get_node_from_key(self._keys.room(room).outbox).name
            except SlotNotCoveredError:
                name = ""
            nodes.setdefault(name, []).append(room)
        return list(nodes.values())

"""The worker: takes rounds from the queue, has each written under its lease, outlives whatever goes wrong.

Runs until it is cancelled. Rounds under way are then given back, so that another worker takes them up
at once; a worker that is killed leaves its leases to run out.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine

import structlog

from bot.errors import StoreError, WritingError
from bot.store.connection import heed_cancellation
from bot.store.queue import Lease
from bot.writing.failures import pause_before
from bot.writing.leases import while_held
from bot.writing.ports import Queue
from bot.writing.rounds import RoundWriter

WAIT_SECONDS = 5.0  # for the queue to have something, before it is asked again all the same
AWAY_SECONDS = 1.0  # between two questions to a queue that is away
GIVE_BACK_SECONDS = 3.0  # at shutdown, for the rounds under way; all of it takes less than 5 s


class Worker:
    """Writes up to `rounds` rounds at once. `lease_seconds` is the queue's; `clock` seconds, monotonic."""

    def __init__(
        self,
        *,
        queue: Queue,
        writer: RoundWriter,
        rounds: int,
        lease_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._queue = queue
        self._writer = writer
        self._places = asyncio.Semaphore(rounds)
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._log = structlog.get_logger(__name__)

    async def run(self) -> None:
        """Write rounds until the task is cancelled; returns within 5 s of that."""
        async with asyncio.TaskGroup() as group:
            while True:
                await self._places.acquire()
                lease = await self._next()
                group.create_task(self._one(lease), name=f"round {lease.job_id}")

    async def _next(self) -> Lease:
        while True:
            try:
                if lease := await self._queue.lease():
                    return await self._ours(lease)
                heed_cancellation()
                await self._queue.wait(WAIT_SECONDS)
            except StoreError as error:
                self._log.warning("writing.queue_away", failure=error.code)
                await asyncio.sleep(AWAY_SECONDS)
            heed_cancellation()

    async def _ours(self, lease: Lease) -> Lease:
        try:
            heed_cancellation()
        except asyncio.CancelledError:
            await self._settle(lease, self._queue.release(lease), "released")
            raise
        return lease

    async def _one(self, lease: Lease) -> None:
        """Have one round written. The one boundary: whatever it raises, the worker goes on."""
        self._log.info("writing.leased", room=lease.room, round=lease.round, attempt=lease.attempt)
        try:
            await while_held(
                self._queue,
                lease,
                self._writer.write(lease),
                lease_seconds=self._lease_seconds,
                clock=self._clock,
            )
        except asyncio.CancelledError:
            await self._settle(lease, self._queue.release(lease), "released")
            raise
        except WritingError as error:
            await self._defer(lease, error, because=str(error))
        except Exception as error:  # noqa: BLE001 - one round's failure, whatever it is, must not end the others
            await self._defer(lease, error, where=_where(error))
        finally:
            self._places.release()

    async def _defer(self, lease: Lease, error: Exception, **more: str) -> None:
        seconds = pause_before(lease.attempt)
        # Never the error's own text or its traceback unless it is ours: it could quote a story.
        self._log.error(
            "writing.deferred",
            room=lease.room,
            round=lease.round,
            attempt=lease.attempt,
            failure=type(error).__name__,
            seconds=seconds,
            **more,
        )
        await self._settle(lease, self._queue.defer(lease, seconds), "deferred")

    async def _settle(self, lease: Lease, call: Coroutine[None, None, None], how: str) -> None:
        """Tell the queue. If it cannot be told in time, the lease runs out and says the same."""
        try:
            async with asyncio.timeout(GIVE_BACK_SECONDS):
                await call
        except (StoreError, TimeoutError) as error:
            self._log.warning(
                "writing.lease_left",
                room=lease.room,
                round=lease.round,
                how=how,
                failure=type(error).__name__,
            )


def _where(error: BaseException) -> str:
    """The places in the code that an error came from, innermost last, without anything it says."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " > ".join([*(f"{frame.name}:{frame.lineno}" for frame in frames), type(error).__name__])

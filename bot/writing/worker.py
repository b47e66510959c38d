"""The worker: takes rounds from the queue, has each written under its lease, outlives whatever goes wrong.

Runs until it is cancelled. Rounds under way are then given back, so that another worker takes them up
at once; a worker that is killed leaves its leases to run out.
"""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable, Coroutine
from contextlib import suppress

import structlog

from bot.errors import StoreError, WritingError
from bot.store.connection import heed_cancellation
from bot.store.queue import Lease
from bot.telemetry import Telemetry
from bot.telemetry.counted.writing import RoundEnd
from bot.writing.failures import is_newer, pause_before
from bot.writing.leases import while_held
from bot.writing.ports import Queue
from bot.writing.reach import Reach
from bot.writing.rounds import RoundWriter
from bot.writing.spending import spent
from bot.writing.taken_back import TakenBack
from tgi.client.usage import counting

WAIT_SECONDS = 5.0  # for the queue to have something, before it is asked again all the same
AWAY_SECONDS = 1.0  # between two questions to a queue that is away
LEFT_SECONDS = 2.0  # a round of a room that only a newer program can read, before anybody leases it again
HELD_BACK_SECONDS = 6.0  # the worker that left it, so that another is the next to look
GIVE_BACK_SECONDS = 3.0  # at shutdown, for the rounds under way; all of it takes less than 5 s


class Worker:
    """Writes up to `rounds` rounds at once. `lease_seconds` is the queue's; `clock` seconds, monotonic.

    `reach`: whether a server is there; nothing is leased before one is.
    `room`: for how many tokens the servers have room, None while that is not known. The last place is lent to
    nobody who has as many rounds in flight as they may: whoever comes next need not wait for one to end.
    """

    def __init__(
        self,
        *,
        queue: Queue,
        writer: RoundWriter,
        rounds: int,
        lease_seconds: float,
        clock: Callable[[], float],
        reach: Reach,
        room: Callable[[], int | None] = lambda: None,
        telemetry: Telemetry | None = None,
    ) -> None:
        self._telemetry = telemetry or Telemetry()
        self._reach = reach
        self._room = room
        self._free = rounds
        self._taken_back = TakenBack(queue)
        self._to_begin: dict[str, Lease] = {}  # by token: their tasks have not had a first step
        self._queue = queue
        self._writer = writer
        self._places = asyncio.Semaphore(rounds)
        self._lease_seconds = lease_seconds
        self._clock = clock
        self._held_back_until = clock()
        self._log = structlog.get_logger(__name__)

    async def run(self) -> None:
        """Write rounds until the task is cancelled; returns within 5 s of that."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._taken_back.run(), name="rounds taken back")
                while True:
                    await self._places.acquire()
                    lease = await self._next()
                    self._free -= 1
                    self._to_begin[lease.token] = lease
                    group.create_task(self._counted(lease), name=f"round {lease.job_id}")
        finally:
            for lease in self._to_begin.values():  # one that is cancelled before its first step never runs
                await self._settle(lease, self._queue.release(lease), "released")

    async def _next(self) -> Lease:
        while True:
            try:
                await asyncio.sleep(self._held_back_until - self._clock())
                await self._reach.there()
                if lease := await self._queue.lease(room=self._room(), lends=self._free > 1):
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

    async def _counted(self, lease: Lease) -> None:
        del self._to_begin[lease.token]
        self._telemetry.metrics.rounds.leased(lease.attempt, self._telemetry.since(lease.job.asked_at))
        names: dict[str, str | float] = {
            "room": lease.room,
            "round": lease.round,
            "attempt": lease.attempt,
        }
        with (
            structlog.contextvars.bound_contextvars(**names),
            self._telemetry.traces.span("round", parent=lease.job.trace, **names),
            counting(),  # what it costs, for the guild's share
        ):
            await self._one(lease)

    async def _one(self, lease: Lease) -> None:
        """Have one round written. The one boundary: whatever it raises, the worker goes on."""
        self._log.info("writing.leased", room=lease.room, round=lease.round, attempt=lease.attempt)
        ended = self._telemetry.metrics.rounds.ended
        try:
            held = await while_held(
                self._queue,
                lease,
                self._taken_back.unless(lease, self._writer.write),
                lease_seconds=self._lease_seconds,
                clock=self._clock,
            )
            if not held:
                ended("lost")
                await self._let_go(lease)
        except asyncio.CancelledError:
            ended("released")
            await self._settle(lease, self._queue.release(lease, used=spent()), "released")
            raise
        except WritingError as error:
            if self._reach.is_there:
                await self._defer(lease, error, because=str(error))
            else:
                await self._spare(lease, error)
        except Exception as error:  # noqa: BLE001 - one round's failure, whatever it is, must not end the others
            if is_newer(error):
                await self._leave(lease)
            else:
                await self._defer(lease, error, where=_where(error))
        finally:
            self._free += 1
            self._places.release()

    async def _leave(self, lease: Lease) -> None:
        """A newer program has the room, as in a roll-out: its workers write the round, and this one waits."""
        self._log.info("writing.left_to_newer", room=lease.room, round=lease.round, seconds=LEFT_SECONDS)
        self._held_back_until = self._clock() + HELD_BACK_SECONDS
        await self._hand_back(lease, "left", lambda: self._queue.leave(lease, LEFT_SECONDS))

    async def _spare(self, lease: Lease, error: WritingError) -> None:
        """Every server has gone, which is no fault of the round; it is leased again when one is there."""
        seconds = pause_before(1, error)
        self._log.warning(
            "writing.spared", room=lease.room, round=lease.round, attempt=lease.attempt, because=str(error)
        )
        await self._hand_back(
            lease, "released", lambda: self._queue.spare(lease, seconds, used=spent()), how="spared"
        )

    async def _defer(self, lease: Lease, error: Exception, **more: str) -> None:
        seconds = pause_before(lease.attempt, error)
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
        await self._hand_back(lease, "deferred", lambda: self._queue.defer(lease, seconds, used=spent()))

    async def _hand_back(
        self,
        lease: Lease,
        ended: RoundEnd,
        call: Callable[[], Coroutine[None, None, None]],
        *,
        how: str = "",
    ) -> None:
        """A round that another attempt is to write: counted as ended, off this worker's hands, and queued."""
        self._telemetry.metrics.rounds.ended(ended)
        await self._let_go(lease)
        await self._settle(lease, call(), how or ended)

    async def _let_go(self, lease: Lease) -> None:
        """Take this worker's hand off the screen. What cannot be done soon is the next worker's to show."""
        with suppress(TimeoutError):
            async with asyncio.timeout(GIVE_BACK_SECONDS):
                await self._writer.lost(lease)

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

"""Work under a lease: renewed while it is done, dropped at once when the lease is lost.

Whoever lost a lease has no say any more: another worker writes the round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress

import structlog

from bot.errors import StoreError
from bot.store.connection import heed_cancellation
from bot.store.queue import Lease
from bot.writing.ports import Queue

RENEWALS = 3  # in the length of a lease

_log = structlog.get_logger(__name__)


async def while_held(
    queue: Queue,
    lease: Lease,
    work: Coroutine[None, None, None],
    *,
    lease_seconds: float,
    clock: Callable[[], float],
) -> bool:
    """Do the work while the lease can be kept; False if it was lost, and the work cancelled.

    `clock` in seconds, monotonic. What the work raises is raised here.
    """
    working = asyncio.create_task(work, name=f"writing {lease.job_id}")
    keeping = asyncio.create_task(
        _keep(queue, lease, lease_seconds, clock), name=f"keeping the lease of {lease.job_id}"
    )
    try:
        await asyncio.wait({working, keeping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
            return True
        await keeping
        return False
    finally:
        for task in (working, keeping):
            task.cancel()
        await asyncio.gather(working, keeping, return_exceptions=True)


async def _keep(queue: Queue, lease: Lease, lease_seconds: float, clock: Callable[[], float]) -> None:
    """Renew until the lease is lost: the queue says so, or could not be asked for the length of the lease."""
    every = lease_seconds / RENEWALS
    ends = clock() + lease_seconds
    while True:
        await asyncio.sleep(min(every, max(0.0, ends - clock())))
        asked = clock()
        with suppress(StoreError, TimeoutError):
            async with asyncio.timeout(every):
                if not await queue.renew(lease):
                    break
            ends = asked + lease_seconds
        heed_cancellation()
        if clock() >= ends:
            break
    _log.warning("writing.lease_lost", room=lease.room, round=lease.round, attempt=lease.attempt)

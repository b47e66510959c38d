"""Rounds that people take back while they are being written: their workers hear of it within a second.

The queue is asked once for all leases that this process holds. Work that is taken back is cancelled, which
closes its requests to TGI; the room's log says already that the round is over, so that going to its end again
only shows and settles it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from bot.errors import StoreError
from bot.store.connection import heed_cancellation
from bot.store.queue import Lease
from bot.writing.ports import Queue

LOOK_SECONDS = 0.5

_log = structlog.get_logger(__name__)


class TakenBack:
    """Watches the leases that are being worked on."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._held: dict[str, tuple[Lease, asyncio.Event]] = {}

    async def run(self) -> None:
        """Look until cancelled. The queue being away is waited out."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if self._held:
                with suppress(StoreError):
                    for lease in await self._queue.cancelled([lease for lease, _ in self._held.values()]):
                        if (held := self._held.get(lease.token)) is not None:
                            held[1].set()
            heed_cancellation()

    async def unless(self, lease: Lease, write: Callable[[Lease], Awaitable[None]]) -> None:
        """Have a round written; once it is taken back, stop that and have it brought to its end as it is."""
        taken_back = asyncio.Event()
        self._held[lease.token] = (lease, taken_back)
        writing = asyncio.ensure_future(write(lease))
        watching = asyncio.create_task(taken_back.wait(), name=f"taken back? {lease.job_id}")
        try:
            await asyncio.wait({writing, watching}, return_when=asyncio.FIRST_COMPLETED)
            if writing.done():
                return await writing
        finally:
            del self._held[lease.token]
            for task in (writing, watching):
                task.cancel()
            await asyncio.gather(writing, watching, return_exceptions=True)
        _log.info("writing.taken_back", room=lease.room, round=lease.round)
        return await write(lease)

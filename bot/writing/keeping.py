"""Keeps a round's takes as far as they came, about once a second, beside the writing and never in its way.

What people are shown is kept at the moment it goes on screen, so that no text that they saw is taken back;
what is young is kept sooner, since with its first words alone all of it would be written again.

What cannot be kept is no failure: a take whose text is lost is written from its start.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

import structlog

from bot.errors import StoreError
from bot.store.connection import heed_cancellation
from bot.store.partials import Partial
from bot.store.queue import Lease
from bot.writing.ports import Partials
from bot.writing.transcript import Transcript

KEEP_SECONDS = 2.0  # at most between two trips; each takes what all takes of the round have by then
YOUNG_SECONDS = 0.4  # the same, until every take was kept YOUNG times
YOUNG = 2
LAST_SECONDS = 1.0  # at most, for what there is when the writing is cut short

_log = structlog.get_logger(__name__)


async def found(partials: Partials, lease: Lease) -> Mapping[int, Partial]:
    """What is kept of the leased round's takes, by number; nothing where that cannot be told."""
    try:
        return await partials.claim(lease)
    except StoreError as error:
        _log.warning("writing.partials_not_found", room=lease.room, round=lease.round, failure=error.code)
        return {}


async def forgotten(partials: Partials, lease: Lease) -> None:
    """Let go of what is kept of a round that is over; where that fails it goes with the room."""
    try:
        await partials.forget(lease)
    except StoreError as error:
        _log.warning("writing.partials_left", room=lease.room, round=lease.round, failure=error.code)


class Keeping:
    """Keeps what `transcripts` have of the leased round's takes, until a take is taken out of them.

    `shown` is set whenever something of them goes on screen.
    """

    def __init__(
        self, partials: Partials, lease: Lease, transcripts: Mapping[int, Transcript], shown: asyncio.Event
    ) -> None:
        self._partials = partials
        self._lease = lease
        self._transcripts = transcripts
        self._kept: dict[int, int] = {}
        self._times: Counter[int] = Counter()
        self._shown = shown
        self._over = False
        self._lost = False
        self._log = _log.bind(room=lease.room, round=lease.round)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep while the block runs, and once more after it, however it ends."""
        name = f"keeping {self._lease.job_id}"
        keeping = asyncio.create_task(self._run(), name=name)
        try:
            yield
        finally:
            self._over = True
            self._shown.set()
            try:
                await asyncio.wait({keeping}, timeout=LAST_SECONDS)
            finally:
                keeping.cancel()
                (ended,) = await asyncio.gather(keeping, return_exceptions=True)
                if isinstance(ended, Exception):  # ours, and no reason for a take to fail
                    self._log.warning("writing.keeping_failed", failure=type(ended).__name__)

    async def _run(self) -> None:
        over = False
        while not over:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause):
                    await self._shown.wait()
            self._shown.clear()
            over = self._over  # where it ends while something is being kept, the rest is kept after that
            await self._keep()
            heed_cancellation()

    @property
    def _pause(self) -> float:
        is_young = any(self._times[take] < YOUNG for take in self._transcripts)
        return YOUNG_SECONDS if is_young else KEEP_SECONDS

    async def _keep(self) -> None:
        now = {take: each.changes for take, each in self._transcripts.items()}
        fresh = {
            take: partial
            for take, changes in now.items()
            if changes != self._kept.get(take) and (partial := self._transcripts[take].partial()) is not None
        }
        if not fresh or self._lost:
            return
        try:
            self._lost = not await self._partials.keep(self._lease, fresh)
        except StoreError as error:
            self._log.warning("writing.partials_not_kept", failure=error.code)
            return
        self._kept.update((take, now[take]) for take in fresh)
        self._times.update(fresh.keys())

"""Looks: at Redis through `bot.store`, at processes over HTTP, all at once and each within its time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Final

import aiohttp

from bot.errors import StoreError
from bot.store import GuildsSeen, QueueSeen
from bot.telemetry.counted.queue import QueueReading
from bot.top.figures import Figures
from bot.top.picture import GuildShown, Picture
from bot.top.processes import endpoints_of, process_of

ASK_SECONDS: Final = 3.0
MOST_BYTES: Final = 8_000_000  # of one answer
GUILDS: Final = 20  # shown


class Looking:
    """Looks at Redis and at the processes of these addresses; each look compares with the one before."""

    def __init__(
        self,
        queue: QueueSeen,
        http: aiohttp.ClientSession,
        addresses: Sequence[str],
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], int],
    ) -> None:
        self._queue = queue
        self._http = http
        self._addresses = list(dict.fromkeys(addresses))
        self._clock = clock
        self._now = now
        self._before: dict[str, Figures] = {}

    async def look(self) -> Picture:
        """Everything as it is now; what does not answer is left out or said to be away."""
        (reading, guilds), found = await asyncio.gather(
            self._at_redis(), asyncio.gather(*(self._at(address) for address in self._addresses))
        )
        after = {address: each for address, each in zip(self._addresses, found, strict=True) if each}
        processes = tuple(
            process_of(address, after.get(address), self._before.get(address)) for address in self._addresses
        )
        endpoints = endpoints_of(after, self._before)
        self._before = after
        return Picture(
            at=self._now(),
            queue=reading,
            guild_count=guilds.count,
            guilds=tuple(
                GuildShown.model_validate(each, from_attributes=True) for each in guilds.guilds[:GUILDS]
            ),
            processes=processes,
            endpoints=endpoints,
            tokens=_sum([each.tokens for each in processes]),
            errors=_sum([each.errors for each in processes]),
            rooms_active=_whole(_sum([each.rooms_active for each in processes])),
        )

    async def _at_redis(self) -> tuple[QueueReading | None, GuildsSeen]:
        try:
            async with asyncio.timeout(ASK_SECONDS):
                return await self._queue.read(self._now()), await self._queue.guilds()
        except (StoreError, TimeoutError):
            return None, GuildsSeen(0, ())

    async def _at(self, address: str) -> Figures | None:
        try:
            async with (
                asyncio.timeout(ASK_SECONDS),
                self._http.get(f"http://{address}/metrics", allow_redirects=False) as reply,
            ):
                reply.raise_for_status()
                text = await reply.content.read(MOST_BYTES)
                while not reply.content.at_eof() and len(text) < MOST_BYTES:
                    text += await reply.content.read(MOST_BYTES - len(text))
                return Figures.read(text.decode(), self._clock())
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return None


def _sum(values: Sequence[float | None]) -> float | None:
    known = [each for each in values if each is not None]
    return sum(known) if known else None


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)

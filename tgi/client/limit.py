"""How many generations this client runs at once, over all servers; what each allows is kept apart from it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tgi.client.policy import Deadline, within


class Limit:
    """So many places, given out in the order of asking; None for as many as anybody wants.

    Raises:
        ValueError: there would be no place at all.

    """

    def __init__(self, places: int | None) -> None:
        if places is not None and places < 1:
            raise ValueError("the limit must be at least 1 generation at once")
        self._places = None if places is None else asyncio.Semaphore(places)

    @asynccontextmanager
    async def place(self, total: Deadline) -> AsyncIterator[None]:
        """Hold a place for the block.

        Raises:
            TimedOut: there was none before the whole call's time passed.

        """
        if self._places is None:
            yield
            return
        async with within(total):
            await self._places.acquire()
        try:
            yield
        finally:
            self._places.release()

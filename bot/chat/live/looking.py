"""A look that is taken again and again, whatever Redis is doing meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from bot.errors import StoreError
from bot.store.connection import heed_cancellation


async def keep_looking(
    look: Callable[[], Awaitable[None]], *, every: float, away: Callable[[], object]
) -> None:
    """Look every so many seconds until cancelled; Redis being away is told to `away` and waited out."""
    while True:
        try:
            await look()
        except StoreError:
            away()
        heed_cancellation()
        await asyncio.sleep(every)

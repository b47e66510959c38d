"""When a shard may identify: Discord allows so many a day, and one at a time in each bucket of shards.

Source: "Session Start Limit Object" and "Max Concurrency" of Discord's documentation. Beyond the day's number
Discord resets the bot's token, so that the last of them is never spent.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import discord
import structlog

from bot.errors import StoreUnavailable
from bot.store.shards import IDENTIFY_SECONDS, ShardStore

if TYPE_CHECKING:
    from bot.chat.client import StoryroomClient

KEPT = 10  # identifies of the day that are left for a person to mend things with
LOOK_AGAIN_SECONDS = 300.0


class OwnTurns:
    """One gateway with one shard: it waits after its first identify only."""

    def __init__(self) -> None:
        self._is_first = True

    async def wait(self, _shard: int) -> None:
        """Wait for the turn."""
        if not self._is_first:
            await asyncio.sleep(IDENTIFY_SECONDS)
        self._is_first = False


class SharedTurns:
    """Several shards, of one process or more: the turns are taken in Redis, the day's number is Discord's."""

    seconds: float = IDENTIFY_SECONDS

    def __init__(self, client: StoryroomClient, store: ShardStore) -> None:
        self._client = client
        self._store = store
        self._log = structlog.get_logger(__name__)

    async def wait(self, shard: int) -> None:
        """Wait for the turn of the shard's bucket.

        Raises:
            OSError: Redis or Discord cannot be asked; it is to be tried again.

        """
        try:
            while True:
                limits = await self._client.fetch_session_start_limits()
                if limits.remaining > min(KEPT, limits.total // 2):
                    break
                self._log.error("gateway.no_starts_left", reset_in=limits.reset_after / 1000)
                await asyncio.sleep(min(limits.reset_after / 1000 + 1, LOOK_AGAIN_SECONDS))
            await self._store.identify_turn(shard % limits.max_concurrency, seconds=self.seconds)
        except (StoreUnavailable, discord.RateLimited) as error:
            raise ConnectionError("the turn to identify could not be taken") from error

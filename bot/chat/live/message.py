"""One message, one writer. What is shown last wins; what came between is never queued.

At most one edit is in flight, and none begins sooner than `every` seconds after the one before, which keeps a
streaming message inside Discord's five edits in five seconds. The last edit is made whatever happens short of
the message being gone: passing failures are tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import aiohttp
import discord
import structlog

from bot.chat.render.shown import Shown

EVERY_SECONDS = 1.25  # four in five seconds, and the last one at once
LAST_EDIT_TRIES = 6
LAST_EDIT_PAUSE = 1.0  # seconds, doubled each time

Draw: TypeAlias = Callable[[], Shown]  # drawn when it is sent, not for every token
Write: TypeAlias = Callable[[Shown], Awaitable[None]]


class LiveMessage:
    """Writes one message until it is finished or has been idle for a while."""

    def __init__(
        self, write: Write, *, name: str, every: float = EVERY_SECONDS, idle: float | None = None
    ) -> None:
        self._write = write
        self._every = every
        self._idle = idle
        self._draw: Draw | None = None
        self._changed = asyncio.Event()
        self._last = asyncio.Event()
        self._log = structlog.get_logger(__name__).bind(message=name)
        self._task = asyncio.create_task(self._run(), name=f"live-{name}")

    @property
    def is_over(self) -> bool:
        """Whether it writes no more."""
        return self._task.done() or self._last.is_set()

    def show(self, draw: Draw) -> None:
        """Show this soon, unless something newer comes before; nothing comes after the last."""
        if not self._last.is_set():
            self._draw = draw
            self._changed.set()

    async def finish(self, draw: Draw | None = None) -> None:
        """Show this at once and for good; returns when it is on screen.

        Raises:
            discord.HTTPException: the message cannot be written any more.

        """
        if draw is not None:
            self.show(draw)
        self._last.set()
        self._changed.set()
        await self._task

    async def cancel(self) -> None:
        """Stop without a last edit."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while await self._something_to_show():
            draw, self._draw = self._draw, None
            self._changed.clear()
            if draw is not None:
                await self._edit(draw)
            if self._last.is_set() and self._draw is None:
                return
            await _within(self._last.wait(), self._every)

    async def _something_to_show(self) -> bool:
        return await _within(self._changed.wait(), self._idle)

    async def _edit(self, draw: Draw) -> None:
        pause = LAST_EDIT_PAUSE
        for attempt in range(1, LAST_EDIT_TRIES + 1):
            try:
                await self._write((self._draw or draw)())
            except (discord.NotFound, discord.Forbidden):
                raise
            except (discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError) as error:
                self._log.warning("edit_failed", error=type(error).__name__, attempt=attempt)
                if not self._last.is_set():
                    return  # the next change shows it
                if attempt == LAST_EDIT_TRIES:
                    raise
                await asyncio.sleep(pause)
                pause *= 2
            else:
                return


async def _within(waiting: Awaitable[object], seconds: float | None) -> bool:
    """Whether what is waited for came in time. `wait_for` can lose a cancellation on Python 3.11."""
    try:
        async with asyncio.timeout(seconds):
            await waiting
    except TimeoutError:
        return False
    return True

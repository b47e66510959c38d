"""One message, one writer. What is shown last wins; what came between is never queued.

At most one edit is in flight, and none begins sooner than `every` seconds after the one before, which keeps a
streaming message inside Discord's five edits in five seconds. An edit that fails for a passing reason is made
again, as whatever is then the newest; the last one for minutes, short of the message being gone.
"""

from __future__ import annotations

import asyncio
import contextvars
import time
from collections.abc import Awaitable, Callable
from typing import TypeAlias

import structlog

from bot.chat.live.posts import NOT_SHOWN, passes
from bot.chat.live.yielding import Crowded, Line, edits
from bot.chat.render.shown import Shown
from bot.telemetry.counted.chat import Edited, Screen

EVERY_SECONDS = 1.25  # four in five seconds, and the last one at once
AGAIN_SECONDS = 1.0  # after an edit that failed, doubled each time
AGAIN_LIMIT_SECONDS = 30.0
LAST_EDIT_TRIES = 12  # over three minutes and a half

# Drawn when it is sent, not for every token; what it is drawn from may be read then, or be gone.
Draw: TypeAlias = Callable[[], Shown | Awaitable[Shown | None]]
Write: TypeAlias = Callable[[Shown], Awaitable[None]]


class Undrawn(Exception):
    """What is to be shown cannot be drawn now; it may be when it is tried again."""


class LiveMessage:
    """Writes one message until it is finished or has been idle for a while."""

    def __init__(
        self,
        write: Write,
        *,
        name: str,
        every: float = EVERY_SECONDS,
        idle: float | None = None,
        screen: Screen | None = None,
        turn: Line | None = None,
        over: Callable[[], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._write = write
        self._turn = turn  # which all edits but the last wait for before they are drawn
        self._in_line: asyncio.Timeout | None = None
        self._screen = screen
        self._clock = clock
        self._waits_since: float | None = None  # what is not on screen yet was to be shown then
        self._every = every
        self._idle = idle
        self._draw: Draw | None = None
        self._changed = asyncio.Event()
        self._last = asyncio.Event()
        self._log = structlog.get_logger(__name__).bind(message=name)
        # It outlives the operation that began it, and must not log under its name.
        apart = contextvars.copy_context()
        apart.run(structlog.contextvars.unbind_contextvars, "operation", "kind")
        self._task = asyncio.create_task(self._run(), name=f"live-{name}", context=apart)
        if over is not None:
            self._task.add_done_callback(lambda _: over())

    @property
    def is_over(self) -> bool:
        """Whether it writes no more."""
        return self._task.done() or self._last.is_set()

    def show(self, draw: Draw) -> None:
        """Show this soon, unless something newer comes before; nothing comes after the last."""
        if not self._last.is_set():
            if self._draw is not None:
                self._tell("dropped")
            if self._waits_since is None:
                self._waits_since = self._clock()
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
        in_line, self._in_line = self._in_line, None
        if in_line is not None:
            in_line.reschedule(0)
        await self._task

    async def cancel(self) -> None:
        """Stop without a last edit."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        failures = 0
        last_tries = 0
        while await self._something_to_show():
            await self._its_turn()
            draw, self._draw = self._draw, None
            self._changed.clear()
            last_tries += self._last.is_set()
            done = draw is None or await self._edit(draw, give_up=last_tries == LAST_EDIT_TRIES)
            draw = None  # with all that it was drawn from, while nothing changes
            if done:
                failures = 0
                if self._last.is_set() and self._draw is None:
                    return
                await _within(self._last.wait(), self._every)
            else:
                failures += 1
                await self._wait_to_try_again(failures)

    async def _something_to_show(self) -> bool:
        # What was shown at the very moment at which the wait ended is not lost with it.
        return await _within(self._changed.wait(), self._idle) or self._draw is not None

    async def _its_turn(self) -> None:
        if self._turn is None or self._last.is_set():
            return
        try:
            async with asyncio.timeout(None) as self._in_line:  # the last edit leaves the line
                await self._turn()
        except TimeoutError:
            pass
        finally:
            self._in_line = None

    async def _edit(self, draw: Draw, *, give_up: bool) -> bool:
        since, self._waits_since = self._waits_since, None
        try:
            with edits(passing=not self._last.is_set()):
                drawn = draw()
                shown = drawn if isinstance(drawn, Shown) else await drawn
                if shown is not None:
                    await self._write(shown)
        except Crowded as crowded:
            self._waits_since = since
            self._draw = self._draw or draw
            self._changed.set()
            await _within(self._last.wait(), crowded.seconds)
            return True
        except (*NOT_SHOWN, Undrawn) as error:
            self._log.warning("edit_failed", error=type(error).__name__)
            self._tell("failed")
            if give_up or not (passes(error) or isinstance(error, Undrawn)):
                raise
            self._waits_since = since
            self._draw = self._draw or draw
            self._changed.set()
            return False
        self._tell("made", age=None if since is None else self._clock() - since)
        return True

    def _tell(self, outcome: Edited, *, age: float | None = None) -> None:
        if self._screen is not None:
            self._screen.edited(outcome, age=age)

    async def _wait_to_try_again(self, failures: int) -> None:
        seconds = min(AGAIN_LIMIT_SECONDS, AGAIN_SECONDS * 2 ** min(failures - 1, 16))
        if self._last.is_set():
            await asyncio.sleep(seconds)
        else:
            await _within(self._last.wait(), seconds)


async def _within(waiting: Awaitable[object], seconds: float | None) -> bool:
    """Whether what is waited for came in time. `wait_for` can lose a cancellation on Python 3.11."""
    try:
        async with asyncio.timeout(seconds):
            await waiting
    except TimeoutError:
        return False
    return True

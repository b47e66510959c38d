"""The time of one local Discord: the machine's own, which a test may move ahead.

Everything that expires here (3 s, 15 min, rate limits, polls, archiving) asks this clock and sets its timers
on it, so moving it ahead makes all of it due at once.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Clock", "Timer"]


@dataclass(order=True)
class Timer:
    """Something that is due at `due`, in seconds since 1970."""

    due: float
    number: int
    act: Callable[[], None] | None = field(compare=False)

    def cancel(self) -> None:
        """Do not act after all."""
        self.act = None


class Clock:
    """Seconds since 1970: `source` plus what it was moved ahead by."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._ahead = 0.0
        self._timers: list[Timer] = []
        self._numbers = itertools.count()
        self._wake: asyncio.TimerHandle | None = None
        self._sleepers: set[asyncio.Future[None]] = set()

    def __call__(self) -> float:
        """Now."""
        return self._source() + self._ahead

    def call_later(self, delay: float, act: Callable[[], None]) -> Timer:
        """Call `act` in `delay` seconds of this clock. Needs a running event loop."""
        timer = Timer(self() + delay, next(self._numbers), act)
        heapq.heappush(self._timers, timer)
        if self._timers[0] is timer:
            self._set()
        return timer

    def advance(self, seconds: float) -> None:
        """Move ahead; what becomes due happens now, in order, each at its own time."""
        until = self() + seconds
        while self._timers and self._timers[0].due <= until:
            self._ahead += max(0.0, self._timers[0].due - self())
            self._ring()
        self._ahead += max(0.0, until - self())
        self._set()

    async def sleep(self, seconds: float) -> None:
        """Wait for `seconds` of this clock; not longer than until it is closed."""
        over = asyncio.get_running_loop().create_future()
        self._sleepers.add(over)
        timer = self.call_later(seconds, lambda: _wake(over))
        try:
            await over
        finally:
            timer.cancel()
            self._sleepers.discard(over)

    def close(self) -> None:
        """Forget every timer, and wake who sleeps."""
        self._timers.clear()
        self._set()
        for over in self._sleepers:
            _wake(over)

    def _ring(self) -> None:
        now = self()
        while self._timers and self._timers[0].due <= now:
            timer = heapq.heappop(self._timers)
            if timer.act is None:
                continue
            try:
                timer.act()
            except Exception as error:  # noqa: BLE001 - told to the loop, as of a timer of its own; others go on
                said = {"message": "A timer of the local Discord failed.", "exception": error}
                asyncio.get_running_loop().call_exception_handler(said)

    def _due(self) -> None:
        self._ring()
        self._set()

    def _set(self) -> None:
        if self._wake is not None:
            self._wake.cancel()
            self._wake = None
        while self._timers and self._timers[0].act is None:
            heapq.heappop(self._timers)
        if self._timers:
            wait = max(0.0, self._timers[0].due - self())
            self._wake = asyncio.get_running_loop().call_later(wait, self._due)


def _wake(over: asyncio.Future[None]) -> None:
    if not over.done():
        over.set_result(None)

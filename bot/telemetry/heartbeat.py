"""The event loop's heartbeat: how late it is, and whether it beats at all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Final

from bot.telemetry.metrics import Metrics

EVERY_SECONDS: Final = 0.5
LATE_SECONDS: Final = 15.0  # a loop that was away for longer is not alive


class Heartbeat:
    """Beats on the loop that does the work. `clock`: seconds, monotonic."""

    def __init__(self, metrics: Metrics, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._metrics = metrics
        self._clock = clock
        self._last = clock()

    async def run(self) -> None:
        """Beat until cancelled."""
        while True:
            due = self._clock() + EVERY_SECONDS
            await asyncio.sleep(EVERY_SECONDS)
            self._last = self._clock()
            self._metrics.lagged(max(0.0, self._last - due))

    @property
    def silent(self) -> float:
        """Seconds since the last beat."""
        return self._clock() - self._last

    @property
    def lives(self) -> bool:
        """Whether it beat lately."""
        return self.silent < LATE_SECONDS

"""Watches that a client's heart beats.

A client that is late is first asked for a heartbeat (opcode 1) and has a second of real time to answer: so
moving the clock of a test ahead by an hour does not cut off a client that is alive.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from bot.local_discord.clock import Clock, Timer

__all__ = ["Pulse"]

_TOLERANCE = 1.25
_GRACE_SECONDS = 1.0


class Pulse:
    """Calls `ask` when no beat came within the interval and a quarter, and `dead` when none follows."""

    def __init__(
        self, clock: Clock, interval: float, *, ask: Callable[[], None], dead: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._within = interval * _TOLERANCE
        self._ask = ask
        self._dead = dead
        self._timer: Timer | None = None
        self._grace: asyncio.TimerHandle | None = None

    def beat(self) -> None:
        """A heartbeat came, or the connection begins."""
        self.stop()
        self._timer = self._clock.call_later(self._within, self._late)

    def stop(self) -> None:
        """Watch no longer."""
        if self._timer is not None:
            self._timer.cancel()
        if self._grace is not None:
            self._grace.cancel()

    def _late(self) -> None:
        self._grace = asyncio.get_running_loop().call_later(_GRACE_SECONDS, self._dead)
        self._ask()

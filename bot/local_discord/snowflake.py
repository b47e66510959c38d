"""Discord's ids: 42 bits of milliseconds since 2015, worker, process, increment.

The clock is given; nothing here reads the time by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

__all__ = ["Snowflakes", "isoformat", "made_at"]

_EPOCH_MS = 1_420_070_400_000
_INCREMENT_BITS = 12


class Snowflakes:
    """Makes ids that strictly grow, all above `after`, also when the clock stands still or goes back."""

    def __init__(self, clock: Callable[[], float], *, worker: int = 1, after: int = 0) -> None:
        self._clock = clock
        self._worker = worker
        self._last_ms = (after >> 22) + 1 if after else 0
        self._increment = 0

    @property
    def last(self) -> int:
        """No id made so far is above it."""
        return (self._last_ms << 22) | (self._worker << 17) | self._increment

    def make(self) -> str:
        """A fresh id, as text, the way JSON carries it."""
        ms = max(int(self._clock() * 1000) - _EPOCH_MS, self._last_ms)
        self._increment = self._increment + 1 if ms == self._last_ms else 0
        if self._increment >> _INCREMENT_BITS:
            ms, self._increment = ms + 1, 0
        self._last_ms = ms
        return str((ms << 22) | (self._worker << 17) | self._increment)


def made_at(snowflake: str) -> float:
    """When the id was made, in seconds since 1970."""
    return ((int(snowflake) >> 22) + _EPOCH_MS) / 1000


def isoformat(seconds: float) -> str:
    """A time the way Discord writes it: ISO 8601, UTC, microseconds."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")

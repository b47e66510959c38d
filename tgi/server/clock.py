"""The times that TGI reports of one request: in its headers and in its metrics."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Times(NamedTuple):
    """Durations in seconds."""

    total: float
    validation: float
    queue: float
    inference: float


class Stopwatch:
    """Marks the stages of one request on a clock of seconds; every duration is in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._started = self._validated = self._seated = clock()

    def validated(self) -> None:
        """Mark the end of validation."""
        self._validated = self._seated = self._clock()

    def seated(self) -> None:
        """Mark the start of inference."""
        self._seated = self._clock()

    def times(self) -> Times:
        """Read the durations up to now."""
        now = self._clock()
        return Times(
            total=now - self._started,
            validation=self._validated - self._started,
            queue=self._seated - self._validated,
            inference=now - self._seated,
        )

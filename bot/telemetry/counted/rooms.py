"""What is counted where rooms change: operations, tries of an append, calls of Redis, what was due."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Literal, TypeAlias

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

ACTIVE_SECONDS = 600.0
MOST_ACTIVE = 100_000  # rooms that are told apart at once

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

Done: TypeAlias = Literal["done", "put_off", "broken"]


class Operations:
    """Commands on rooms. A command's class is its label: there are as many as the rules have."""

    def __init__(self, registry: CollectorRegistry, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = Histogram(
            "storyroom_operation_seconds",
            "From reading a room to its append, by outcome.",
            ["outcome"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._operations = Counter(
            "storyroom_operations",
            "Commands on rooms by class and outcome.",
            ["command", "outcome"],
            registry=registry,
        )
        self._tries = Counter(
            "storyroom_append_tries",
            "Appends that Redis answered: appended, repeated before, or stale and decided again.",
            ["result"],
            registry=registry,
        )
        self._active = Gauge(
            "storyroom_rooms_active",
            "Rooms that this process changed in the last ten minutes.",
            registry=registry,
        )
        self._active.set_function(self._count_active)
        self._clock = clock
        self._touched: OrderedDict[str, float] = OrderedDict()

    def ended(self, command: str, outcome: str, seconds: float) -> None:
        """A command came to its end."""
        self._operations.labels(command, outcome).inc()
        self._seconds.labels(outcome).observe(seconds)

    def tried(self, result: str) -> None:
        """Redis answered an append: appended, repeated or stale."""
        self._tries.labels(result).inc()

    def touched(self, room: str) -> None:
        """A room was changed. Its id is counted and never shown."""
        self._touched[room] = self._clock()
        self._touched.move_to_end(room)
        if len(self._touched) > MOST_ACTIVE:
            self._touched.popitem(last=False)

    def _count_active(self) -> float:
        earliest = self._clock() - ACTIVE_SECONDS
        while self._touched and next(iter(self._touched.values())) < earliest:
            self._touched.popitem(last=False)
        return float(len(self._touched))


class RedisCalls:
    """Calls of Redis. A call's label is its command, or the script that it runs."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._seconds = Histogram(
            "storyroom_redis_call_seconds",
            "Calls of Redis by command or script, those that failed included.",
            ["call"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._failures = Counter(
            "storyroom_redis_failures",
            "Calls of Redis that failed, by command or script and kind of failure.",
            ["call", "failure"],
            registry=registry,
        )

    def called(self, call: str, seconds: float, failure: str | None = None) -> None:
        """A call came back, or failed."""
        self._seconds.labels(call).observe(seconds)
        if failure is not None:
            self._failures.labels(call, failure).inc()


class Deadlines:
    """What was due in rooms and was looked at."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._looked = Counter(
            "storyroom_deadlines",
            "Marks of rooms in which something was due: done, put off, or broken.",
            ["outcome"],
            registry=registry,
        )

    def looked(self, outcome: Done) -> None:
        """A room was looked at."""
        self._looked.labels(outcome).inc()

"""The queue as Redis has it, read when somebody asks: every process tells the same, so take the maximum."""

from __future__ import annotations

import math
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Gauge


@dataclass(frozen=True, slots=True)
class QueueReading:
    """The queue at one moment. `oldest_seconds`: how long the round that waits longest has; 0 without one.

    `deadlines_late` are moments that have passed and were not looked at. `paused` are the rounds of servers
    that were paused: they wait as well, but not for a worker.
    """

    waiting: int
    put_off: int
    leased: int
    outboxes: int
    deadlines_late: int
    oldest_seconds: float
    paused: int = 0


class QueueGauges:
    """Lengths and ages; not a number while Redis is away."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._up = Gauge(
            "storyroom_redis_up", "Whether Redis answered when this was read.", registry=registry
        )
        self._rounds = Gauge(
            "storyroom_queue_rounds",
            "Rounds in the queue: waiting, paused with their server, put off, or leased to a worker.",
            ["state"],
            registry=registry,
        )
        self._oldest = Gauge(
            "storyroom_queue_oldest_seconds",
            "How long the round that waits longest has waited; 0 if none waits.",
            registry=registry,
        )
        self._outboxes = Gauge(
            "storyroom_outbox_rooms", "Rooms whose outbox is to be looked into.", registry=registry
        )
        self._late = Gauge(
            "storyroom_deadlines_late",
            "Marks whose moment has passed and that are not done.",
            registry=registry,
        )

    def read(self, reading: QueueReading | None) -> None:
        """Show a reading, or that there is none."""
        self._up.set(reading is not None)
        values = (
            (
                reading.waiting,
                reading.paused,
                reading.put_off,
                reading.leased,
                reading.outboxes,
                reading.deadlines_late,
            )
            if reading is not None
            else (math.nan,) * 6
        )
        for gauge, value in zip(
            (
                *(self._rounds.labels(state) for state in ("waiting", "paused", "put_off", "leased")),
                self._outboxes,
                self._late,
            ),
            values,
            strict=True,
        ):
            gauge.set(value)
        self._oldest.set(math.nan if reading is None else reading.oldest_seconds)

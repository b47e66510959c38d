"""Everything that is counted in one process, in a registry of its own: two apps in one process stay apart."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

from bot.telemetry.counted.chat import Gateway, Interactions, Rest, Screen
from bot.telemetry.counted.queue import QueueGauges
from bot.telemetry.counted.rooms import Deadlines, Operations, RedisCalls
from bot.telemetry.counted.writing import Rounds, TgiServers

_LAG_SECONDS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The counts of one process. No label is ever the id of a guild, a room or a person."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.interactions = Interactions(self.registry)
        self.rest = Rest(self.registry)
        self.gateway = Gateway(self.registry)
        self.screen = Screen(self.registry)
        self.operations = Operations(self.registry)
        self.redis = RedisCalls(self.registry)
        self.queue = QueueGauges(self.registry)
        self.deadlines = Deadlines(self.registry)
        self.rounds = Rounds(self.registry)
        self.tgi = TgiServers(self.registry)
        self._lag = Histogram(
            "storyroom_loop_lag_seconds",
            "How late the event loop's heartbeat was.",
            buckets=_LAG_SECONDS,
            registry=self.registry,
        )
        self._about = Gauge(
            "storyroom_info",
            "1: the program's version, and what this process does.",
            ["version", "role"],
            registry=self.registry,
        )

    def lagged(self, seconds: float) -> None:
        """The heartbeat was so late."""
        self._lag.observe(seconds)

    def about(self, *, version: str, role: str) -> None:
        """Name the process, and tell of its memory, processor time and files as well."""
        self._about.labels(version, role).set(1)
        ProcessCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        return generate_latest(self.registry)

"""What is counted where rounds are written: leases and their ends, waits, takes, tokens, TGI's servers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_WAIT_SECONDS = (0.1, 0.25, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800)
_TAKE_SECONDS = (1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300)
_ATTEMPTS_APART = 5  # more are counted together

RoundEnd: TypeAlias = Literal[
    "written", "deferred", "given_up", "released", "lost", "left", "cancelled", "gone"
]
BREAKER_STATES = ("closed", "open", "half-open")


class Rounds:
    """Rounds under lease, and their takes. Seconds from the asking are of the wall clock."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._leases = Counter(
            "storyroom_leases",
            "Rounds taken from the queue, by attempt; 6 is the sixth or a later one.",
            ["attempt"],
            registry=registry,
        )
        self._ends = Counter(
            "storyroom_round_ends", "Leases by how they ended.", ["outcome"], registry=registry
        )
        self._wait = Histogram(
            "storyroom_round_wait_seconds",
            "From the asking of a round to its first lease, and to its first words.",
            ["until"],
            buckets=_WAIT_SECONDS,
            registry=registry,
        )
        self._take_seconds = Histogram(
            "storyroom_take_seconds",
            "From a take's first request to its last token.",
            buckets=_TAKE_SECONDS,
            registry=registry,
        )
        self._takes = Counter(
            "storyroom_takes", "Takes that were kept, and that failed.", ["outcome"], registry=registry
        )
        self._tokens = Counter(
            "storyroom_tokens",
            "Tokens of takes: read by the model, written by it.",
            ["way"],
            registry=registry,
        )
        self._redraws = Counter(
            "storyroom_redraws", "Draws thrown away, by their fault.", ["fault"], registry=registry
        )
        self._resumed = Counter(
            "storyroom_takes_resumed",
            "Takes that went on from what an earlier attempt had written.",
            registry=registry,
        )
        self._saved = Counter(
            "storyroom_tokens_saved", "Tokens that resumed takes need not write again.", registry=registry
        )

    def leased(self, attempt: int, waited: float) -> None:
        """A round was taken from the queue, `waited` seconds after it was asked for."""
        self._leases.labels(str(min(attempt, _ATTEMPTS_APART + 1))).inc()
        if attempt <= 1:
            self._wait.labels("leased").observe(max(0.0, waited))

    def first_words(self, waited: float) -> None:
        """The first words of a round came, so many seconds after it was asked for."""
        self._wait.labels("first_words").observe(max(0.0, waited))

    def ended(self, outcome: RoundEnd) -> None:
        """A lease ended."""
        self._ends.labels(outcome).inc()

    def took(self, *, seconds: float, tokens_in: int, tokens_out: int, redraws: Iterable[str]) -> None:
        """A take was kept; `redraws`: the faults of the draws before it."""
        self._takes.labels("kept").inc()
        self._take_seconds.observe(seconds)
        self._tokens.labels("in").inc(tokens_in)
        self._tokens.labels("out").inc(tokens_out)
        for fault in redraws:
            self._redraws.labels(fault).inc()

    def take_failed(self) -> None:
        """A take broke off and left nothing."""
        self._takes.labels("failed").inc()

    def resumed(self, saved: int) -> None:
        """A take went on from `saved` tokens that were written before."""
        self._resumed.inc()
        self._saved.inc(saved)


@dataclass(frozen=True, slots=True)
class Server:
    """One TGI server as its client knows it. `breaker`: one of `BREAKER_STATES`."""

    endpoint: str
    requests: int
    failures: dict[str, int] = field(default_factory=dict)  # by kind
    breaker: str = "closed"
    running: int = 0
    outstanding: int = 0  # tokens
    wrote_ago: float | None = None  # seconds since its last token


class TgiServers(Collector):
    """TGI's servers, read from the client when somebody asks. `serve` says where from."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._servers: Callable[[], Sequence[Server]] = tuple
        registry.register(self)

    def serve(self, servers: Callable[[], Sequence[Server]]) -> None:
        """Read the servers so from now on."""
        self._servers = servers

    def collect(self) -> Iterable[Metric]:
        """Every figure of every server."""
        requests = CounterMetricFamily(
            "storyroom_tgi_requests", "Requests sent to a TGI server.", labels=["endpoint"]
        )
        failures = CounterMetricFamily(
            "storyroom_tgi_failures",
            "Requests to a TGI server that failed, by kind.",
            labels=["endpoint", "failure"],
        )
        breaker = GaugeMetricFamily(
            "storyroom_tgi_breaker",
            "A TGI server's circuit breaker: 1 for the state it is in.",
            labels=["endpoint", "state"],
        )
        running = GaugeMetricFamily(
            "storyroom_tgi_running", "Generations under way at a TGI server.", labels=["endpoint"]
        )
        outstanding = GaugeMetricFamily(
            "storyroom_tgi_outstanding_tokens", "Tokens still to be written there.", labels=["endpoint"]
        )
        silent = GaugeMetricFamily(
            "storyroom_tgi_last_token_seconds", "Seconds since a server's last token.", labels=["endpoint"]
        )
        for each in self._servers():
            requests.add_metric([each.endpoint], each.requests)
            for kind, count in each.failures.items():
                failures.add_metric([each.endpoint, kind], count)
            for state in BREAKER_STATES:
                breaker.add_metric([each.endpoint, state], float(state == each.breaker))
            running.add_metric([each.endpoint], each.running)
            outstanding.add_metric([each.endpoint], each.outstanding)
            if each.wrote_ago is not None:
                silent.add_metric([each.endpoint], each.wrote_ago)
        return (requests, failures, breaker, running, outstanding, silent)

"""The metrics that TGI's router exposes and that mean something here, in Prometheus' text format.

Names, labels and buckets are TGI's (docs/source/reference/metrics.md, router/src/server.rs), so that
dashboards and alert rules made for it work. Three kinds of series and their text are little code, so no
client library is used.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import accumulate
from typing import Final, Literal

from tgi.server.clock import Times
from tgi.server.limits import Limits

Failure = Literal["validation", "overloaded", "incomplete", "generation", "dropped", "template"]

_SECONDS: Final = [0.00015 * 1.5**power for power in range(35)]
_DURATIONS: Final = (
    "tgi_request_duration",
    "tgi_request_validation_duration",
    "tgi_request_queue_duration",
    "tgi_request_inference_duration",
    "tgi_request_mean_time_per_token_duration",
)
_COUNTS: Final = ("tgi_request_generated_tokens", "tgi_request_input_length", "tgi_request_max_new_tokens")


class Metrics:
    """What has happened in this process since it started."""

    def __init__(self, limits: Limits, seats: int) -> None:
        tokens = _hundred_steps(limits.max_total_tokens)
        self._histograms = {name: _Histogram(_SECONDS) for name in _DURATIONS}
        self._histograms |= {name: _Histogram(tokens) for name in _COUNTS}
        self._histograms["tgi_request_input_length"] = _Histogram(_hundred_steps(limits.input_tokens))
        self._requests = 0
        self._successes = 0
        self._failures: dict[Failure, int] = {}
        self._waiting = 0
        self._running = 0
        self._reserved = 0
        self._most_tokens = limits.batch_tokens(seats)

    def received(self) -> None:
        """Count a request."""
        self._requests += 1

    def accepted(self, input_length: int, max_new_tokens: int) -> None:
        """Note the size of a request that passed validation, in tokens."""
        self._histograms["tgi_request_input_length"].observe(input_length)
        self._histograms["tgi_request_max_new_tokens"].observe(max_new_tokens)

    def succeeded(self, times: Times, generated_tokens: int) -> None:
        """Note a finished request."""
        self._successes += 1
        for name, value in (
            ("tgi_request_duration", times.total),
            ("tgi_request_validation_duration", times.validation),
            ("tgi_request_queue_duration", times.queue),
            ("tgi_request_inference_duration", times.inference),
            ("tgi_request_mean_time_per_token_duration", times.inference / max(generated_tokens, 1)),
            ("tgi_request_generated_tokens", generated_tokens),
        ):
            self._histograms[name].observe(value)

    def failed(self, err: Failure) -> None:
        """Count a request that ended otherwise."""
        self._failures[err] = self._failures.get(err, 0) + 1

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Hold one place in the queue's size."""
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    @contextmanager
    def running(self, tokens: int) -> Iterator[None]:
        """Hold one place, and `tokens` at most, in the batch's size."""
        self._running += 1
        self._reserved += tokens
        try:
            yield
        finally:
            self._running -= 1
            self._reserved -= tokens

    def render(self) -> str:
        """Write everything as Prometheus' text format 0.0.4."""
        lines: list[str] = []
        for name, value in (
            ("tgi_request_count", self._requests),
            ("tgi_request_success", self._successes),
        ):
            lines += [f"# TYPE {name} counter", f"{name} {value}", ""]
        lines.append("# TYPE tgi_request_failure counter")
        lines += [f'tgi_request_failure{{err="{err}"}} {count}' for err, count in self._failures.items()]
        lines.append("")
        for name, value in (
            ("tgi_queue_size", self._waiting),
            ("tgi_batch_current_size", self._running),
            ("tgi_batch_current_max_tokens", self._reserved),
            ("tgi_batch_max_total_tokens", self._most_tokens),
        ):
            lines += [f"# TYPE {name} gauge", f"{name} {value}", ""]
        for name, histogram in self._histograms.items():
            lines += [f"# TYPE {name} histogram", *histogram.lines(name), ""]
        return "\n".join(lines)


class _Histogram:
    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def observe(self, value: float) -> None:
        self._counts[bisect_left(self._bounds, value)] += 1
        self._sum += value

    def lines(self, name: str) -> Iterator[str]:
        for bound, count in zip([*map(repr, self._bounds), "+Inf"], accumulate(self._counts), strict=True):
            yield f'{name}_bucket{{le="{bound}"}} {count}'
        yield f"{name}_sum {self._sum}"
        yield f"{name}_count {sum(self._counts)}"


def _hundred_steps(most: int) -> list[float]:
    return [most / 100 * step for step in range(1, 101)]

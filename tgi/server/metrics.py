"""The metrics that TGI's router exposes, in Prometheus' text format.

Names, help, labels and buckets are the router's (router/src/server.rs, backends/v3/src/backend.rs), so that
dashboards and alert rules made for it work. Where several descriptions of one name are registered there, the
first is the one that is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Final, Literal

from tgi.server.calls import SECONDS, Calls, Place, Steps
from tgi.server.clock import Times
from tgi.server.engine import Engine, TellsCalls
from tgi.server.limits import DEFAULT_GENERATION_LENGTH, Limits
from tgi.server.series import Counter, Gauge, Histogram, Series, Zeros, written

Failure = Literal["validation", "overloaded", "incomplete", "generation", "dropped", "template"]

_DURATIONS: Final = {
    "tgi_request_duration": "Request duration",
    "tgi_request_validation_duration": "Request validation duration",
    "tgi_request_queue_duration": "Request queue duration",
    "tgi_request_inference_duration": "Request inference duration",
    "tgi_request_mean_time_per_token_duration": "Mean time per token per request",
}


class Metrics:
    """What has happened in this process since it started; `clock` is in seconds."""

    def __init__(self, limits: Limits, engine: Engine, clock: Callable[[], float]) -> None:
        tokens = _hundred_steps(limits.max_total_tokens)
        self._requests = Counter("tgi_request_count", "Total number of requests")
        self._successes = Counter("tgi_request_success", "Number of successful requests")
        self._failures = Counter("tgi_request_failure", label="err")
        self._durations = {name: Histogram(name, SECONDS, about) for name, about in _DURATIONS.items()}
        self._generated = Histogram("tgi_request_generated_tokens", tokens, "Generated tokens per request")
        self._input_length = Histogram(
            "tgi_request_input_length", _hundred_steps(limits.input_tokens), "Input token length per request"
        )
        self._max_new_tokens = Histogram(
            "tgi_request_max_new_tokens", tokens, "Maximum new tokens per request"
        )
        # Nobody speculates here: each step gives a text one token, and skips none.
        self._skipped = Zeros("tgi_request_skipped_tokens", "Speculated tokens per request")
        self._waiting = 0
        self._running = 0
        self._reserved = 0
        self._calls = Calls()
        self._steps: Steps | None = None
        if isinstance(engine, TellsCalls):
            engine.tell_calls(self._calls.told)
        else:
            self._steps = Steps(self._calls.told, clock)
        most = limits.batch_tokens(engine.seats)
        self._series: list[Series] = [
            *(self._requests, self._successes, self._failures),
            Gauge("tgi_queue_size", lambda: self._waiting, "Current queue size"),
            Gauge("tgi_batch_current_size", lambda: self._running, "Current batch size"),
            Gauge(
                "tgi_batch_current_max_tokens", lambda: self._reserved, "Maximum tokens for the current batch"
            ),
            Gauge("tgi_batch_max_total_tokens", lambda: most),
            *self._durations.values(),
            *(self._generated, self._input_length, self._max_new_tokens, self._skipped),
            *self._calls.series(),
        ]

    def received(self) -> None:
        """Count a request."""
        self._requests.add()

    def accepted(self, input_length: int, max_new_tokens: int) -> None:
        """Note the size in tokens of what passed validation; the router reserves only so much at once."""
        self._input_length.observe(input_length)
        self._max_new_tokens.observe(min(max_new_tokens, DEFAULT_GENERATION_LENGTH))

    def succeeded(self, times: Times, generated_tokens: int) -> None:
        """Note a finished request."""
        self._successes.add()
        self._generated.observe(generated_tokens)
        per_token = times.inference / max(generated_tokens, 1)
        measured = (times.total, times.validation, times.queue, times.inference, per_token)
        for histogram, seconds in zip(self._durations.values(), measured, strict=True):
            histogram.observe(seconds)

    def failed(self, err: Failure) -> None:
        """Count a request that ended otherwise."""
        self._failures.add(err)

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

    @contextmanager
    def writing(self) -> Iterator[Callable[[], None]]:
        """Hold a text that the engine writes; what comes is called for each of its tokens."""
        if self._steps is None:
            yield self._skipped.add
            return
        with self._steps.text() as place:
            yield partial(self._token, self._steps, place)

    def render(self) -> str:
        """Write everything as Prometheus' text format 0.0.4."""
        return written(self._series)

    def _token(self, steps: Steps, place: Place) -> None:
        self._skipped.add()
        steps.token(place)


def _hundred_steps(most: int) -> list[float]:
    return [most / 100 * step for step in range(1, 101)]

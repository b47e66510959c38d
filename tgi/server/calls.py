"""Metrics of the calls that TGI's router makes to its model: a prefill, or one step of decoding, of a batch.

An engine that makes such calls tells of each (`TellsCalls`). With the others a call is inferred from
tokens: in one step of a continuous batch each text that is being written gets one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate, repeat
from operator import mul
from typing import Final

from tgi.errors import EngineFailed
from tgi.server.engine import Call, Method
from tgi.server.series import Counter, Histogram, Series

SECONDS: Final = [*accumulate(repeat(1.5, 35), mul, initial=0.0001)][1:]
"""The router's bounds for whatever is called a duration, multiplied in its order for the same last digits."""

_METHOD: Final = "method"
_METHODS: Final = ("prefill", "decode")
_SIZES: Final = [float(size) for size in range(1, 1025)]
_MOMENT: Final = 0.003
"""Seconds within which the texts of one step are heard of, in any order."""


class Calls:
    """What is known of the calls so far; told of by one thread."""

    def __init__(self) -> None:
        self._count = _counter("count", "Inference calls per method (prefill or decode)")
        self._success = _counter(
            "success", "Number of successful inference calls per method (prefill or decode)"
        )
        self._failure = _counter("failure", None)
        self._inference = _durations("inference", "Batch inference duration")
        self._forward = _durations("forward", "Batch forward duration per method (prefill or decode)")
        self._decode = _durations("decode", "Time spent decoding a batch per method (prefill or decode)")
        self._filter = _durations(
            "filter",
            "Time spent filtering batches and sending generated tokens per method (prefill or decode)",
        )
        self._concat_duration = Histogram(
            "tgi_batch_concat_duration", SECONDS, label=_METHOD, values=("decode",)
        )
        self._concat = Counter("tgi_batch_concat", label="reason", values=("chunking",))
        self._next_size = Histogram("tgi_batch_next_size", _SIZES, "Batch size of the next batch")

    def told(self, call: Call) -> None:
        """Take what an engine tells of a call."""
        self._count.add(call.method)
        if call.begins:
            self._next_size.observe(call.begins)
            if call.joins:
                self._concat.add("chunking")
        if call.failed:
            self._failure.add(call.method)
            return
        self._success.add(call.method)
        for histogram, seconds in (
            (self._inference, call.inference),
            (self._forward, call.forward),
            (self._decode, call.decode),
            (self._filter, call.filter),
        ):
            if seconds is not None:
                histogram.observe(seconds, call.method)
        if call.concat is not None:
            self._concat_duration.observe(call.concat, "decode")

    def series(self) -> list[Series]:
        """Return all of them."""
        return [
            *(self._count, self._success, self._failure, self._concat, self._next_size),
            *(self._inference, self._forward, self._decode, self._filter, self._concat_duration),
        ]


@dataclass(slots=True)
class Place:
    """Where a text stands: the number of the step that its next token belongs to; 0 before the first."""

    step: int = 0


class Steps:
    """Tells of calls that are only heard of by their tokens.

    A step's duration runs from the first token of the step before it, or from where the engine had nothing to
    do, to its own first token. It is a prefill where a text got its first token in it.
    """

    def __init__(self, tell: Callable[[Call], None], clock: Callable[[], float]) -> None:
        self._tell = tell
        self._clock = clock
        self._texts = 0
        self._step = 0
        self._open = False  # whether the step's tokens may still be coming
        self._began = 0.0  # the step's first token, or where the first text began
        self._took = 0.0
        self._begins = 0
        self._goes_on = False

    @contextmanager
    def text(self) -> Iterator[Place]:
        """Hold a text that is being written."""
        if not self._texts:
            self._began = self._clock()
        self._texts += 1
        place = Place()
        try:
            yield place
        except EngineFailed:
            self._tell(Call("decode" if place.step else "prefill", failed=True))
            raise
        finally:
            self._texts -= 1
            if not self._texts:
                self._close()

    def token(self, place: Place) -> None:
        """Hear of a token of a text."""
        if not place.step:
            now = self._clock()
            if not self._open or now - self._began > min(self._took / 2, _MOMENT):
                self._next(now)
            self._begins += 1
            place.step = self._step + 1
            return
        if place.step > self._step:
            self._next(self._clock())
        self._goes_on = True
        place.step += 1

    def _next(self, now: float) -> None:
        self._close()
        self._step += 1
        self._took = now - self._began
        self._began = now
        self._open = True

    def _close(self) -> None:
        if not self._open:
            return
        self._open = False
        method: Method = "prefill" if self._begins else "decode"
        self._tell(
            Call(
                method,
                inference=self._took,
                forward=self._took,
                begins=self._begins,
                joins=self._goes_on,
            )
        )
        self._begins = 0
        self._goes_on = False


def _counter(what: str, about: str | None) -> Counter:
    return Counter(f"tgi_batch_inference_{what}", about, label=_METHOD, values=_METHODS)


def _durations(what: str, about: str | None) -> Histogram:
    return Histogram(f"tgi_batch_{what}_duration", SECONDS, about, label=_METHOD, values=_METHODS)

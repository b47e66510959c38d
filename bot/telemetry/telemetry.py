"""What the parts are handed: counts and spans together, and the moments where both are told at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.telemetry.first_words import FirstWords
from bot.telemetry.metrics import Metrics
from bot.telemetry.traces import NoTraces, Span, Traces


@dataclass
class Operated:
    """A command that is being carried out; whoever does it says how it ended."""

    span: Span
    outcome: str = "nothing"


@dataclass(frozen=True)
class Telemetry:
    """Counts and spans. Without arguments: counts that nobody reads, and no spans.

    `clock` in seconds, monotonic; `now` in ms since the epoch.
    """

    metrics: Metrics = field(default_factory=Metrics)
    traces: Traces = field(default_factory=NoTraces)
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], int] = lambda: time.time_ns() // 1_000_000

    @contextmanager
    def operation(self, command: str, room: str, operation: str) -> Iterator[Operated]:
        """Count and trace a command on a room. An error's `code` is its outcome; it goes on its way."""
        began = self.clock()
        with self.traces.span("operation", command=command, room=room, operation=operation) as span:
            operated = Operated(span)
            try:
                yield operated
            except Exception as error:
                code = getattr(error, "code", None)
                operated.outcome = code if isinstance(code, str) else "broken"
                raise
            finally:
                span.tell(outcome=operated.outcome)
                self.metrics.operations.ended(command, operated.outcome, self.clock() - began)
                if operated.outcome == "appended":
                    self.metrics.operations.touched(room)

    def first_words(self, asked_at: int, *, counts: bool) -> FirstWords:
        """Notes when words come to a round that was asked for at that moment, in ms since the epoch.

        `counts`: not for a later attempt, whose wait is that of the first and its failure.
        """

        def note() -> None:
            if counts:
                self.metrics.rounds.first_words(self.since(asked_at))

        return FirstWords(note)

    def since(self, asked_at: int) -> float:
        """Seconds since a moment in ms since the epoch."""
        return max(0.0, (self.now() - asked_at) / 1000)

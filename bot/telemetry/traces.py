"""Spans along the main road, in words that do not name a library: off, unless `opentelemetry_traces` is used.

A span carries ids and kinds, never text. Where work goes on in another process, `carried` gives a W3C
traceparent to send along, and `span(parent=…)` takes it up there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Span(Protocol):
    """A piece of work that is under way."""

    def tell(self, **attributes: str | float) -> None:
        """Add what became known since it began."""


class Traces(Protocol):
    """Where spans go."""

    def span(
        self, name: str, /, *, parent: str = "", **attributes: str | float
    ) -> AbstractContextManager[Span]:
        """A span around a piece of work; `parent`: the traceparent it goes on from, else the current one."""

    def carried(self) -> str:
        """The current span as a traceparent, or nothing."""


class _NoSpan:
    def tell(self, **attributes: str | float) -> None:
        """Nobody listens."""


class NoTraces:
    """Tracing is off."""

    _nothing = _NoSpan()

    @contextmanager
    def span(self, name: str, /, *, parent: str = "", **attributes: str | float) -> Iterator[Span]:
        """No span."""
        del name, parent, attributes
        yield self._nothing

    def carried(self) -> str:
        """Nothing is carried."""
        return ""

"""Spans by OpenTelemetry, sent to a collector over HTTP. Needs the extra `otel`; imported only when on.

It keeps a provider of its own and sets nothing for the whole process. Errors are named by their class alone:
their text may quote a story.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Final

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bot.telemetry.traces import Span

CLOSE_SECONDS: Final = 2.0
_SEND_SECONDS: Final = 5
_FIELD: Final = "traceparent"  # https://www.w3.org/TR/trace-context/


class _OpenSpan:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def tell(self, **attributes: str | float) -> None:
        """Add attributes."""
        self._span.set_attributes({f"storyroom.{name}": value for name, value in attributes.items()})


class OpenTelemetryTraces:
    """Spans to a processor. `about`: version, instance and role of this process."""

    def __init__(self, processor: SpanProcessor, about: Mapping[str, str]) -> None:
        self._provider = TracerProvider(
            resource=Resource({"service.name": "storyroom", **about}), shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("storyroom")
        self._propagator = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, /, *, parent: str = "", **attributes: str | float) -> Iterator[Span]:
        """A span around a piece of work, marked as failed by the error that passes through it."""
        context = self._propagator.extract({_FIELD: parent}) if parent else None
        with self._tracer.start_as_current_span(
            name, context=context, record_exception=False, set_status_on_exception=False
        ) as span:
            opened = _OpenSpan(span)
            opened.tell(**attributes)
            try:
                yield opened
            except Exception as error:
                span.set_status(trace.StatusCode.ERROR, type(error).__name__)
                raise

    def carried(self) -> str:
        """The current span as a traceparent."""
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier.get(_FIELD, "")

    async def close(self) -> None:
        """Send what is left, for `CLOSE_SECONDS` at most: a collector that is away holds up no shutdown."""
        # Of its own, and not waited for at the end of the program, as an executor's threads are.
        loop, sent = asyncio.get_running_loop(), asyncio.Event()

        def send() -> None:
            self._provider.shutdown()
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(sent.set)

        threading.Thread(target=send, name="last spans", daemon=True).start()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await sent.wait()


def to_collector(address: str, about: Mapping[str, str]) -> OpenTelemetryTraces:
    """Spans to a collector, as at `http://127.0.0.1:4318/v1/traces`, sent in the background."""
    exporter = OTLPSpanExporter(endpoint=address, timeout=_SEND_SECONDS)
    return OpenTelemetryTraces(BatchSpanProcessor(exporter), about)

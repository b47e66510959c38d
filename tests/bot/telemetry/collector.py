"""A collector of spans: what an OpenTelemetry collector is on the wire, as far as spans need it."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Seen:
    """A span that was sent."""

    name: str
    trace: str
    span: str
    parent: str
    attributes: dict[str, Any]
    failed: bool
    process: str
    raw: str


@dataclass
class Collector:
    """Listens on this machine while it is entered."""

    spans: list[Seen] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/v1/traces", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1/traces"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    def named(self, name: str) -> list[Seen]:
        return [each for each in self.spans if each.name == name]

    def parent_of(self, span: Seen) -> Seen | None:
        return next((each for each in self.spans if each.span == span.parent), None)

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if request.headers.get("content-encoding") == "gzip" and body[:2] == b"\x1f\x8b":
            body = gzip.decompress(body)
        sent = ExportTraceServiceRequest.FromString(body)
        for resource in sent.resource_spans:
            about = {each.key: each.value.string_value for each in resource.resource.attributes}
            for scope in resource.scope_spans:
                self.spans += [_seen(span, about.get("service.instance.id", "")) for span in scope.spans]
        return web.Response(content_type="application/x-protobuf")


def _seen(span: Any, process: str) -> Seen:
    return Seen(
        name=span.name,
        trace=span.trace_id.hex(),
        span=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        attributes={
            each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes
        },
        failed=span.status.code == 2,
        process=process,
        raw=str(span),
    )

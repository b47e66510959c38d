"""What the server tells of itself: `/`, `/health`, `/info`, `/metrics`."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp import web

from tgi.errors import Unhealthy
from tgi.protocol import Info
from tgi.server.metrics import Metrics
from tgi.server.routes.answers import as_error, as_json
from tgi.server.service import Service


async def health(service: Service, _request: web.Request) -> web.Response:
    """Answer an empty 200 where the engine works, else 503 `healthcheck`.

    While generations run, they are the proof; an idle engine is asked for one token.
    """
    if not await service.writes():
        return as_error(Unhealthy())
    return web.Response(status=HTTPStatus.OK)


async def info(about: Info, _request: web.Request) -> web.Response:
    """Answer `GET /info`; every key is there, null where it says nothing."""
    return as_json(about.model_dump_json())


async def metrics(measured: Metrics, _request: web.Request) -> web.Response:
    """Answer `GET /metrics` as Prometheus' text format."""
    return web.Response(text=measured.render(), content_type="text/plain")

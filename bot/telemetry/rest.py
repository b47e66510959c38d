"""Watches Discord's REST through aiohttp's tracing: every attempt of discord.py, counted by class of route.

Paths have ids and interaction tokens in them; only the class of a path ever leaves this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final

import aiohttp

from bot.telemetry.counted.chat import Scope
from bot.telemetry.metrics import Metrics

_SCOPES: Final[dict[str, Scope]] = {"user": "user", "global": "global", "shared": "shared"}
_TOO_MANY = 429
_FIRST_REFUSAL = 400

_ANSWER = re.compile(r"/interactions/(\d+)/[^/]+/callback$")
_CLASSES: Final = tuple(
    (method, re.compile(path), name)
    for method, path, name in (
        ("POST", _ANSWER.pattern, "answer"),
        ("POST", r"/webhooks/\d+/[^/]+$", "follow up"),
        ("PATCH", r"/webhooks/\d+/[^/]+/messages/[^/]+$", "edit an answer"),
        ("DELETE", r"/webhooks/\d+/[^/]+/messages/[^/]+$", "delete an answer"),
        ("POST", r"/channels/\d+/messages$", "post"),
        ("PATCH", r"/channels/\d+/messages/\d+$", "edit"),
        ("DELETE", r"/channels/\d+/messages/\d+$", "delete"),
        ("PUT", r"/channels/\d+/(?:messages/)?pins/\d+$", "pin"),
        ("POST", r"/channels/\d+/(?:messages/\d+/)?threads$", "open a thread"),
        ("PUT", r"/applications/\d+/(?:guilds/\d+/)?commands$", "sync commands"),
        ("GET", r"/gateway(?:/bot)?$", "gateway"),
        ("GET", r"/(?:users/@me|oauth2/applications/@me)$", "sign in"),
    )
)

ROUTES: Final = (*(name for _, _, name in _CLASSES), "other")


def route_of(method: str, path: str) -> str:
    """The class of a route: one of `ROUTES`."""
    for verb, pattern, name in _CLASSES:
        if verb == method and pattern.search(path):
            return name
    return "other"


def watching_rest(
    metrics: Metrics, *, clock: Callable[[], float], now: Callable[[], int]
) -> aiohttp.TraceConfig:
    """What discord.py's client takes as `http_trace`. `clock` in seconds, `now` in ms since the epoch."""
    trace = aiohttp.TraceConfig()

    async def started(session: object, context: SimpleNamespace, params: Any) -> None:  # noqa: ANN401 - aiohttp's
        del session, params
        context.began = clock()

    async def ended(session: object, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
        del session
        status = params.response.status
        route = route_of(params.method, params.url.path)
        metrics.rest.replied(route, status, clock() - context.began)
        if status == _TOO_MANY:
            scope = params.response.headers.get("X-RateLimit-Scope", "")
            metrics.rest.limited(route, _SCOPES.get(scope, "other"))
            return
        found = _ANSWER.search(params.url.path)
        if found is not None:
            metrics.interactions.answered(int(found[1]), now(), taken=status < _FIRST_REFUSAL)

    async def broke(
        session: object, context: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams
    ) -> None:
        del session
        metrics.rest.replied(route_of(params.method, params.url.path), 0, clock() - context.began)

    trace.on_request_start.append(started)
    trace.on_request_end.append(ended)
    trace.on_request_exception.append(broke)
    return trace

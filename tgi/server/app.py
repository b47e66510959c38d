"""The one place where the server's parts are joined: engine, limits, rules, metrics, routes.

Building starts nothing; whoever built the engine closes it.
"""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

from aiohttp import web

from tgi.protocol import Info
from tgi.server.body import RefusedBody
from tgi.server.cors import Cors
from tgi.server.engine import Engine
from tgi.server.generation import Generator
from tgi.server.limits import Limits
from tgi.server.metrics import Metrics
from tgi.server.openapi import document
from tgi.server.routes import chat, completions, docs, generate, info, invocations, models, tokenize
from tgi.server.routes.spoken import Spoken
from tgi.server.service import Service

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

KEEP_ALIVE_SECONDS = 15.0
"""axum's default interval between comments on a silent stream."""


def _random_seed() -> int:
    return secrets.randbits(64)


@dataclass(frozen=True, slots=True)
class Model:
    """What is told of the model.

    `id` is its hub name or path, `sha` its revision, `notice` what must be known before its texts are used.
    """

    id: str
    sha: str | None
    notice: str | None = None


def build(
    engine: Engine,
    model: Model,
    limits: Limits,
    *,
    version: str,
    api_key: str | None = None,
    cors_allow_origin: Sequence[str] = (),
    clock: Callable[[], float] = time.monotonic,
    new_seed: Callable[[], int] = _random_seed,
    keep_alive: float = KEEP_ALIVE_SECONDS,
) -> web.Application:
    """Join the parts. `api_key` guards what TGI guards: all routes that take a prompt."""
    metrics = Metrics(limits, engine, clock)
    service = Service(
        engine=engine,
        generator=Generator(engine, metrics, batch_tokens=limits.batch_tokens(engine.seats)),
        limits=limits,
        metrics=metrics,
        clock=clock,
        new_seed=new_seed,
        keep_alive=keep_alive,
    )
    about = Info(
        model_id=model.id,
        model_sha=model.sha,
        model_pipeline_tag="text-generation",
        max_concurrent_requests=limits.max_concurrent_requests,
        max_best_of=limits.max_best_of,
        max_stop_sequences=limits.max_stop_sequences,
        max_input_tokens=limits.input_tokens,
        max_total_tokens=limits.max_total_tokens,
        validation_workers=limits.validation_workers,
        max_client_batch_size=limits.max_client_batch_size,
        router="storyroom-tgi",
        version=version,
    )
    spoken = Spoken(service, about)
    told = document(about, notice=model.notice)
    guard = _Guard(api_key)
    cors = Cors(cors_allow_origin)
    app = web.Application(
        client_max_size=limits.payload_limit, middlewares=[cors.middleware, _plain_refusals]
    )
    app.add_routes(
        [
            web.post("/", guard(partial(generate.compat, service))),
            web.post("/generate", guard(partial(generate.whole, service))),
            web.post("/generate_stream", guard(partial(generate.stream, service))),
            web.post("/tokenize", guard(partial(tokenize.tokenize, service))),
            web.post("/v1/completions", guard(partial(completions.completions, spoken))),
            web.post("/v1/chat/completions", guard(partial(chat.chat_completions, spoken))),
            web.post("/vertex", guard(partial(invocations.vertex, spoken))),
            web.post("/invocations", guard(partial(invocations.invocations, spoken))),
            web.post("/chat_tokenize", partial(chat.chat_tokenize, spoken)),
            web.get("/v1/models", partial(models.models, spoken)),
            *(web.get(path, partial(info.health, service)) for path in ("/", "/health", "/ping")),
            web.get("/info", partial(info.info, about)),
            web.get("/metrics", partial(info.metrics, metrics)),
            *(web.get(path, partial(docs.page, told, model.notice)) for path in ("/docs", "/docs/")),
            web.get("/api-doc/openapi.json", partial(docs.openapi, told)),
        ]
    )
    app.on_response_prepare.append(cors.prepare)
    return app


class _Guard:
    """Answers 401 with an empty body where the key is wrong; TGI compares without regard to case."""

    def __init__(self, api_key: str | None) -> None:
        self._wanted = None if api_key is None else f"bearer {api_key}".lower().encode()

    def __call__(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("Authorization", "").lower().encode(errors="surrogateescape")
            if self._wanted is not None and not hmac.compare_digest(given, self._wanted):
                return web.Response(status=HTTPStatus.UNAUTHORIZED)
            return await handler(request)

        return guarded


@web.middleware
async def _plain_refusals(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer as axum does before TGI has a say: empty 404 and 405, plain text for bad bodies."""
    try:
        return await handler(request)
    except RefusedBody as refusal:
        return web.Response(status=refusal.status, text=str(refusal))
    except web.HTTPMethodNotAllowed as refusal:
        return web.Response(status=refusal.status, headers={"Allow": refusal.headers["Allow"]})
    except web.HTTPNotFound as refusal:
        return web.Response(status=refusal.status)

"""A TGI server whose limits, model and troubles are the test's; it counts four characters as a token."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.tgi.client.wire import INFO, last

ROOMY = {
    "model_id": "a-model",
    "max_concurrent_requests": 16,
    "max_input_tokens": 7000,
    "max_total_tokens": 8000,
}


@dataclass
class SmallTgi:
    """`info`: what differs from a roomy server. `key`: the API key wanted. `trouble`: by path, an answer."""

    info: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    trouble: dict[str, dict[str, Any]] = field(default_factory=dict)
    slow: dict[str, float] = field(default_factory=dict)
    generated: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._gate])
        app.router.add_get("/info", self._info)
        app.router.add_post("/tokenize", self._tokenize)
        app.router.add_post("/generate_stream", self._generate)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    @web.middleware
    async def _gate(self, request: web.Request, handler: Any) -> web.StreamResponse:
        await asyncio.sleep(self.slow.get(request.path, 0))
        if request.path in self.trouble:
            return web.Response(**self.trouble[request.path])
        wanted = None if self.key is None else f"Bearer {self.key}"
        if request.path != "/info" and request.headers.get("Authorization") != wanted:
            return web.Response(status=401)
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _info(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(INFO | ROOMY | self.info)

    async def _tokenize(self, request: web.Request) -> web.Response:
        text = (await request.json())["inputs"]
        spans = [(start, min(start + 4, len(text))) for start in range(0, len(text), 4)]
        return web.json_response(
            [{"id": 1, "text": text[start:stop], "start": start, "stop": stop} for start, stop in spans]
        )

    async def _generate(self, request: web.Request) -> web.Response:
        self.generated.append(await request.json())
        frame = f"data: {json.dumps(last(1, ' a', ' a'))}\n\n"
        return web.Response(text=frame, content_type="text/event-stream")

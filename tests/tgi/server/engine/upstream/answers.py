"""Answers that no upstream should give, and ports where nobody is."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def only(answer: Answer, path: str = "/{all:.*}") -> web.Application:
    app = web.Application()
    app.router.add_route("*", path, answer)
    return app


def says(status: int, **json: Any) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response(json, status=status)

    return answer


async def a_page(_request: web.Request) -> web.StreamResponse:
    return web.Response(text="<html>Welcome to nginx!</html>", content_type="text/html")

"""Who may ask from a browser, as the router's tower-http layer answers it.

Every OPTIONS request is answered here, with an empty 200, whatever its path; every other answer says which
origin may read it. Methods are GET and POST, the one header is content-type.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web
from aiohttp.typedefs import Middleware

_VARY = "origin, access-control-request-method, access-control-request-headers"


class Cors:
    """`origins` are those that are let in; none named is all."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._origins = frozenset(origins)

    @property
    def middleware(self) -> Middleware:
        """Answers preflights before anything else has a say."""

        @web.middleware
        async def preflight(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            if request.method != "OPTIONS":
                return await handler(request)
            told = {
                "access-control-allow-methods": "GET,POST",
                "access-control-allow-headers": "content-type",
            }
            return web.Response(headers=told)

        return preflight

    async def prepare(self, request: web.Request, response: web.StreamResponse) -> None:
        """Say who may read an answer."""
        response.headers.setdefault("vary", _VARY)
        if not self._origins:
            response.headers["access-control-allow-origin"] = "*"
        elif (origin := request.headers.get("Origin", "")) in self._origins:
            response.headers["access-control-allow-origin"] = origin

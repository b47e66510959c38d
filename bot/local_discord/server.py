"""The server: every part behind one port. `async with LocalDiscord(...)` is all that a test needs."""

from __future__ import annotations

import errno
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from aiohttp import WSCloseCode, web
from aiohttp.typedefs import Handler

from bot.local_discord import files
from bot.local_discord.control.app import make_control
from bot.local_discord.errors import StartRefused
from bot.local_discord.gateway.connection import Connection
from bot.local_discord.parts import KEY, Options, Parts, build, parts_of
from bot.local_discord.people import uploads
from bot.local_discord.people.app import make_people
from bot.local_discord.rest.app import make_rest

__all__ = ["LocalDiscord"]

_BODY_LIMIT = 26 * 1024 * 1024
_SHUTDOWN = 3.0


class LocalDiscord:
    """A local Discord on `host` and `port` (0: a free one)."""

    def __init__(self, options: Options | None = None, *, host: str = "127.0.0.1", port: int = 0) -> None:
        self._options = options or Options()
        self._host = host
        self.port = port
        self._runner: web.AppRunner | None = None
        self.parts: Parts

    @property
    def url(self) -> str:
        """Where it is, once started."""
        return f"http://{self._host}:{self.port}"

    async def start(self) -> None:
        """Listen. Raises StartRefused where the port cannot be had."""
        self.parts = build(self._options)
        self._runner = web.AppRunner(_application(self.parts), access_log=None, shutdown_timeout=_SHUTDOWN)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self.port)
        try:
            await site.start()
        except OSError as error:
            await self._runner.cleanup()
            raise StartRefused(_why(error, self._host, self.port)) from error
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening and close every connection. Raises StateNotSaved."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _application(parts: Parts) -> web.Application:
    app = web.Application(client_max_size=_BODY_LIMIT, middlewares=[_own_pages_only])
    app[KEY] = parts
    app.on_shutdown.append(_hang_up)
    app.cleanup_ctx.append(_keeping)
    app.add_routes(
        [web.get("/gateway", _gateway), web.get("/gateway/", _gateway), *uploads.downloads(), *files.routes()]
    )
    app.add_subapp("/api/v10", make_rest())
    app.add_subapp("/people/v1", make_people())
    app.add_subapp("/control/v1", make_control())
    return app


@web.middleware
async def _own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keep other sites' pages out: a browser names the page's origin, and nobody here has a password."""
    origin = request.headers.get("Origin")
    if origin is not None and origin.partition("://")[2] != request.host:
        raise web.HTTPForbidden(text="Only the local Discord's own page may ask this.")
    return await handler(request)


async def _gateway(request: web.Request) -> web.StreamResponse:
    parts = parts_of(request)
    connection = Connection(parts.hub, request)
    parts.connections.add(connection)
    try:
        return await connection.run()
    finally:
        parts.connections.discard(connection)


async def _keeping(app: web.Application) -> AsyncIterator[None]:
    keeper = app[KEY].keeper
    if keeper is not None:
        keeper.start()
    yield
    if keeper is not None:
        await keeper.close()


async def _hang_up(app: web.Application) -> None:
    parts = app[KEY]
    parts.clock.close()
    parts.people.close()
    parts.tap.close()
    for connection in list(parts.connections):
        connection.hang_up(WSCloseCode.GOING_AWAY)


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken. Choose another with --port, or 0 for a free one."
    return f"Cannot listen on {host}:{port}: {error.strerror}."

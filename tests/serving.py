"""A web application on a port of this machine, for as long as a test needs it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web


@asynccontextmanager
async def listening(
    app: web.Application, *, prefix: str = "", port: int = 0, tls: Any = None
) -> AsyncIterator[str]:
    """Serve until left; yields the address. Who hangs up cancels what runs for them."""
    if prefix:
        outer = web.Application()
        outer.add_subapp(prefix, app)
        app = outer
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port, ssl_context=tls).start()
        scheme = "http" if tls is None else "https"
        yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}{prefix}"
    finally:
        await runner.cleanup()

"""The listener for those who watch: /metrics, /livez, /readyz. Off unless it is given an address.

It tells no text and no ids, takes nothing, and has no login: it belongs where only the watchers reach it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.telemetry.heartbeat import Heartbeat
from bot.telemetry.metrics import Metrics
from bot.telemetry.readiness import Readiness

_SCRAPE_SECONDS: Final = 2.0  # for what is read for a scrape
_CLOSE_SECONDS: Final = 1.0


class BadAddress(Exception):
    """It cannot be listened at that address; the text says why."""


class Watch:
    """Answers watchers. `before_scrape` reads what is only read when somebody asks; bounded here."""

    def __init__(
        self,
        metrics: Metrics,
        heartbeat: Heartbeat,
        readiness: Readiness,
        *,
        before_scrape: Callable[[], Awaitable[None]],
    ) -> None:
        self._metrics = metrics
        self._heartbeat = heartbeat
        self._readiness = readiness
        self._before_scrape = before_scrape
        self._reading: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listening(self, address: str) -> AsyncIterator[int]:
        """Listen at `host:port` ("[::1]:9464" for IPv6; port 0 takes a free one); the port.

        Raises:
            BadAddress: it cannot be listened there.

        """
        host, port = split(address)
        app = web.Application()
        app.router.add_get("/metrics", self._answer_metrics)
        app.router.add_get("/livez", self._answer_livez)
        app.router.add_get("/readyz", self._answer_readyz)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=_CLOSE_SECONDS)
        await runner.setup()
        try:
            try:
                await web.TCPSite(runner, host, port).start()
            except OSError as error:
                raise BadAddress(f"{address} cannot be listened at: {error.strerror}") from error
            yield runner.addresses[0][1]
        finally:
            await runner.cleanup()
            if self._reading is not None:
                self._reading.cancel()
                await asyncio.gather(self._reading, return_exceptions=True)

    async def _answer_metrics(self, request: web.Request) -> web.Response:
        del request
        await self._read()
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def _answer_livez(self, request: web.Request) -> web.Response:
        del request
        return _json({"beat": f"{self._heartbeat.silent:.1f} s ago"}, good=self._heartbeat.lives)

    async def _answer_readyz(self, request: web.Request) -> web.Response:
        del request
        said = await self._readiness.ask()
        return _json(said, good=all(each == "ok" for each in said.values()))

    async def _read(self) -> None:
        """Read for a scrape; scrapes at one moment share a reading, and none waits for it long."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._bounded(), name="reading for a scrape")
        await asyncio.wait({self._reading})

    async def _bounded(self) -> None:
        try:
            async with asyncio.timeout(_SCRAPE_SECONDS):
                await self._before_scrape()
        except Exception:  # noqa: BLE001 - a scrape is answered whatever was read for it; who reads logs it
            self._metrics.queue.read(None)


def split(address: str) -> tuple[str, int]:
    """Host and port of an address.

    Raises:
        BadAddress: it is not `host:port`.

    """
    host, colon, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not colon or not host or not port.isdecimal() or int(port) > 65_535:  # noqa: PLR2004 - the last TCP port
        raise BadAddress(f"{address!r} is not host:port, as in 127.0.0.1:9464")
    return host, int(port)


def _json(said: dict[str, str], *, good: bool) -> web.Response:
    status = HTTPStatus.OK if good else HTTPStatus.SERVICE_UNAVAILABLE
    return web.json_response({"status": "ok" if good else "not ok", **said}, status=status)

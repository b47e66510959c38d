"""The tap over HTTP: what passed, as JSON, or as it passes, over a WebSocket."""

from __future__ import annotations

import asyncio
from typing import Literal

from aiohttp import web
from pydantic import Field

from bot.local_discord.control.asking import Asked, read_query
from bot.local_discord.parts import parts_of
from bot.local_discord.reply import dumps, json_reply
from bot.local_discord.tap import Tap

__all__ = ["routes"]


class _Wanted(Asked):
    since: int = Field(default=0, ge=0)
    kind: Literal["", "request", "dispatch", "gateway", "violation"] = ""


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.get("/wire", wire)]


async def wire(request: web.Request) -> web.StreamResponse:
    """The kept entries after number `since`, of one `kind` if given; a WebSocket goes on with the next."""
    wanted, tap = read_query(request, _Wanted), parts_of(request).tap
    socket = web.WebSocketResponse(heartbeat=30.0, timeout=1.0)
    if not socket.can_prepare(request).ok:
        return json_reply(tap.read(since=wanted.since, kind=wanted.kind))
    await socket.prepare(request)
    writer = asyncio.create_task(_send(socket, tap, wanted), name="wire-writer")
    reader = asyncio.create_task(_read(socket), name="wire-reader")
    try:
        await asyncio.wait({writer, reader}, return_when=asyncio.FIRST_COMPLETED)
        if writer.done():
            writer.result()
    except ConnectionError:
        pass  # whoever watched has gone
    finally:
        for task in (writer, reader):
            task.cancel()
        await asyncio.gather(writer, reader, return_exceptions=True)
    await socket.close()
    return socket


async def _send(socket: web.WebSocketResponse, tap: Tap, wanted: _Wanted) -> None:
    with tap.listen() as queue:
        for one in tap.read(since=wanted.since, kind=wanted.kind):
            await socket.send_str(dumps(one))
        while (entry := await queue.get()) is not None:
            if wanted.kind in {"", entry["kind"]}:
                await socket.send_str(dumps(entry))


async def _read(socket: web.WebSocketResponse) -> None:
    """What a client sends is ignored; its going is noticed."""
    async for _ in socket:
        pass

"""A person's event socket."""

from __future__ import annotations

import asyncio

from aiohttp import WSCloseCode, WSMsgType, web

from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.people.hub import Listener
from bot.local_discord.people.person import person
from bot.local_discord.reply import absolute, dumps, origin_of

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.get("/events", events)]


async def events(request: web.Request) -> web.StreamResponse:
    """Frames `{"t", "d"}` until either side closes."""
    parts: Parts = parts_of(request)
    user = person(parts, request.query.get("user"))
    socket = web.WebSocketResponse(heartbeat=30.0, timeout=2.0)
    await socket.prepare(request)
    listener = parts.people.join(user.id)
    writer = asyncio.create_task(_write(socket, listener, origin_of(request)), name="people-writer")
    try:
        async for message in socket:
            if message.type is WSMsgType.TEXT and message.data == "ping":
                listener.queue.put_nowait({"t": "PONG", "d": {}})
    finally:
        parts.people.leave(listener)
        writer.cancel()
        (ended,) = await asyncio.gather(writer, return_exceptions=True)
    if isinstance(ended, Exception):
        raise ended
    return socket


async def _write(socket: web.WebSocketResponse, listener: Listener, origin: str) -> None:
    try:
        while (frame := await listener.queue.get()) is not None:
            await socket.send_str(dumps(absolute(frame, origin)))
    except ConnectionError:
        return  # the reading side sees the end and tidies up
    finally:
        await socket.close(code=WSCloseCode.GOING_AWAY)

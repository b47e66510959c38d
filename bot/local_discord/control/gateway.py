"""Closes gateway connections, and says how many. The gateway's other faults are among `faults`."""

from __future__ import annotations

from aiohttp import web
from pydantic import Field

from bot.local_discord.control.asking import Asked, read_as
from bot.local_discord.parts import parts_of
from bot.local_discord.reply import json_reply

__all__ = ["routes"]


class _Disconnect(Asked):
    code: int = Field(default=4000, ge=1000, le=4999)
    resumable: bool = True
    reconnect: bool = False
    shard: int | None = Field(default=None, ge=0)


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.post("/gateway/disconnect", disconnected)]


async def disconnected(request: web.Request) -> web.Response:
    """Close every gateway connection, or ask them to reconnect; how many there were."""
    wanted, gateway = await read_as(request, _Disconnect), parts_of(request).gateway_faults
    if wanted.reconnect:
        count = gateway.ask_to_reconnect(shard=wanted.shard)
    else:
        count = gateway.hang_up(wanted.code, forget=not wanted.resumable, shard=wanted.shard)
    return json_reply({"connections": count})

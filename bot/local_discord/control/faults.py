"""Faults of requests, of the gateway and of the world: put in force, listed, taken away."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field, TypeAdapter

from bot.local_discord.control.asking import read_as
from bot.local_discord.faults.happenings import HappeningFault
from bot.local_discord.faults.kinds import RequestFault
from bot.local_discord.parts import parts_of
from bot.local_discord.reply import json_reply

__all__ = ["routes"]

_KINDS: TypeAdapter[RequestFault | HappeningFault] = TypeAdapter(
    Annotated[RequestFault | HappeningFault, Field(discriminator="kind")]
)


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [
        web.post("/faults", added),
        web.get("/faults", listed),
        web.delete("/faults", cleared),
        web.delete("/faults/{fault_id}", removed),
    ]


async def added(request: web.Request) -> web.Response:
    """Put a fault in force: 201 and its id."""
    fault = await read_as(request, _KINDS)
    return json_reply({"id": parts_of(request).faults.add(fault)}, status=201)


async def listed(request: web.Request) -> web.Response:
    """The faults in force, with how many requests each has matched and struck."""
    return json_reply(parts_of(request).faults.read())


async def cleared(request: web.Request) -> web.Response:
    """Take every fault away."""
    parts_of(request).faults.clear()
    return web.Response(status=204)


async def removed(request: web.Request) -> web.Response:
    """Take one fault away."""
    parts_of(request).faults.remove(request.match_info["fault_id"])
    return web.Response(status=204)

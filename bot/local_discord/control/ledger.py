"""What the bot asked on REST: every request, and what it wanted that is not built."""

from __future__ import annotations

import asyncio

from aiohttp import web
from pydantic import Field

from bot.local_discord.control.asking import Asked, read_as, read_query
from bot.local_discord.parts import parts_of
from bot.local_discord.reply import dumps, json_reply

__all__ = ["routes"]

_PIECE = 500


class _Wanted(Asked):
    since: int = Field(default=0, ge=0)
    route: str = ""
    status: int | None = None
    limit: int | None = Field(default=None, ge=1)


class _Size(Asked):
    kept: int = Field(ge=1, le=1_000_000)


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.get("/ledger", ledger), web.put("/ledger", resized), web.get("/unbuilt", unbuilt)]


async def ledger(request: web.Request) -> web.StreamResponse:
    """The requests after number `since`, of one `route` ("METHOD /template") and `status` if given."""
    wanted = read_query(request, _Wanted)
    found = parts_of(request).ledger.find(**wanted.model_dump())
    if len(found) <= _PIECE:
        return json_reply([entry._asdict() for entry in found])
    # A hundred thousand entries take a second to write: in pieces, nobody waits for them.
    reply = web.StreamResponse(headers={"Content-Type": "application/json"})
    await reply.prepare(request)
    for piece in range(0, len(found), _PIECE):
        text = dumps([entry._asdict() for entry in found[piece : piece + _PIECE]])[1:-1]
        await reply.write(f"{',' if piece else '['}{text}".encode())
        await asyncio.sleep(0)
    await reply.write(b"]")
    return reply


async def resized(request: web.Request) -> web.Response:
    """Keep so many requests from now on."""
    wanted = await read_as(request, _Size)
    parts_of(request).ledger.resize(wanted.kept)
    return web.Response(status=204)


async def unbuilt(request: web.Request) -> web.Response:
    """How often each route was answered with 501, the most wanted first."""
    read_query(request, Asked)
    return json_reply(parts_of(request).ledger.unbuilt())

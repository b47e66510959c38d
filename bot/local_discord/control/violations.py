"""What was said otherwise than Discord documents it; empty where no document was given at the start."""

from __future__ import annotations

from aiohttp import web
from pydantic import Field

from bot.local_discord.control.asking import Asked, read_query
from bot.local_discord.parts import parts_of
from bot.local_discord.reply import json_reply

__all__ = ["routes"]


class _Wanted(Asked):
    since: int = Field(default=0, ge=0)


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.get("/violations", listed), web.delete("/violations", cleared)]


async def listed(request: web.Request) -> web.Response:
    """The violations after number `since`, the oldest first."""
    return json_reply(parts_of(request).violations.read(since=read_query(request, _Wanted).since))


async def cleared(request: web.Request) -> web.Response:
    """Forget them."""
    parts_of(request).violations.clear()
    return web.Response(status=204)

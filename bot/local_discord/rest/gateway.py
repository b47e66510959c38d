"""Where the gateway is."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.parts import parts_of
from bot.local_discord.reply import json_reply, origin_of

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [web.get("/gateway", where), web.get("/gateway/bot", where_for_bots)]


async def where(request: web.Request) -> web.Response:
    """The gateway's address."""
    return json_reply({"url": _url(request)})


async def where_for_bots(request: web.Request) -> web.Response:
    """The gateway's address, how many shards are recommended, and how often one may identify."""
    hub = parts_of(request).hub
    return json_reply({"url": _url(request), "shards": hub.shards, "session_start_limit": hub.starts.json()})


def _url(request: web.Request) -> str:
    return f"{origin_of(request).replace('http', 'ws', 1)}/gateway/"

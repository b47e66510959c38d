"""Channels and threads as such, and typing in them."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import missing_permissions
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import parts_of
from bot.local_discord.permissions import Permission, may
from bot.local_discord.reply import json_reply
from bot.local_discord.state.channels import Thread
from bot.local_discord.wire.channels import channel_json

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get("/channels/{channel_id}", one),
        web.patch("/channels/{channel_id}", changed),
        web.delete("/channels/{channel_id}", deleted),
        web.post("/channels/{channel_id}/typing", typing),
    ]


async def one(request: web.Request) -> web.Response:
    """A channel."""
    parts = parts_of(request)
    return json_reply(channel_json(parts.world, parts.world.channel(request.match_info["channel_id"])))


async def changed(request: web.Request) -> web.Response:
    """Change a channel or thread."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    body = (await read_body(request)).json
    if isinstance(channel, Thread):
        parts.threads.change(channel, body)
    else:
        parts.threads.rename(channel, body)
    return json_reply(channel_json(parts.world, channel))


async def deleted(request: web.Request) -> web.Response:
    """Remove a channel or thread."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    bot_id = parts.world.application.bot_id
    if not isinstance(channel, Thread) or not may(parts.world, channel, bot_id, Permission.MANAGE_THREADS):
        raise missing_permissions()
    return json_reply(parts.threads.remove(channel))


async def typing(request: web.Request) -> web.Response:
    """Show the bot as typing."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    bot_id = parts.world.application.bot_id
    parts.posting.typing(channel, bot_id)
    return web.Response(status=204)

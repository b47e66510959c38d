"""The commands that a person may use in a channel."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.people.may_use import why_not
from bot.local_discord.people.place import channel_for
from bot.local_discord.reply import json_reply

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.get("/channels/{channel_id}/commands", listed)]


async def listed(request: web.Request) -> web.Response:
    """Global commands first, then the guild's, with all their localisations."""
    parts, channel, user = channel_for(request, request.query.get("user"))
    now = parts.clock()
    usable = [
        command
        for command in parts.commands.here(channel.guild_id)
        if not why_not(parts.world, command, channel, user.id, now)
    ]
    return json_reply(usable)

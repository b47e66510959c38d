"""What people react with."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.people.place import asker, shared_message_for
from bot.local_discord.reply import json_reply
from bot.local_discord.wire.users import user_json

__all__ = ["routes"]

_EMOJI = "/channels/{channel_id}/messages/{message_id}/reactions/{emoji}"


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.put(_EMOJI, added), web.delete(_EMOJI, taken_back), web.get(_EMOJI, listed)]


async def added(request: web.Request) -> web.Response:
    """React."""
    parts, message, user = shared_message_for(request, await asker(request))
    parts.talk.reactions.add(message, request.match_info["emoji"], user.id)
    return web.Response(status=204)


async def taken_back(request: web.Request) -> web.Response:
    """Take one's own reaction back."""
    parts, message, user = shared_message_for(request, await asker(request))
    parts.talk.reactions.remove(message, request.match_info["emoji"], user.id, by=user.id)
    return web.Response(status=204)


async def listed(request: web.Request) -> web.Response:
    """Who reacted with the emoji, by id."""
    parts, message, user = shared_message_for(request, await asker(request))
    ids = parts.talk.reactions.users(message, request.match_info["emoji"], by=user.id)
    return json_reply([user_json(parts.world, one) for one in ids])

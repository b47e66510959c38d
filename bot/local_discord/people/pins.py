"""What people pin, and take the pin from."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.people.place import asker, channel_for, shared_message_for
from bot.local_discord.permissions import Permission, may
from bot.local_discord.reply import json_reply, origin_of
from bot.local_discord.wire.messages import message_event

__all__ = ["routes"]

_PINS = "/channels/{channel_id}/pins"


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [
        web.get(_PINS, listed),
        web.put(_PINS + "/{message_id}", pinned),
        web.delete(_PINS + "/{message_id}", unpinned),
    ]


async def listed(request: web.Request) -> web.Response:
    """The pinned messages, the last pinned first."""
    parts, channel, user = channel_for(request, request.query.get("user"))
    readable = may(parts.world, channel, user.id, Permission.READ_MESSAGE_HISTORY)
    found = parts.world.messages.pins(channel.id) if readable else []
    seen = [message_event(parts.world, message, seen_by=user.id) for message in found]
    return json_reply(seen, origin=origin_of(request))


async def pinned(request: web.Request) -> web.Response:
    """Pin a message."""
    parts, message, user = shared_message_for(request, await asker(request))
    parts.talk.pins.pin(message, user.id)
    return web.Response(status=204)


async def unpinned(request: web.Request) -> web.Response:
    """Take a pin away."""
    parts, message, user = shared_message_for(request, await asker(request))
    parts.talk.pins.unpin(message, user.id)
    return web.Response(status=204)

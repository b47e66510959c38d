"""Pins of a channel, by the present routes and the old ones."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.parts import parts_of
from bot.local_discord.reply import json_reply, origin_of
from bot.local_discord.rest.messages import message_of, seen_by_bot
from bot.local_discord.snowflake import isoformat

__all__ = ["routes"]

_PRESENT = "/channels/{channel_id}/messages/pins"
_OLD = "/channels/{channel_id}/pins"
_PAGE = 50


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get(_PRESENT, page),
        web.get(_OLD, listed),
        *(web.put(f"{base}/{{message_id}}", pinned) for base in (_PRESENT, _OLD)),
        *(web.delete(f"{base}/{{message_id}}", unpinned) for base in (_PRESENT, _OLD)),
    ]


async def page(request: web.Request) -> web.Response:
    """A page of pins with their times, the last pinned first."""
    parts = parts_of(request)
    pins = parts.world.messages.pins(parts.world.channel(request.match_info["channel_id"]).id)
    before = request.query.get("before", "")
    timed = [(isoformat(message.pinned or 0.0), message) for message in pins]
    timed = [pin for pin in timed if not before or pin[0] < before]
    asked = request.query.get("limit", "")
    limit = min(max(int(asked), 1), _PAGE) if asked.isdecimal() else _PAGE
    items = [{"pinned_at": at, "message": seen_by_bot(parts, message)} for at, message in timed[:limit]]
    return json_reply({"items": items, "has_more": len(timed) > limit}, origin=origin_of(request))


async def listed(request: web.Request) -> web.Response:
    """All pins, the old way."""
    parts = parts_of(request)
    pins = parts.world.messages.pins(parts.world.channel(request.match_info["channel_id"]).id)
    return json_reply([seen_by_bot(parts, message) for message in pins], origin=origin_of(request))


async def pinned(request: web.Request) -> web.Response:
    """Pin a message."""
    parts, message = message_of(request)
    parts.posting.pin(message, parts.world.application.bot_id)
    return web.Response(status=204)


async def unpinned(request: web.Request) -> web.Response:
    """Take a pin away."""
    parts, message = message_of(request)
    parts.posting.unpin(message)
    return web.Response(status=204)

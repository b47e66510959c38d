"""Pins of a channel, by the present routes and the old ones."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.forms.form import Form
from bot.local_discord.parts import Parts
from bot.local_discord.permissions import Permission, may, require
from bot.local_discord.reply import json_reply, origin_of
from bot.local_discord.rest.messages import channel_of, message_of, seen_by_bot
from bot.local_discord.rest.paging import read_limit, read_time
from bot.local_discord.snowflake import isoformat
from bot.local_discord.state.channels import Channel
from bot.local_discord.state.messages import Message

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
    parts, channel = channel_of(request)
    form = Form()
    limit = read_limit(form, request, default=_PAGE, most=_PAGE)
    before = read_time(form, request, "before")
    form.check()
    # Times are compared as they are written: to the microsecond.
    timed = [(isoformat(message.pinned or 0.0), message) for message in _pins(parts, channel)]
    timed = [pin for pin in timed if not before or pin[0] < before]
    items = [{"pinned_at": at, "message": seen_by_bot(parts, message)} for at, message in timed[:limit]]
    return json_reply({"items": items, "has_more": len(timed) > limit}, origin=origin_of(request))


async def listed(request: web.Request) -> web.Response:
    """The pins, the old way."""
    parts, channel = channel_of(request)
    found = [seen_by_bot(parts, message) for message in _pins(parts, channel)[:_PAGE]]
    return json_reply(found, origin=origin_of(request))


async def pinned(request: web.Request) -> web.Response:
    """Pin a message."""
    parts, message = message_of(request)
    parts.talk.pins.pin(message, parts.world.application.bot_id)
    return web.Response(status=204)


async def unpinned(request: web.Request) -> web.Response:
    """Take a pin away."""
    parts, message = message_of(request)
    parts.talk.pins.unpin(message, parts.world.application.bot_id)
    return web.Response(status=204)


def _pins(parts: Parts, channel: Channel) -> list[Message]:
    """The pins that the bot may read: none without the history."""
    bot_id = parts.world.application.bot_id
    require(parts.world, channel, bot_id)
    is_readable = may(parts.world, channel, bot_id, Permission.READ_MESSAGE_HISTORY)
    return parts.world.messages.pins(channel.id) if is_readable else []

"""Reactions of the bot, and those that it takes away."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.forms.form import Form
from bot.local_discord.reply import json_reply
from bot.local_discord.rest.messages import message_of
from bot.local_discord.rest.paging import users_page
from bot.local_discord.wire.users import user_json

__all__ = ["routes"]

_REACTIONS = "/channels/{channel_id}/messages/{message_id}/reactions"
_EMOJI = _REACTIONS + "/{emoji_name}"


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.delete(_REACTIONS, cleared),
        web.get(_EMOJI, listed),
        web.delete(_EMOJI, emoji_cleared),
        web.put(_EMOJI + "/@me", added),
        web.delete(_EMOJI + "/@me", taken_back),
        web.delete(_EMOJI + "/{user_id}", taken_away),
    ]


async def added(request: web.Request) -> web.Response:
    """React."""
    parts, message = message_of(request)
    bot_id = parts.world.application.bot_id
    parts.talk.reactions.add(message, request.match_info["emoji_name"], bot_id)
    return web.Response(status=204)


async def taken_back(request: web.Request) -> web.Response:
    """Take the bot's own reaction back."""
    parts, message = message_of(request)
    bot_id = parts.world.application.bot_id
    parts.talk.reactions.remove(message, request.match_info["emoji_name"], bot_id, by=bot_id)
    return web.Response(status=204)


async def taken_away(request: web.Request) -> web.Response:
    """Take somebody's reaction away."""
    parts, message = message_of(request)
    user_id = parts.world.user(request.match_info["user_id"]).id
    bot_id = parts.world.application.bot_id
    parts.talk.reactions.remove(message, request.match_info["emoji_name"], user_id, by=bot_id)
    return web.Response(status=204)


async def listed(request: web.Request) -> web.Response:
    """Who reacted with the emoji, by id; nobody with a super reaction (type 1)."""
    parts, message = message_of(request)
    form = Form()
    kind = request.query.get("type", "0")
    form.one_of(kind, ("type",), ("0", "1"))
    form.check()
    bot_id = parts.world.application.bot_id
    ids = parts.talk.reactions.users(message, request.match_info["emoji_name"], by=bot_id)
    found = users_page(request, [] if kind == "1" else ids)
    return json_reply([user_json(parts.world, user_id) for user_id in found])


async def cleared(request: web.Request) -> web.Response:
    """Take all reactions away."""
    parts, message = message_of(request)
    parts.talk.reactions.clear(message, by=parts.world.application.bot_id)
    return web.Response(status=204)


async def emoji_cleared(request: web.Request) -> web.Response:
    """Take all reactions with one emoji away."""
    parts, message = message_of(request)
    bot_id = parts.world.application.bot_id
    parts.talk.reactions.clear_emoji(message, request.match_info["emoji_name"], by=bot_id)
    return web.Response(status=204)

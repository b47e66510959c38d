"""Polls: who voted for what, and their end. A bot cannot vote."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.reply import json_reply, origin_of
from bot.local_discord.rest.messages import message_of, seen_by_bot
from bot.local_discord.rest.paging import users_page
from bot.local_discord.wire.users import user_json

__all__ = ["routes"]

_POLL = "/channels/{channel_id}/polls/{message_id}"


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get(_POLL + "/answers/{answer_id}", voters),
        web.post(_POLL + "/expire", expired),
    ]


async def voters(request: web.Request) -> web.Response:
    """Who voted for one answer, by id."""
    parts, message = message_of(request)
    bot_id = parts.world.application.bot_id
    ids = parts.talk.polls.voters(message, request.match_info["answer_id"], by=bot_id)
    users = [user_json(parts.world, user_id) for user_id in users_page(request, ids)]
    return json_reply({"users": users})


async def expired(request: web.Request) -> web.Response:
    """End one of the bot's polls."""
    parts, message = message_of(request)
    parts.talk.polls.expire(message, by=parts.world.application.bot_id)
    return json_reply(seen_by_bot(parts, message), origin=origin_of(request))

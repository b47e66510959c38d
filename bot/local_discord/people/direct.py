"""Direct messages as people open them."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import PeopleError
from bot.local_discord.parts import parts_of
from bot.local_discord.people.person import body_of, person
from bot.local_discord.reply import json_reply
from bot.local_discord.wire.channels import channel_json

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.post("/direct", opened)]


async def opened(request: web.Request) -> web.Response:
    """The channel with `recipient`, a person or the bot: 201 where it is new."""
    parts, body = parts_of(request), await body_of(request)
    user = person(parts, body.get("user"))
    recipient = str(body.get("recipient"))
    if recipient not in parts.world.users:
        raise PeopleError(404, "There is no such person here.", {"recipient": "Unknown"})
    channel, is_new = parts.places.direct.open(user.id, recipient)
    answer = channel_json(parts.world, channel, seen_by=user.id)
    return json_reply(answer, status=201 if is_new else 200)

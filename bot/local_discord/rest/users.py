"""Users."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import unknown
from bot.local_discord.parts import parts_of
from bot.local_discord.reply import json_reply
from bot.local_discord.wire.users import user_json

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [web.get("/users/@me", me), web.get("/users/{user_id}", user)]


async def me(request: web.Request) -> web.Response:
    """The bot's own user."""
    parts = parts_of(request)
    body = user_json(parts.world, parts.world.application.bot_id)
    return json_reply({**body, "verified": True, "mfa_enabled": False, "locale": "en-US", "email": None})


async def user(request: web.Request) -> web.Response:
    """A user by id."""
    parts, user_id = parts_of(request), request.match_info["user_id"]
    if user_id not in parts.world.users:
        raise unknown("User")
    return json_reply(user_json(parts.world, user_id))

"""The application that the token belongs to."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.parts import parts_of
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.wire.users import user_json

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [web.get("/oauth2/applications/@me", mine), web.get("/applications/@me", mine)]


async def mine(request: web.Request) -> web.Response:
    """The bot's application."""
    parts = parts_of(request)
    application, world = parts.world.application, parts.world
    body: Json = {
        "id": application.id,
        "name": application.name,
        "description": application.description,
        "icon": None,
        "summary": "",
        "type": None,
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": application.flags,
        "flags_new": str(application.flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "owner": user_json(parts.world, application.owner_id),
        "team": None,
        "bot": user_json(parts.world, application.bot_id),
        "approximate_guild_count": len(world.guilds),
        "integration_types_config": {"0": {}},
    }
    return json_reply(body)

"""The permissions of a guild's commands: a bot reads them; setting them is for people alone."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import RestError
from bot.local_discord.reply import json_reply
from bot.local_discord.rest.application_commands import scope_of

__all__ = ["routes"]

_COMMANDS = "/applications/{application_id}/guilds/{guild_id}/commands"


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get(f"{_COMMANDS}/permissions", listed),
        web.put(f"{_COMMANDS}/permissions", refused),
        web.get(f"{_COMMANDS}/{{command_id}}/permissions", one),
        web.put(f"{_COMMANDS}/{{command_id}}/permissions", refused),
    ]


async def listed(request: web.Request) -> web.Response:
    """Those of every command that has some."""
    parts, guild_id = scope_of(request)
    return json_reply(parts.command_permissions.of(guild_id))


async def one(request: web.Request) -> web.Response:
    """Those of one command, or of the application."""
    parts, guild_id = scope_of(request)
    return json_reply(parts.command_permissions.get(guild_id, request.match_info["command_id"]))


async def refused(request: web.Request) -> web.Response:
    """A bot's token does not set them: it takes a person's, who may manage the guild."""
    scope_of(request)
    raise RestError(403, 20001, "Bots cannot use this endpoint")

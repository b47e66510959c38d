"""Roles of a guild."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.acts.hierarchy import role_of
from bot.local_discord.forms.uploads import read_body, read_json
from bot.local_discord.reply import json_reply
from bot.local_discord.rest.guilds import guild_of
from bot.local_discord.wire.guilds import role_json

__all__ = ["routes"]

_ROLES = "/guilds/{guild_id}/roles"
_ROLE = _ROLES + "/{role_id}"


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get(_ROLES, listed),
        web.post(_ROLES, created),
        web.patch(_ROLES, ordered),
        web.get(_ROLES + "/member-counts", counted),
        web.get(_ROLE, one),
        web.patch(_ROLE, changed),
        web.delete(_ROLE, deleted),
    ]


async def listed(request: web.Request) -> web.Response:
    """The guild's roles."""
    _, guild = guild_of(request)
    return json_reply([role_json(role) for role in guild.roles.values()])


async def one(request: web.Request) -> web.Response:
    """A role."""
    _, guild = guild_of(request)
    return json_reply(role_json(role_of(guild, request.match_info["role_id"])))


async def counted(request: web.Request) -> web.Response:
    """How many members have each role but everyone's."""
    _, guild = guild_of(request)
    counts = {role_id: 0 for role_id in guild.roles if role_id != guild.id}
    for member in guild.members.values():
        for role_id in member.roles:
            counts[role_id] += 1
    return json_reply(counts)


async def created(request: web.Request) -> web.Response:
    """Make a role."""
    parts, guild = guild_of(request)
    body = (await read_body(request)).json
    return json_reply(role_json(parts.places.roles.create(guild, parts.world.application.bot_id, body)))


async def changed(request: web.Request) -> web.Response:
    """Change a role."""
    parts, guild = guild_of(request)
    body = (await read_body(request)).json
    bot_id, role_id = parts.world.application.bot_id, request.match_info["role_id"]
    return json_reply(role_json(parts.places.roles.change(guild, bot_id, role_id, body)))


async def ordered(request: web.Request) -> web.Response:
    """Move roles; all of them, as they now are."""
    parts, guild = guild_of(request)
    parts.places.roles.order(guild, parts.world.application.bot_id, await read_json(request))
    return json_reply([role_json(role) for role in guild.roles.values()])


async def deleted(request: web.Request) -> web.Response:
    """Remove a role."""
    parts, guild = guild_of(request)
    parts.places.roles.remove(guild, parts.world.application.bot_id, request.match_info["role_id"])
    return web.Response(status=204)

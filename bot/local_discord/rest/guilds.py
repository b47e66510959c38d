"""The guild, its channels, roles and members, to read."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import RestError, unknown
from bot.local_discord.events import Intent
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.permissions import permissions_of
from bot.local_discord.reply import Json, json_reply

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get("/users/@me/guilds", mine),
        web.get("/guilds/{guild_id}", one),
        web.get("/guilds/{guild_id}/channels", channels),
        web.get("/guilds/{guild_id}/roles", roles),
        web.get("/guilds/{guild_id}/members", members),
        web.get("/guilds/{guild_id}/members/{user_id}", member),
    ]


async def mine(request: web.Request) -> web.Response:
    """The guilds that the bot is in."""
    parts = parts_of(request)
    guild = parts.world.guild
    bits = str(int(permissions_of(parts.world, parts.world.application.bot_id)))
    body: Json = {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": False,
        "features": [],
    }
    return json_reply([{**body, "permissions": bits}])


async def one(request: web.Request) -> web.Response:
    """The guild."""
    parts = _parts(request)
    body = parts.wire.guild()
    if request.query.get("with_counts", "0").lower() in {"1", "true"}:
        count = len(parts.world.members)
        body |= {"approximate_member_count": count, "approximate_presence_count": count}
    return json_reply(body)


async def channels(request: web.Request) -> web.Response:
    """The guild's channels, without threads."""
    parts = _parts(request)
    return json_reply([parts.wire.channel(channel) for channel in parts.world.text_channels])


async def roles(request: web.Request) -> web.Response:
    """The guild's roles."""
    parts = _parts(request)
    return json_reply([parts.wire.role(role) for role in parts.world.roles.values()])


async def members(request: web.Request) -> web.Response:
    """The guild's members, in order of their ids. Needs the privileged members intent, as on Discord."""
    parts = _parts(request)
    if not parts.options.privileged & Intent.GUILD_MEMBERS:
        raise RestError(403, 50001, "Missing Access")
    after = int(request.query.get("after", "0"))
    ids = sorted((one for one in parts.world.members if int(one) > after), key=int)
    return json_reply([parts.wire.member(one) for one in ids[: int(request.query.get("limit", "1"))]])


async def member(request: web.Request) -> web.Response:
    """One member."""
    parts = _parts(request)
    return json_reply(parts.wire.member(parts.world.member(request.match_info["user_id"]).user_id))


def _parts(request: web.Request) -> Parts:
    parts = parts_of(request)
    if request.match_info["guild_id"] != parts.world.guild.id:
        raise unknown("Guild")
    return parts

"""The guild, its channels, roles and members, to read."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import missing_access, unknown
from bot.local_discord.events import Intent
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.permissions import permissions_of
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.state.guilds import Guild
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.guilds import guild_json, role_json
from bot.local_discord.wire.users import member_json

__all__ = ["guild_of", "routes"]


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
    world = parts_of(request).world
    bot_id = world.application.bot_id
    body: Json = {"icon": None, "banner": None, "features": []}
    return json_reply(
        [
            {
                **body,
                "id": guild.id,
                "name": guild.name,
                "owner": guild.owner_id == bot_id,
                "permissions": str(int(permissions_of(guild, bot_id))),
            }
            for guild in world.guilds.values()
            if bot_id in guild.members
        ]
    )


async def one(request: web.Request) -> web.Response:
    """The guild."""
    _, guild = guild_of(request)
    body = guild_json(guild)
    if request.query.get("with_counts", "0").lower() in {"1", "true"}:
        count = len(guild.members)
        body |= {"approximate_member_count": count, "approximate_presence_count": count}
    return json_reply(body)


async def channels(request: web.Request) -> web.Response:
    """The guild's channels, without threads."""
    parts, guild = guild_of(request)
    return json_reply([channel_json(parts.world, channel) for channel in parts.world.channels_of(guild)])


async def roles(request: web.Request) -> web.Response:
    """The guild's roles."""
    _, guild = guild_of(request)
    return json_reply([role_json(role) for role in guild.roles.values()])


async def members(request: web.Request) -> web.Response:
    """The guild's members, in order of their ids. Needs the privileged members intent, as on Discord."""
    parts, guild = guild_of(request)
    if not parts.options.privileged & Intent.GUILD_MEMBERS:
        raise missing_access()
    after = int(request.query.get("after", "0"))
    ids = sorted((one for one in guild.members if int(one) > after), key=int)
    limit = int(request.query.get("limit", "1"))
    return json_reply([member_json(parts.world, guild, one) for one in ids[:limit]])


async def member(request: web.Request) -> web.Response:
    """One member."""
    parts, guild = guild_of(request)
    found = parts.world.member(guild.id, request.match_info["user_id"])
    return json_reply(member_json(parts.world, guild, found.user_id))


def guild_of(request: web.Request) -> tuple[Parts, Guild]:
    """The guild that the path names. Raises RestError 10004 where the bot is not in it."""
    parts = parts_of(request)
    guild = parts.world.guild(request.match_info["guild_id"])
    if parts.world.application.bot_id not in guild.members:
        raise unknown("Guild")
    return parts, guild

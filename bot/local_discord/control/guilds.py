"""Building a world: people, guilds, who is in them. What is built is told to a bot that is connected."""

from __future__ import annotations

from typing import Annotated

from aiohttp import web
from pydantic import Field

from bot.local_discord.control.asking import Asked, read_as
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.permissions import BOT
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.state.guilds import Guild
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.guilds import guild_json, role_json
from bot.local_discord.wire.users import member_json, user_json

__all__ = ["routes"]

_Name = Annotated[str, Field(min_length=1, max_length=100)]
_Bits = Annotated[int, Field(ge=0, lt=1 << 63)]


class _User(Asked):
    username: _Name
    global_name: _Name | None = None
    locale: str = "en-US"


class _Guild(Asked):
    name: _Name
    owner_id: str
    members: list[str] = Field(default_factory=list)
    channels: list[_Name] = Field(default_factory=lambda: ["general"])
    with_bot: bool = True
    permissions: _Bits = int(BOT)


class _Member(Asked):
    roles: list[str] = Field(default_factory=list)


def routes() -> list[web.RouteDef]:
    """These routes."""
    guild, member = "/guilds/{guild_id}", "/guilds/{guild_id}/members/{user_id}"
    return [
        web.post("/users", user_added),
        web.post("/guilds", guild_added),
        web.get(guild, guild_shown),
        web.patch(guild, guild_changed),
        web.delete(guild, guild_removed),
        web.put(member, member_added),
        web.patch(member, member_changed),
        web.delete(member, member_removed),
        web.put(guild + "/commands/{command_id}/permissions", command_permissions_set),
    ]


async def user_added(request: web.Request) -> web.Response:
    """A new person: 201 and the user."""
    wanted, parts = await read_as(request, _User), parts_of(request)
    user = parts.places.guilds.add_user(**wanted.model_dump())
    return json_reply(user_json(parts.world, user.id), status=201)


async def guild_added(request: web.Request) -> web.Response:
    """A new guild with text channels of these names: 201 and all of it."""
    wanted, parts = await read_as(request, _Guild), parts_of(request)
    return json_reply(_all_of(parts, parts.places.guilds.add_guild(**wanted.model_dump())), status=201)


async def guild_shown(request: web.Request) -> web.Response:
    """A guild with its channels, threads, roles and members, whoever may see them."""
    return json_reply(_all_of(parts_of(request), _guild(request)))


async def guild_changed(request: web.Request) -> web.Response:
    """Change a guild; the body is Discord's."""
    body = (await read_body(request)).json
    return json_reply(guild_json(parts_of(request).places.guilds.change(_guild(request), None, body)))


async def guild_removed(request: web.Request) -> web.Response:
    """The guild is deleted."""
    parts_of(request).places.guilds.remove_guild(_guild(request))
    return web.Response(status=204)


async def member_added(request: web.Request) -> web.Response:
    """A user joins, or the bot: the member."""
    wanted, parts, guild = await read_as(request, _Member), parts_of(request), _guild(request)
    member = parts.places.guilds.add_member(guild, request.match_info["user_id"], wanted.roles)
    return json_reply(member_json(parts.world, guild, member.user_id))


async def member_changed(request: web.Request) -> web.Response:
    """Change nick, roles or timeout; the body is Discord's."""
    body, parts, guild = (await read_body(request)).json, parts_of(request), _guild(request)
    member = parts.places.members.change(guild, None, request.match_info["user_id"], body)
    return json_reply(member_json(parts.world, guild, member.user_id))


async def member_removed(request: web.Request) -> web.Response:
    """The user leaves, or the bot is put out."""
    parts_of(request).places.guilds.remove_member(_guild(request), request.match_info["user_id"])
    return web.Response(status=204)


async def command_permissions_set(request: web.Request) -> web.Response:
    """Who may use a command (or, by the application's id, all of them), as a server's owner sets it."""
    parts, guild, body = parts_of(request), _guild(request), (await read_body(request)).json
    set_ = parts.command_permissions.set(guild.id, request.match_info["command_id"], body.get("permissions"))
    return json_reply(set_)


def _guild(request: web.Request) -> Guild:
    return parts_of(request).world.guild(request.match_info["guild_id"])


def _all_of(parts: Parts, guild: Guild) -> Json:
    world = parts.world
    return {
        **guild_json(guild),
        "channels": [channel_json(world, one) for one in world.channels_of(guild)],
        "threads": [channel_json(world, one) for one in world.threads_of(guild)],
        "roles": [role_json(role) for role in guild.roles.values()],
        "members": [member_json(world, guild, user_id) for user_id in guild.members],
    }

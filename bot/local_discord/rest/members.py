"""Members of a guild: to list, find, change, kick, and their roles."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import missing_access
from bot.local_discord.events import Intent
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts
from bot.local_discord.permissions import permissions_of
from bot.local_discord.reply import json_reply
from bot.local_discord.rest.guilds import guild_of, number_in
from bot.local_discord.state.guilds import Guild
from bot.local_discord.wire.users import member_json

__all__ = ["routes"]

_MEMBERS = "/guilds/{guild_id}/members"
_MEMBER = _MEMBERS + "/{user_id}"
_ROLE = _MEMBER + "/roles/{role_id}"
_MOST = 1000


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get(_MEMBERS, listed),
        web.get(_MEMBERS + "/search", found),
        web.patch(_MEMBERS + "/@me", changed_self),
        web.get(_MEMBER, one),
        web.patch(_MEMBER, changed),
        web.delete(_MEMBER, kicked),
        web.put(_ROLE, given),
        web.delete(_ROLE, taken),
    ]


async def listed(request: web.Request) -> web.Response:
    """The guild's members, in order of their ids. Needs the privileged members intent, as on Discord."""
    parts, guild = guild_of(request)
    if not parts.options.privileged & Intent.GUILD_MEMBERS:
        raise missing_access()
    limit = number_in(request, "limit", least=1, most=_MOST, default=1)
    after = number_in(request, "after", least=0, most=2**63, default=0)
    ids = sorted((one for one in guild.members if int(one) > after), key=int)
    return json_reply([member_json(parts.world, guild, one) for one in ids[:limit]])


async def found(request: web.Request) -> web.Response:
    """Members whose user name or nick begins with `query`."""
    parts, guild = guild_of(request)
    limit = number_in(request, "limit", least=1, most=_MOST, default=1)
    form = Form()
    query = form.text(request.query.get("query"), ("query",), least=1, most=100, required=True).lower()
    form.check()
    ids = [user_id for user_id in guild.members if _begins(parts, guild, user_id, query)]
    return json_reply([member_json(parts.world, guild, one) for one in ids[:limit]])


async def one(request: web.Request) -> web.Response:
    """One member."""
    parts, guild = guild_of(request)
    member = parts.world.member(guild.id, request.match_info["user_id"])
    return json_reply(member_json(parts.world, guild, member.user_id))


async def changed(request: web.Request) -> web.Response:
    """Change a member."""
    parts, guild = guild_of(request)
    body = (await read_body(request)).json
    by, user_id = parts.world.application.bot_id, request.match_info["user_id"]
    member = parts.places.members.change(guild, by, user_id, body)
    return json_reply(member_json(parts.world, guild, member.user_id))


async def changed_self(request: web.Request) -> web.Response:
    """Change the bot's own nick."""
    parts, guild = guild_of(request)
    body = (await read_body(request)).json
    bot_id = parts.world.application.bot_id
    parts.places.members.rename_self(guild, bot_id, body)
    own = {"permissions": str(permissions_of(guild, bot_id))}
    return json_reply({**member_json(parts.world, guild, bot_id), **own})


async def kicked(request: web.Request) -> web.Response:
    """Put a member out."""
    parts, guild = guild_of(request)
    parts.places.members.kick(guild, parts.world.application.bot_id, request.match_info["user_id"])
    return web.Response(status=204)


async def given(request: web.Request) -> web.Response:
    """Give a member a role."""
    return _give(request, taken=False)


async def taken(request: web.Request) -> web.Response:
    """Take a role from a member."""
    return _give(request, taken=True)


def _give(request: web.Request, *, taken: bool) -> web.Response:
    parts, guild = guild_of(request)
    user_id, role_id = request.match_info["user_id"], request.match_info["role_id"]
    parts.places.members.give(guild, parts.world.application.bot_id, user_id, role_id, taken=taken)
    return web.Response(status=204)


def _begins(parts: Parts, guild: Guild, user_id: str, query: str) -> bool:
    user, nick = parts.world.users[user_id], guild.members[user_id].nick
    return any(name.lower().startswith(query) for name in (user.username, user.global_name, nick) if name)

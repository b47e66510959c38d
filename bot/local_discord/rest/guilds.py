"""Guilds: to read, to change, to leave, and who is banned from them."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import unknown
from bot.local_discord.forms.fields import INT32
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.permissions import Permission, permissions_of, require_of
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.state.guilds import Guild
from bot.local_discord.wire.guilds import guild_json
from bot.local_discord.wire.users import user_json

__all__ = ["guild_of", "number_in", "routes"]

_BANS = "/guilds/{guild_id}/bans"
_OF_BANS = ("delete_message_seconds", "delete_message_days")


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get("/users/@me/guilds", mine),
        web.delete("/users/@me/guilds/{guild_id}", left),
        web.get("/guilds/{guild_id}", one),
        web.patch("/guilds/{guild_id}", changed),
        web.get(_BANS, bans),
        web.get(_BANS + "/{user_id}", ban),
        web.put(_BANS + "/{user_id}", banned),
        web.delete(_BANS + "/{user_id}", unbanned),
    ]


async def mine(request: web.Request) -> web.Response:
    """The guilds that the bot is in, in order of their ids."""
    world = parts_of(request).world
    bot_id = world.application.bot_id
    limit = number_in(request, "limit", least=1, most=200, default=200)
    after = number_in(request, "after", least=0, most=2**63, default=0)
    before = number_in(request, "before", least=0, most=2**63, default=0)
    found = sorted((guild for guild in world.guilds.values() if bot_id in guild.members), key=_number)
    page = [one for one in found if int(one.id) > after and (not before or int(one.id) < before)]
    page = page[-limit:] if before and not after else page[:limit]
    counts = _wants_counts(request)
    return json_reply([_summary(guild, bot_id, counts=counts) for guild in page])


async def left(request: web.Request) -> web.Response:
    """Leave the guild."""
    parts, guild = guild_of(request)
    parts.places.guilds.leave(guild)
    return web.Response(status=204)


async def one(request: web.Request) -> web.Response:
    """The guild."""
    _, guild = guild_of(request)
    body = guild_json(guild)
    return json_reply({**body, **_counts(guild)} if _wants_counts(request) else body)


async def changed(request: web.Request) -> web.Response:
    """Change the guild."""
    parts, guild = guild_of(request)
    body = (await read_body(request)).json
    parts.places.guilds.change(guild, parts.world.application.bot_id, body)
    return json_reply(guild_json(guild))


async def bans(request: web.Request) -> web.Response:
    """Who is banned, in order of their ids."""
    parts, guild = _banning(request)
    limit = number_in(request, "limit", least=1, most=1000, default=1000)
    after = number_in(request, "after", least=0, most=2**63, default=0)
    before = number_in(request, "before", least=0, most=2**63, default=0)
    ids = sorted((one for one in guild.bans if int(one) > after), key=int)
    if before:
        ids = [one for one in ids if int(one) < before][-limit:]
    return json_reply([_ban(parts, guild, user_id) for user_id in ids[:limit]])


async def ban(request: web.Request) -> web.Response:
    """One ban."""
    parts, guild = _banning(request)
    user_id = request.match_info["user_id"]
    if user_id not in guild.bans:
        raise unknown("Ban")
    return json_reply(_ban(parts, guild, user_id))


async def banned(request: web.Request) -> web.Response:
    """Ban somebody."""
    parts, guild = _banning(request)
    # discord.py sends what to delete in the query, and Discord takes it.
    asked = {
        name: number_in(request, name, least=0, most=INT32, default=0)
        for name in _OF_BANS
        if name in request.query
    }
    body = asked | (await read_body(request)).json
    reason = request.headers.get("X-Audit-Log-Reason")
    bot_id = parts.world.application.bot_id
    parts.places.bans.put(guild, bot_id, request.match_info["user_id"], body, reason=reason)
    return web.Response(status=204)


async def unbanned(request: web.Request) -> web.Response:
    """Lift a ban."""
    parts, guild = _banning(request)
    parts.places.bans.remove(guild, parts.world.application.bot_id, request.match_info["user_id"])
    return web.Response(status=204)


def guild_of(request: web.Request) -> tuple[Parts, Guild]:
    """The guild that the path names. Raises RestError 10004 where the bot is not in it."""
    parts = parts_of(request)
    guild = parts.world.guild(request.match_info["guild_id"])
    if parts.world.application.bot_id not in guild.members:
        raise unknown("Guild")
    return parts, guild


def number_in(request: web.Request, name: str, *, least: int, most: int, default: int) -> int:
    """The whole number `name` of the query. Raises RestError 50035."""
    text = request.query.get(name)
    if text is None:
        return default
    form = Form()
    value = int(text) if text.isascii() and text.isdecimal() and len(text) <= len(str(2**64)) else text
    number = form.whole(value, (name,), least=least, most=most, default=default)
    form.check()
    return number


def _banning(request: web.Request) -> tuple[Parts, Guild]:
    parts, guild = guild_of(request)
    require_of(guild, parts.world.application.bot_id, Permission.BAN_MEMBERS)
    return parts, guild


def _ban(parts: Parts, guild: Guild, user_id: str) -> Json:
    return {"user": user_json(parts.world, user_id), "reason": guild.bans[user_id]}


def _wants_counts(request: web.Request) -> bool:
    text = request.query.get("with_counts", "0").lower()
    form = Form()
    form.one_of(text, ("with_counts",), ("0", "1", "false", "true"))
    form.check()
    return text in {"1", "true"}


def _counts(guild: Guild) -> Json:
    count = len(guild.members)
    return {"approximate_member_count": count, "approximate_presence_count": count}


def _summary(guild: Guild, bot_id: str, *, counts: bool) -> Json:
    body: Json = {
        "id": guild.id,
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": guild.owner_id == bot_id,
        "permissions": str(permissions_of(guild, bot_id)),
        "features": [],
    }
    return {**body, **_counts(guild)} if counts else body


def _number(guild: Guild) -> int:
    return int(guild.id)

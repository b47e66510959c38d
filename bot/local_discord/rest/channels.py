"""Channels as such: one, changed, deleted, made and ordered in a guild; and typing in them."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.acts.places import Places
from bot.local_discord.forms.uploads import read_body, read_json
from bot.local_discord.parts import parts_of
from bot.local_discord.permissions import Permission, require, sending_in
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.rest.guilds import guild_of
from bot.local_discord.state.channels import Channel, ChannelKind, Thread
from bot.local_discord.wire.channels import channel_json

__all__ = ["routes"]

_ONE = "/channels/{channel_id}"
_OF_GUILD = "/guilds/{guild_id}/channels"
_OVERWRITE = _ONE + "/permissions/{overwrite_id}"


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get(_ONE, one),
        web.patch(_ONE, changed),
        web.delete(_ONE, deleted),
        web.post(_ONE + "/typing", typing),
        web.put(_OVERWRITE, overwritten),
        web.delete(_OVERWRITE, overwrite_deleted),
        web.get(_OF_GUILD, listed),
        web.post(_OF_GUILD, created),
        web.patch(_OF_GUILD, ordered),
    ]


async def one(request: web.Request) -> web.Response:
    """A channel."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    require(parts.world, channel, parts.world.application.bot_id)
    return json_reply(channel_json(parts.world, channel))


async def changed(request: web.Request) -> web.Response:
    """Change a channel or thread."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    body = (await read_body(request)).json
    bot_id = parts.world.application.bot_id
    if isinstance(channel, Thread):
        parts.threads.change(channel, bot_id, body)
    else:
        parts.places.channels.change(channel, bot_id, body)
    return json_reply(channel_json(parts.world, channel))


async def deleted(request: web.Request) -> web.Response:
    """Remove a channel or thread; close direct messages."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    return json_reply(_removed(parts.places, channel, parts.world.application.bot_id))


async def typing(request: web.Request) -> web.Response:
    """Show the bot as typing."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    bot_id = parts.world.application.bot_id
    require(parts.world, channel, bot_id, sending_in(channel))
    parts.posting.typing(channel, bot_id)
    return web.Response(status=204)


async def overwritten(request: web.Request) -> web.Response:
    """Set what a role or member is allowed and denied here."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    body = (await read_body(request)).json
    bot_id = parts.world.application.bot_id
    parts.places.overwrites.put(channel, bot_id, request.match_info["overwrite_id"], body)
    return web.Response(status=204)


async def overwrite_deleted(request: web.Request) -> web.Response:
    """Take that away."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    bot_id = parts.world.application.bot_id
    parts.places.overwrites.remove(channel, bot_id, request.match_info["overwrite_id"])
    return web.Response(status=204)


async def listed(request: web.Request) -> web.Response:
    """The guild's channels, without threads."""
    parts, guild = guild_of(request)
    return json_reply([channel_json(parts.world, channel) for channel in parts.world.channels_of(guild)])


async def created(request: web.Request) -> web.Response:
    """Make a channel."""
    parts, guild = guild_of(request)
    body = (await read_body(request)).json
    channel = parts.places.channels.create(guild, parts.world.application.bot_id, body)
    return json_reply(channel_json(parts.world, channel), status=201)


async def ordered(request: web.Request) -> web.Response:
    """Move channels."""
    parts, guild = guild_of(request)
    parts.places.channels.order(guild, parts.world.application.bot_id, await read_json(request))
    return web.Response(status=204)


def _removed(places: Places, channel: Channel, by: str) -> Json:
    world = places.telling.world
    if isinstance(channel, Thread):
        require(world, channel, by, Permission.MANAGE_THREADS)
        return places.threads.remove(channel)
    if channel.type == ChannelKind.DM:
        require(world, channel, by)
        body = channel_json(world, channel)
        places.telling.bot(None, "CHANNEL_DELETE", body)  # closed for the bot; what was said stays
        return body
    return places.channels.remove(channel, by)

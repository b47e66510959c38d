"""Channels, threads, overwrites and roles, made and changed by nobody in particular, who may do all.

Bodies are Discord's own. Also what happens to messages and interactions behind a bot's back.
"""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import parts_of
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.state.channels import Channel, Thread
from bot.local_discord.state.guilds import Guild
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.guilds import role_json

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """These routes."""
    channel, roles = "/channels/{channel_id}", "/guilds/{guild_id}/roles"
    return [
        web.post("/guilds/{guild_id}/channels", channel_added),
        web.patch(channel, channel_changed),
        web.delete(channel, channel_removed),
        web.put(channel + "/overwrites/{overwrite_id}", overwrite_set),
        web.delete(channel + "/overwrites/{overwrite_id}", overwrite_removed),
        web.delete(channel + "/messages/{message_id}", message_removed),
        web.post(roles, role_added),
        web.patch(roles + "/{role_id}", role_changed),
        web.delete(roles + "/{role_id}", role_removed),
        web.post("/interactions/{interaction_id}/redeliver", redelivered),
    ]


async def channel_added(request: web.Request) -> web.Response:
    """A new channel: 201 and the channel."""
    parts = parts_of(request)
    channel = parts.places.channels.create(_guild(request), None, await _body(request))
    return json_reply(channel_json(parts.world, channel), status=201)


async def channel_changed(request: web.Request) -> web.Response:
    """Change a channel or thread."""
    parts, channel, body = parts_of(request), _channel(request), await _body(request)
    if isinstance(channel, Thread):
        parts.places.threads.change(channel, None, body)
    else:
        parts.places.channels.change(channel, None, body)
    return json_reply(channel_json(parts.world, channel))


async def channel_removed(request: web.Request) -> web.Response:
    """Remove a channel or thread, with its messages; what it was."""
    return json_reply(parts_of(request).places.threads.remove(_channel(request)))


async def overwrite_set(request: web.Request) -> web.Response:
    """What a role (`type` 0) or member (1) is allowed and denied in a channel."""
    overwrites, one = parts_of(request).places.overwrites, request.match_info["overwrite_id"]
    overwrites.put(_channel(request), None, one, await _body(request))
    return web.Response(status=204)


async def overwrite_removed(request: web.Request) -> web.Response:
    """Take an overwrite away."""
    one = request.match_info["overwrite_id"]
    parts_of(request).places.overwrites.remove(_channel(request), None, one)
    return web.Response(status=204)


async def message_removed(request: web.Request) -> web.Response:
    """Remove a message, whoever's it is."""
    parts, where = parts_of(request), request.match_info
    parts.posting.delete(parts.world.messages.get(where["channel_id"], where["message_id"]))
    return web.Response(status=204)


async def role_added(request: web.Request) -> web.Response:
    """A new role: 201 and the role."""
    role = parts_of(request).places.roles.create(_guild(request), None, await _body(request))
    return json_reply(role_json(role), status=201)


async def role_changed(request: web.Request) -> web.Response:
    """Change a role."""
    roles, role_id = parts_of(request).places.roles, request.match_info["role_id"]
    return json_reply(role_json(roles.change(_guild(request), None, role_id, await _body(request))))


async def role_removed(request: web.Request) -> web.Response:
    """Remove a role."""
    parts_of(request).places.roles.remove(_guild(request), None, request.match_info["role_id"])
    return web.Response(status=204)


async def redelivered(request: web.Request) -> web.Response:
    """Deliver an interaction a second time."""
    parts_of(request).interactions.redeliver(request.match_info["interaction_id"])
    return web.Response(status=204)


def _guild(request: web.Request) -> Guild:
    return parts_of(request).world.guild(request.match_info["guild_id"])


def _channel(request: web.Request) -> Channel:
    return parts_of(request).world.channel(request.match_info["channel_id"])


async def _body(request: web.Request) -> Json:
    return (await read_body(request)).json

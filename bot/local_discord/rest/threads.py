"""Threads: starting them, posts of forums, their members, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from bot.local_discord.errors import missing_access, unknown
from bot.local_discord.events import Intent
from bot.local_discord.forms.fields import moment
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.permissions import Permission, may_see, require
from bot.local_discord.reply import Json, json_reply, origin_of
from bot.local_discord.rest.guilds import guild_of, number_in
from bot.local_discord.rest.messages import message_of
from bot.local_discord.state.channels import FORUMS, Channel, ChannelKind, Thread
from bot.local_discord.wire.channels import channel_json, thread_member_json
from bot.local_discord.wire.messages import message_json
from bot.local_discord.wire.users import member_json

__all__ = ["routes"]

_MEMBERS = "/channels/{channel_id}/thread-members"
_ARCHIVED = "/channels/{channel_id}/threads/archived"
_OPEN_TO_ALL = {ChannelKind.PUBLIC_THREAD, ChannelKind.ANNOUNCEMENT_THREAD}
_PRIVATE = {ChannelKind.PRIVATE_THREAD}


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.post("/channels/{channel_id}/threads", started),
        web.post("/channels/{channel_id}/messages/{message_id}/threads", started_from_message),
        web.get(_MEMBERS, members),
        web.get(_MEMBERS + "/{user_id}", member),
        web.put(_MEMBERS + "/{user_id}", joined),
        web.delete(_MEMBERS + "/{user_id}", left),
        web.get(_ARCHIVED + "/public", archived_public),
        web.get(_ARCHIVED + "/private", archived_private),
        web.get("/channels/{channel_id}/users/@me/threads/archived/private", archived_mine),
        web.get("/guilds/{guild_id}/threads/active", active),
    ]


async def started(request: web.Request) -> web.Response:
    """Start a thread without a message, or a post of a forum."""
    parts = parts_of(request)
    parent = parts.world.channel(request.match_info["channel_id"])
    body, bot_id = await read_body(request), parts.world.application.bot_id
    if parent.type not in FORUMS:
        thread = parts.threads.start(parent, bot_id, body.json)
        return json_reply(_created(parts, thread), status=201)
    thread, message = parts.places.forum.post(parent, bot_id, body.json, body.files)
    answer = {**_created(parts, thread), "message": message_json(parts.world, message)}
    return json_reply(answer, status=201, origin=origin_of(request))


async def started_from_message(request: web.Request) -> web.Response:
    """Start a thread from a message."""
    parts, message = message_of(request)
    parent = parts.world.channel(message.channel_id)
    body = (await read_body(request)).json
    thread = parts.threads.start(parent, parts.world.application.bot_id, body, message=message)
    return json_reply(_created(parts, thread), status=201)


async def members(request: web.Request) -> web.Response:
    """The thread's members, in order of their ids. Needs the privileged members intent, as on Discord."""
    parts, thread = _thread(request)
    if not parts.options.privileged & Intent.GUILD_MEMBERS:
        raise missing_access()
    limit = number_in(request, "limit", least=1, most=100, default=100)
    after = number_in(request, "after", least=0, most=2**63, default=0)
    ids = sorted((one for one in thread.members if int(one) > after), key=int)[:limit]
    return json_reply([_member(parts, thread, user_id, request) for user_id in ids])


async def member(request: web.Request) -> web.Response:
    """One member of the thread."""
    parts, thread = _thread(request)
    user_id = _user_id(request, parts)
    if user_id not in thread.members:
        raise unknown("Member")
    return json_reply(_member(parts, thread, user_id, request))


async def joined(request: web.Request) -> web.Response:
    """Join (`@me`), or add somebody."""
    parts, thread = _thread(request)
    parts.threads.members.put(thread, parts.world.application.bot_id, _user_id(request, parts))
    return web.Response(status=204)


async def left(request: web.Request) -> web.Response:
    """Leave (`@me`), or remove somebody."""
    parts, thread = _thread(request)
    parts.threads.members.remove(thread, parts.world.application.bot_id, _user_id(request, parts))
    return web.Response(status=204)


async def archived_public(request: web.Request) -> web.Response:
    """The channel's archived public threads, the last archived first."""
    parts, channel = _channel(request, Permission.READ_MESSAGE_HISTORY)
    return _archived(request, [one for one in _closed(parts, channel) if one.type in _OPEN_TO_ALL])


async def archived_private(request: web.Request) -> web.Response:
    """The channel's archived private threads, the last archived first."""
    parts, channel = _channel(request, Permission.READ_MESSAGE_HISTORY | Permission.MANAGE_THREADS)
    return _archived(request, [one for one in _closed(parts, channel) if one.type in _PRIVATE])


async def archived_mine(request: web.Request) -> web.Response:
    """The channel's archived private threads that the bot is in, the newest first; `before` is an id."""
    parts, channel = _channel(request, Permission.READ_MESSAGE_HISTORY)
    bot_id, before = (
        parts.world.application.bot_id,
        number_in(request, "before", least=0, most=2**63, default=0),
    )
    found = [
        one
        for one in _closed(parts, channel)
        if one.type in _PRIVATE and bot_id in one.members and (not before or int(one.id) < before)
    ]
    found.sort(key=lambda thread: int(thread.id), reverse=True)
    return _listed(request, found)


async def active(request: web.Request) -> web.Response:
    """The guild's open threads that the bot sees, the newest first."""
    parts, guild = guild_of(request)
    bot_id = parts.world.application.bot_id
    found = [
        thread
        for thread in reversed(parts.world.threads_of(guild))
        if not thread.archived and may_see(parts.world, thread, bot_id)
    ]
    return json_reply({**_page(parts, found), "has_more": False})


def _closed(parts: Parts, channel: Channel) -> list[Thread]:
    return [one for one in parts.world.threads_in(channel) if one.archived]


def _archived(request: web.Request, found: list[Thread]) -> web.Response:
    """A page of them; `before` is a time."""
    form = Form()
    before = moment(form, request.query.get("before"), ("before",))
    form.check()
    if before is not None:
        found = [thread for thread in found if thread.archived_at < before]
    found.sort(key=lambda thread: thread.archived_at, reverse=True)
    return _listed(request, found)


def _listed(request: web.Request, found: list[Thread]) -> web.Response:
    limit = number_in(request, "limit", least=2, most=100, default=50)
    return json_reply({**_page(parts_of(request), found[:limit]), "has_more": len(found) > limit})


def _page(parts: Parts, threads: Iterable[Thread]) -> Json:
    listed, bot_id = list(threads), parts.world.application.bot_id
    mine = [thread_member_json(thread, bot_id) for thread in listed if bot_id in thread.members]
    return {"threads": [channel_json(parts.world, thread) for thread in listed], "members": mine}


def _created(parts: Parts, thread: Thread) -> Json:
    mine = thread_member_json(thread, parts.world.application.bot_id)
    return {**channel_json(parts.world, thread), "member": mine}


def _member(parts: Parts, thread: Thread, user_id: str, request: web.Request) -> Json:
    body = thread_member_json(thread, user_id)
    guild = parts.world.guild_of(thread)
    is_wanted = request.query.get("with_member", "").lower() in {"1", "true"}
    if is_wanted and guild is not None and user_id in guild.members:
        body["member"] = member_json(parts.world, guild, user_id)
    return body


def _thread(request: web.Request) -> tuple[Parts, Thread]:
    parts = parts_of(request)
    thread = parts.world.thread(request.match_info["channel_id"])
    require(parts.world, thread, parts.world.application.bot_id)
    return parts, thread


def _channel(request: web.Request, wanted: Permission) -> tuple[Parts, Channel]:
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    require(parts.world, channel, parts.world.application.bot_id, wanted)
    return parts, channel


def _user_id(request: web.Request, parts: Parts) -> str:
    user_id = request.match_info["user_id"]
    return parts.world.application.bot_id if user_id == "@me" else user_id

"""Threads: starting them, their members, and lists of them."""

from __future__ import annotations

from collections.abc import Iterable

from aiohttp import web

from bot.local_discord.errors import thread_is_archived, unknown
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.rest.messages import message_of
from bot.local_discord.state.channels import Thread
from bot.local_discord.wire.channels import channel_json, thread_member_json

__all__ = ["routes"]

_MEMBERS = "/channels/{channel_id}/thread-members"
_ARCHIVED = "/channels/{channel_id}/threads/archived"


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
        web.get("/guilds/{guild_id}/threads/active", active),
    ]


async def started(request: web.Request) -> web.Response:
    """Start a thread without a message."""
    parts = parts_of(request)
    parent = parts.world.channel(request.match_info["channel_id"])
    body = (await read_body(request)).json
    thread = parts.threads.start(parent, parts.world.application.bot_id, body)
    return json_reply(channel_json(parts.world, thread), status=201)


async def started_from_message(request: web.Request) -> web.Response:
    """Start a thread from a message."""
    parts, message = message_of(request)
    parent = parts.world.channel(message.channel_id)
    body = (await read_body(request)).json
    thread = parts.threads.start(parent, parts.world.application.bot_id, body, message=message)
    return json_reply(channel_json(parts.world, thread), status=201)


async def members(request: web.Request) -> web.Response:
    """The thread's members."""
    _, thread = _thread(request)
    return json_reply([thread_member_json(thread, user_id) for user_id in thread.members])


async def member(request: web.Request) -> web.Response:
    """One member of the thread."""
    parts, thread = _thread(request)
    user_id = _user_id(request, parts)
    if user_id not in thread.members:
        raise unknown("Member")
    return json_reply(thread_member_json(thread, user_id))


async def joined(request: web.Request) -> web.Response:
    """Join (`@me`), or add somebody."""
    parts, thread = _thread(request)
    if thread.archived:
        raise thread_is_archived()
    parts.threads.join(thread, parts.world.member(thread.guild_id or "", _user_id(request, parts)).user_id)
    return web.Response(status=204)


async def left(request: web.Request) -> web.Response:
    """Leave (`@me`), or remove somebody."""
    parts, thread = _thread(request)
    if thread.archived:
        raise thread_is_archived()
    parts.threads.leave(thread, _user_id(request, parts))
    return web.Response(status=204)


async def archived_public(request: web.Request) -> web.Response:
    """The channel's archived public threads, the last archived first."""
    return _archived(request, 11)


async def archived_private(request: web.Request) -> web.Response:
    """The channel's archived private threads, the last archived first."""
    return _archived(request, 12)


async def active(request: web.Request) -> web.Response:
    """The guild's open threads."""
    parts = parts_of(request)
    guild = parts.world.guild(request.match_info["guild_id"])
    found = [thread for thread in parts.world.threads_of(guild) if not thread.archived]
    return json_reply({**_page(parts, found), "has_more": False})


def _archived(request: web.Request, kind: int) -> web.Response:
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    found = [one for one in parts.world.threads_in(channel) if one.archived and one.type == kind]
    found.sort(key=lambda thread: thread.archived_at, reverse=True)
    return json_reply({**_page(parts, found), "has_more": False})


def _page(parts: Parts, threads: Iterable[Thread]) -> Json:
    listed, bot_id = list(threads), parts.world.application.bot_id
    mine = [thread_member_json(thread, bot_id) for thread in listed if bot_id in thread.members]
    return {"threads": [channel_json(parts.world, thread) for thread in listed], "members": mine}


def _thread(request: web.Request) -> tuple[Parts, Thread]:
    parts = parts_of(request)
    return parts, parts.world.thread(request.match_info["channel_id"])


def _user_id(request: web.Request, parts: Parts) -> str:
    user_id = request.match_info["user_id"]
    return parts.world.application.bot_id if user_id == "@me" else user_id

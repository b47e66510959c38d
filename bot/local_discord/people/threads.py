"""Threads and forum posts as people start, change, join and leave them."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import PeopleError
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts
from bot.local_discord.people.person import body_of
from bot.local_discord.people.place import channel_for
from bot.local_discord.permissions import permissions_in
from bot.local_discord.reply import Json, json_reply, origin_of
from bot.local_discord.state.channels import Channel, Thread
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.messages import message_event

__all__ = ["routes"]

_CHANNEL = "/channels/{channel_id}"
_MEMBER = _CHANNEL + "/thread-members/{user_id}"
_CHANGEABLE = ("name", "archived", "locked", "applied_tags", "auto_archive_duration", "invitable", "flags")
_STARTED = ("name", "type", "invitable", "auto_archive_duration")
_PUBLIC = 11


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [
        web.post(_CHANNEL + "/threads", started),
        web.post(_CHANNEL + "/posts", posted),
        web.patch(_CHANNEL, changed),
        web.put(_MEMBER, joined),
        web.delete(_MEMBER, left),
    ]


async def started(request: web.Request) -> web.Response:
    """Start a thread: public unless `type` is 12, from `message_id` if that is given."""
    body = await body_of(request)
    parts, channel, user = channel_for(request, body.get("user"))
    asked = {"type": _PUBLIC} | {key: body[key] for key in _STARTED if body.get(key) is not None}
    message = None
    if body.get("message_id"):
        message = parts.world.messages.find(channel.id, str(body["message_id"]))
        if message is None or message.visible_to not in {None, user.id}:
            raise PeopleError(404, "There is no such message.")
        if message.visible_to is not None:
            raise PeopleError(400, "That message is for you alone.")
    thread = parts.threads.start(channel, user.id, asked, message=message)
    return _reply(parts, thread, user.id, status=201)


async def posted(request: web.Request) -> web.Response:
    """Start a post of a forum, with its first message."""
    sent = await read_body(request)
    body = sent.json
    parts, channel, user = channel_for(request, body.get("user"))
    said: Json = {key: body[key] for key in ("content", "attachments") if body.get(key) is not None}
    asked: Json = {key: body[key] for key in ("name", "applied_tags") if key in body}
    thread, message = parts.places.forum.post(channel, user.id, {**asked, "message": said}, sent.files)
    answer = {
        **_json(parts, thread, user.id),
        "message": message_event(parts.world, message, seen_by=user.id),
    }
    return json_reply(answer, status=201, origin=origin_of(request))


async def changed(request: web.Request) -> web.Response:
    """Change a thread: its name, its tags, whether it is archived or locked."""
    body = await body_of(request)
    parts, channel, user = channel_for(request, body.get("user"))
    asked = {key: body[key] for key in _CHANGEABLE if key in body}
    thread = _thread(channel)
    parts.threads.change(thread, user.id, asked)
    return _reply(parts, thread, user.id)


async def joined(request: web.Request) -> web.Response:
    """Join the thread, or add somebody."""
    asked = request.query.get("user") or (await body_of(request)).get("user")
    parts, channel, user = channel_for(request, asked)
    parts.threads.members.put(_thread(channel), user.id, _named(request, user.id))
    return web.Response(status=204)


async def left(request: web.Request) -> web.Response:
    """Leave the thread, or remove somebody."""
    parts, channel, user = channel_for(request, request.query.get("user"))
    parts.threads.members.remove(_thread(channel), user.id, _named(request, user.id))
    return web.Response(status=204)


def _named(request: web.Request, own_id: str) -> str:
    """The member that the path names."""
    user_id = request.match_info["user_id"]
    return own_id if user_id == "@me" else user_id


def _thread(channel: Channel) -> Thread:
    if not isinstance(channel, Thread):
        raise PeopleError(400, "That is not a thread.")
    return channel


def _json(parts: Parts, thread: Thread, user_id: str) -> Json:
    bits = permissions_in(parts.world, thread, user_id)
    return {**channel_json(parts.world, thread), "permissions": str(bits)}


def _reply(parts: Parts, thread: Thread, user_id: str, *, status: int = 200) -> web.Response:
    return json_reply(_json(parts, thread, user_id), status=status)

"""What people read, write and delete, and the threads they start."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import PeopleError, RestError
from bot.local_discord.forms.message import Draft
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.people.person import body_of, may_write_in, person
from bot.local_discord.permissions import Permission, may, sees
from bot.local_discord.reply import Json, json_reply, origin_of
from bot.local_discord.rest.messages import page_of
from bot.local_discord.state.channels import Channel, Thread
from bot.local_discord.state.messages import Message
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.messages import message_event

__all__ = ["routes"]

_CHANNEL = "/channels/{channel_id}"
_LONGEST = 2000
_NONCE = 25


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [
        web.get(_CHANNEL + "/messages", listed),
        web.get(_CHANNEL + "/pins", pins),
        web.post(_CHANNEL + "/messages", posted),
        web.delete(_CHANNEL + "/messages/{message_id}", deleted),
        web.post(_CHANNEL + "/typing", typing),
        web.post(_CHANNEL + "/threads", thread_started),
    ]


async def listed(request: web.Request) -> web.Response:
    """A page of messages as this person sees them, the newest first."""
    parts, channel = _channel(request)
    user = person(parts, request.query.get("user"))
    visible = [message for message in parts.world.messages.of(channel.id) if sees(user.id, message)]
    page = page_of(request).of(visible)
    return json_reply([_json(parts, message) for message in page], origin=origin_of(request))


async def pins(request: web.Request) -> web.Response:
    """The pinned messages, the last pinned first."""
    parts, channel = _channel(request)
    person(parts, request.query.get("user"))
    found = parts.world.messages.pins(channel.id)
    return json_reply([_json(parts, message) for message in found], origin=origin_of(request))


async def posted(request: web.Request) -> web.Response:
    """Say something."""
    parts, channel = _channel(request)
    body = await body_of(request)
    user = person(parts, body.get("user"))
    content = body.get("content")
    if not isinstance(content, str) or not content.strip():
        raise PeopleError(400, "A message needs some text.", {"content": "Required"})
    if len(content) > _LONGEST:
        raise PeopleError(400, f"A message has at most {_LONGEST:,} characters.", {"content": "Too long"})
    may_write_in(parts, channel.id, user.id)
    if isinstance(channel, Thread):
        parts.threads.awaken(channel)
        parts.threads.join(channel, user.id)
    nonce = str(body["nonce"])[:_NONCE] if body.get("nonce") else None
    # What a client sends is trimmed by Discord.
    reference = body.get("message_reference")
    if reference is not None and not (isinstance(reference, dict) and reference.get("message_id")):
        raise PeopleError(
            400, "Say which message this answers.", {"message_reference.message_id": "Required"}
        )
    draft = Draft(content=content.strip(), nonce=nonce, reference=reference)
    message = parts.posting.post(channel.id, user.id, draft)
    return json_reply(_json(parts, message), status=201, origin=origin_of(request))


async def deleted(request: web.Request) -> web.Response:
    """Delete one's own message, or dismiss an ephemeral one."""
    parts, channel = _channel(request)
    user = person(parts, request.query.get("user"))
    message = parts.world.messages.get(channel.id, request.match_info["message_id"])
    if not sees(user.id, message):
        raise PeopleError(404, "There is no such message.")
    own = user.id in {message.author_id, message.visible_to}
    if not own and not may(parts.world, channel, user.id, Permission.MANAGE_MESSAGES):
        raise PeopleError(403, "That is somebody else's message.")
    parts.posting.delete(message)
    return web.Response(status=204)


async def typing(request: web.Request) -> web.Response:
    """Show the person as typing."""
    parts, channel = _channel(request)
    user = person(parts, (await body_of(request)).get("user"))
    parts.posting.typing(channel, user.id)
    return web.Response(status=204)


async def thread_started(request: web.Request) -> web.Response:
    """Start a public thread, from a message or without."""
    parts, channel = _channel(request)
    body = await body_of(request)
    user = person(parts, body.get("user"))
    message = None
    if body.get("message_id"):
        message = parts.world.messages.get(channel.id, str(body["message_id"]))
        if message.visible_to is not None:
            raise RestError(400, 50024, "Cannot execute action on this channel type")
    thread = parts.threads.start(channel, user.id, {"name": body.get("name"), "type": 11}, message=message)
    return json_reply(channel_json(parts.world, thread), status=201)


def _json(parts: Parts, message: Message) -> Json:
    return message_event(parts.world, message)


def _channel(request: web.Request) -> tuple[Parts, Channel]:
    parts = parts_of(request)
    return parts, parts.world.channel(request.match_info["channel_id"])

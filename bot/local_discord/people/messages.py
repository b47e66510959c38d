"""What people read, write, edit and delete."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import PeopleError
from bot.local_discord.forms.message import Draft, read_message
from bot.local_discord.forms.uploads import Body, read_body
from bot.local_discord.parts import Parts
from bot.local_discord.people.person import body_of
from bot.local_discord.people.place import channel_for, message_for
from bot.local_discord.people.refusals import plainly
from bot.local_discord.permissions import Permission, may, require, sees, sending_in
from bot.local_discord.reply import Json, json_reply, origin_of
from bot.local_discord.rest.messages import enter, page_of
from bot.local_discord.state.messages import Message
from bot.local_discord.wire.messages import message_event

__all__ = ["routes"]

_CHANNEL = "/channels/{channel_id}"
_ONE = _CHANNEL + "/messages/{message_id}"
_LONGEST, _NONCE = 2000, 25
_SAID = ("content", "nonce", "message_reference", "poll", "attachments", "tts", "allowed_mentions")
"""What a person's client can put into a message; embeds and components are for bots."""


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [
        web.get(_CHANNEL + "/messages", listed),
        web.post(_CHANNEL + "/messages", posted),
        web.patch(_ONE, edited),
        web.delete(_ONE, deleted),
        web.post(_CHANNEL + "/typing", typing),
    ]


async def listed(request: web.Request) -> web.Response:
    """A page of messages as this person sees them, the newest first; none where they may not read them."""
    parts, channel, user = channel_for(request, request.query.get("user"))
    visible: list[Message] = []
    if may(parts.world, channel, user.id, Permission.READ_MESSAGE_HISTORY):
        visible = [message for message in parts.world.messages.of(channel.id) if sees(user.id, message)]
    page = page_of(request).of(visible)
    found = [message_event(parts.world, message, seen_by=user.id) for message in page]
    return json_reply(found, origin=origin_of(request))


async def posted(request: web.Request) -> web.Response:
    """Say something, with files, as a reply, as a forward, or as a poll."""
    body = await read_body(request)
    parts, channel, user = channel_for(request, body.json.get("user"))
    draft = _draft(body)
    parts.talk.speaking.post(channel, user.id, draft, len(body.files))
    message = parts.posting.post(
        channel.id, user.id, draft, body.files, before=lambda: enter(parts, channel, user.id)
    )
    parts.talk.speaking.said(channel, user.id)
    return _reply(request, parts, message, user.id, status=201)


async def edited(request: web.Request) -> web.Response:
    """Change one's own message: its words, and which of its files stay."""
    body = await read_body(request)
    parts, message, user = message_for(request, body.json.get("user"))
    said: Json = {key: body.json[key] for key in ("content", "attachments") if key in body.json}
    _check_length(said.get("content"))
    parts.talk.speaking.edit(message, user.id)
    draft = read_message(said, files=body.files, fresh=False, of=message)
    parts.posting.edit(message, draft, body.files)
    return _reply(request, parts, message, user.id)


async def deleted(request: web.Request) -> web.Response:
    """Delete one's own message, or dismiss an ephemeral one."""
    parts, message, user = message_for(request, request.query.get("user"))
    channel = parts.world.channel(message.channel_id)
    own = user.id in {message.author_id, message.visible_to}
    if not own and not may(parts.world, channel, user.id, Permission.MANAGE_MESSAGES):
        raise PeopleError(403, "That is somebody else's message.")
    if message.visible_to is None:
        parts.talk.speaking.delete(message, user.id)
    parts.posting.delete(message)
    return web.Response(status=204)


async def typing(request: web.Request) -> web.Response:
    """Show the person as typing."""
    parts, channel, user = channel_for(request, (await body_of(request)).get("user"))
    require(parts.world, channel, user.id, sending_in(channel))
    parts.posting.typing(channel, user.id)
    return web.Response(status=204)


def _draft(body: Body) -> Draft:
    said = {key: body.json[key] for key in _SAID if body.json.get(key) is not None}
    if "nonce" in said:
        said["nonce"] = str(said["nonce"])[:_NONCE]
    _check_length(said.get("content"))
    reference = said.get("message_reference")
    if reference is not None and not (isinstance(reference, dict) and reference.get("message_id")):
        wrong = {"message_reference.message_id": "Required"}
        raise PeopleError(400, "Say which message this answers.", wrong)
    try:
        with plainly():
            return read_message(said, files=body.files, fresh=True)
    except PeopleError as error:
        errors = error.errors or {"content": "Required"}
        raise PeopleError(error.status, error.message, errors) from error


def _check_length(content: object) -> None:
    if isinstance(content, str) and len(content) > _LONGEST:
        raise PeopleError(400, f"A message has at most {_LONGEST:,} characters.", {"content": "Too long"})


def _reply(
    request: web.Request, parts: Parts, message: Message, user_id: str, *, status: int = 200
) -> web.Response:
    body: Json = message_event(parts.world, message, seen_by=user_id)
    return json_reply(body, status=status, origin=origin_of(request))

"""Messages of a channel. Ephemeral ones are not among them: only their interaction's token reaches those."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import RestError, invalid_form, missing_permissions, thread_is_archived, unknown
from bot.local_discord.events import Intent
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.message import read_message
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.permissions import Permission, may
from bot.local_discord.reply import Json, json_reply, origin_of
from bot.local_discord.state.channels import Channel, Thread
from bot.local_discord.state.messages import Message, MessageFlag, Page
from bot.local_discord.wire.messages import message_json, without_content

__all__ = ["message_of", "page_of", "routes", "seen_by_bot"]

_MESSAGES = "/channels/{channel_id}/messages"
_BULK = (2, 100)


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get(_MESSAGES, listed),
        web.post(_MESSAGES, posted),
        web.post(_MESSAGES + "/bulk-delete", bulk_deleted),
        web.get(_MESSAGES + "/{message_id}", one),
        web.patch(_MESSAGES + "/{message_id}", edited),
        web.delete(_MESSAGES + "/{message_id}", deleted),
    ]


async def listed(request: web.Request) -> web.Response:
    """A page of messages, the newest first."""
    parts, channel = _channel(request)
    visible = [message for message in parts.world.messages.of(channel.id) if message.visible_to is None]
    page = page_of(request).of(visible)
    return json_reply([seen_by_bot(parts, message) for message in page], origin=origin_of(request))


async def posted(request: web.Request) -> web.Response:
    """Post as the bot."""
    parts, channel = _channel(request)
    body = await read_body(request)
    draft = read_message(body.json, files=len(body.files), fresh=True)
    if (draft.flags or 0) & MessageFlag.EPHEMERAL:
        raise invalid_form(
            {"flags": {"_errors": [{"code": "MESSAGE_FLAGS_INVALID", "message": "Not for messages"}]}}
        )
    bot_id = parts.world.application.bot_id
    if isinstance(channel, Thread):
        parts.threads.awaken(channel)
        parts.threads.join(channel, bot_id)
    message = parts.posting.post(channel.id, bot_id, draft, body.files)
    return json_reply(message_json(parts.world, message), origin=origin_of(request))


async def one(request: web.Request) -> web.Response:
    """One message."""
    parts, message = message_of(request)
    return json_reply(seen_by_bot(parts, message), origin=origin_of(request))


async def edited(request: web.Request) -> web.Response:
    """Change one of the bot's messages."""
    parts, message = message_of(request)
    body = await read_body(request)
    if message.author_id != parts.world.application.bot_id:
        raise RestError(403, 50005, "Cannot edit a message authored by another user")
    channel = parts.world.channel(message.channel_id)
    if isinstance(channel, Thread) and channel.archived:
        raise thread_is_archived()
    draft = read_message(body.json, files=len(body.files), fresh=False)
    parts.posting.edit(message, draft, body.files)
    return json_reply(message_json(parts.world, message), origin=origin_of(request))


async def deleted(request: web.Request) -> web.Response:
    """Remove a message."""
    parts, message = message_of(request)
    bot_id = parts.world.application.bot_id
    if message.author_id != bot_id and not may(
        parts.world, parts.world.channel(message.channel_id), bot_id, Permission.MANAGE_MESSAGES
    ):
        raise missing_permissions()
    parts.posting.delete(message)
    return web.Response(status=204)


async def bulk_deleted(request: web.Request) -> web.Response:
    """Remove 2 to 100 messages; what is no longer there is passed over."""
    parts, channel = _channel(request)
    ids = (await read_body(request)).json.get("messages")
    if not isinstance(ids, list) or not _BULK[0] <= len(ids) <= _BULK[1]:
        raise RestError(
            400,
            50016,
            "Provided too few or too many messages to delete. Must provide at least 2 and at most 100.",
        )
    for message_id in ids:
        message = parts.world.messages.find(channel.id, str(message_id))
        if message is not None and message.visible_to is None:
            parts.posting.delete(message)
    return web.Response(status=204)


def message_of(request: web.Request) -> tuple[Parts, Message]:
    """The message that the path names. Raises RestError 10003, 10008."""
    parts, channel = _channel(request)
    message = parts.world.messages.get(channel.id, request.match_info["message_id"])
    if message.visible_to is not None:
        raise unknown("Message")
    return parts, message


def seen_by_bot(parts: Parts, message: Message) -> Json:
    """The message in JSON, with its content only where the bot may read it."""
    body = message_json(parts.world, message)
    is_direct = parts.world.channel(message.channel_id).guild_id is None
    readable = is_direct or parts.options.privileged & Intent.MESSAGE_CONTENT
    return body if readable else without_content(body, parts.world.application.bot_id)


def page_of(request: web.Request, *, most: int = 100) -> Page:
    """The page that the query asks for; `limit` is 1 to `most`. Raises RestError 50035."""
    form = Form()
    limit = request.query.get("limit", "50")
    if not limit.isdecimal() or not 1 <= int(limit) <= most:
        form.fail(("limit",), "NUMBER_TYPE_MAX", f"int value should be between 1 and {most}.")
    query: dict[str, str] = {}
    for key in ("before", "after", "around"):
        value = request.query.get(key, "")
        if value and not value.isdecimal():
            form.fail((key,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        query[key] = value
    form.check()
    return Page(int(limit), **query)


def _channel(request: web.Request) -> tuple[Parts, Channel]:
    parts = parts_of(request)
    return parts, parts.world.channel(request.match_info["channel_id"])

"""Messages of a channel, by the bot."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import RestError, invalid_form, unknown
from bot.local_discord.events import Intent
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.message import Draft, read_message
from bot.local_discord.forms.uploads import Body, read_body
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.permissions import Permission, may, require
from bot.local_discord.reply import Json, json_reply, origin_of
from bot.local_discord.rest.paging import page_of
from bot.local_discord.snowflake import made_at
from bot.local_discord.state.channels import Channel, ChannelKind, Thread
from bot.local_discord.state.messages import Message, MessageFlag
from bot.local_discord.wire.messages import message_json, without_content

__all__ = ["channel_of", "enter", "message_of", "page_of", "routes", "seen_by_bot"]

_MESSAGES = "/channels/{channel_id}/messages"
_ONE = _MESSAGES + "/{message_id}"
_BULK, _TWO_WEEKS = (2, 100), 14 * 86400.0


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get(_MESSAGES, listed),
        web.post(_MESSAGES, posted),
        web.post(_MESSAGES + "/bulk-delete", bulk_deleted),
        web.get(_ONE, one),
        web.patch(_ONE, edited),
        web.delete(_ONE, deleted),
        web.post(_ONE + "/crosspost", crossposted),
    ]


async def listed(request: web.Request) -> web.Response:
    """A page of messages, the newest first; none for a bot that may not read the history."""
    parts, channel = channel_of(request)
    page = page_of(request)
    world, bot_id = parts.world, parts.world.application.bot_id
    require(world, channel, bot_id)
    visible: list[Message] = []
    if may(world, channel, bot_id, Permission.READ_MESSAGE_HISTORY):
        visible = [message for message in world.messages.of(channel.id) if message.visible_to is None]
    found = [seen_by_bot(parts, message) for message in page.of(visible)]
    return json_reply(found, origin=origin_of(request))


async def posted(request: web.Request) -> web.Response:
    """Post as the bot."""
    parts, channel = channel_of(request)
    body = await read_body(request)
    draft = read_message(body.json, files=body.files, fresh=True)
    _check_flags(draft)
    bot_id = parts.world.application.bot_id
    parts.talk.speaking.post(channel, bot_id, draft, len(body.files))
    message = parts.posting.post(
        channel.id, bot_id, draft, body.files, before=lambda: enter(parts, channel, bot_id)
    )
    return json_reply(message_json(parts.world, message), origin=origin_of(request))


async def one(request: web.Request) -> web.Response:
    """One message."""
    parts, message = message_of(request)
    channel = parts.world.channel(message.channel_id)
    parts.talk.speaking.read(channel, parts.world.application.bot_id)
    return json_reply(seen_by_bot(parts, message), origin=origin_of(request))


async def edited(request: web.Request) -> web.Response:
    """Change one of the bot's messages, or hide the embeds of another's."""
    parts, message = message_of(request)
    body = await read_body(request)
    bot_id = parts.world.application.bot_id
    if message.author_id != bot_id and set(body.json) == {"flags"}:
        _suppressed(parts, message, body)
    else:
        parts.talk.speaking.edit(message, bot_id)
        draft = read_message(body.json, files=body.files, fresh=False, of=message)
        parts.talk.speaking.drop_embeds(parts.world.channel(message.channel_id), bot_id, draft)
        parts.posting.edit(message, draft, body.files)
    return json_reply(seen_by_bot(parts, message), origin=origin_of(request))


async def deleted(request: web.Request) -> web.Response:
    """Remove a message."""
    parts, message = message_of(request)
    parts.talk.speaking.delete(message, parts.world.application.bot_id)
    parts.posting.delete(message)
    return web.Response(status=204)


async def bulk_deleted(request: web.Request) -> web.Response:
    """Remove 2 to 100 messages of the last two weeks; what is no longer there is passed over."""
    parts, channel = channel_of(request)
    ids = _ids((await read_body(request)).json)
    oldest = parts.clock() - _TWO_WEEKS
    messages = parts.world.messages
    found = [messages.find(channel.id, one) for one in ids]
    gone = [message for message in found if message is not None and message.visible_to is None]
    parts.talk.speaking.delete_many(channel, parts.world.application.bot_id, gone)
    if any(made_at(one) < oldest for one in ids):
        text = "You can only bulk delete messages that are under 14 days old."
        raise RestError(400, 50034, text)
    parts.posting.delete_many(channel, gone)
    return web.Response(status=204)


async def crossposted(request: web.Request) -> web.Response:
    """Publish a message of an announcement channel; nobody follows one here."""
    parts, message = message_of(request)
    channel, bot_id = parts.world.channel(message.channel_id), parts.world.application.bot_id
    is_own = message.author_id == bot_id
    require(parts.world, channel, bot_id, Permission.SEND_MESSAGES if is_own else Permission.MANAGE_MESSAGES)
    if channel.type != ChannelKind.ANNOUNCEMENT:
        raise RestError(400, 50024, "Cannot execute action on this channel type")
    if message.type != 0:
        raise RestError(400, 50068, "Invalid message type")
    if message.flags & MessageFlag.CROSSPOSTED:
        raise RestError(400, 40033, "This message has already been crossposted.")
    message.flags |= MessageFlag.CROSSPOSTED
    parts.posting.publish("MESSAGE_UPDATE", message)
    return json_reply(seen_by_bot(parts, message), origin=origin_of(request))


def enter(parts: Parts, channel: Channel, user_id: str) -> None:
    """Who posts in a thread opens it and joins it."""
    if isinstance(channel, Thread):
        parts.threads.awaken(channel)
        parts.threads.join(channel, user_id)


def message_of(request: web.Request) -> tuple[Parts, Message]:
    """The message that the path names, if the bot sees it. Raises RestError 10003, 10008, 50001."""
    parts, channel = channel_of(request)
    require(parts.world, channel, parts.world.application.bot_id)
    message = parts.world.messages.get(channel.id, request.match_info["message_id"])
    if message.visible_to is not None:
        raise unknown("Message")
    return parts, message


def channel_of(request: web.Request) -> tuple[Parts, Channel]:
    """The channel that the path names. Raises RestError 10003."""
    parts = parts_of(request)
    return parts, parts.world.channel(request.match_info["channel_id"])


def seen_by_bot(parts: Parts, message: Message) -> Json:
    """The message in JSON, with its content only where the bot may read it."""
    body = message_json(parts.world, message)
    is_direct = parts.world.channel(message.channel_id).guild_id is None
    readable = is_direct or parts.options.privileged & Intent.MESSAGE_CONTENT
    return body if readable else without_content(body, parts.world.application.bot_id)


def _suppressed(parts: Parts, message: Message, body: Body) -> None:
    form = Form()
    flags = form.whole(body.json["flags"], ("flags",), least=0, most=(1 << 31) - 1, default=0)
    form.check()
    parts.talk.speaking.suppress(message, parts.world.application.bot_id)
    parts.posting.suppress_embeds(message, suppressed=bool(flags & MessageFlag.SUPPRESS_EMBEDS))


def _check_flags(draft: Draft) -> None:
    if (draft.flags or 0) & MessageFlag.EPHEMERAL:
        wrong = {
            "code": "MESSAGE_FLAGS_INVALID",
            "message": "Only answers to interactions may be ephemeral.",
        }
        raise invalid_form({"flags": {"_errors": [wrong]}})


def _ids(body: Json) -> list[str]:
    """The ids to remove. Raises RestError 50035 (not ids, one twice), 50016 (too few, too many)."""
    listed = body.get("messages")
    form = Form()
    if listed is not None and not isinstance(listed, list):
        form.fail(("messages",), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    form.check()
    if not isinstance(listed, list) or not _BULK[0] <= len(listed) <= _BULK[1]:
        text = "Provided too few or too many messages to delete. Must provide at least 2 and at most 100."
        raise RestError(400, 50016, text)
    ids = [form.snowflake(one, ("messages", index)) for index, one in enumerate(listed)]
    if form.valid and len(set(ids)) != len(ids):
        form.fail(("messages",), "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
    form.check()
    return ids

"""What a person's request is about: the channel and the message that its path names, if they see them."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import PeopleError
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.people.person import body_of, person
from bot.local_discord.permissions import require, sees
from bot.local_discord.state.channels import Channel
from bot.local_discord.state.messages import Message
from bot.local_discord.state.world import User

__all__ = ["asker", "channel_for", "message_for", "shared_message_for"]


async def asker(request: web.Request) -> object:
    """The id of who asks: `user` of the query, or of the body."""
    return request.query.get("user") or (await body_of(request)).get("user")


def channel_for(request: web.Request, user_id: object) -> tuple[Parts, Channel, User]:
    """The channel, seen by that person. Raises PeopleError 404, RestError 10003, 50001."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    user = person(parts, user_id)
    require(parts.world, channel, user.id)
    return parts, channel, user


def message_for(request: web.Request, user_id: object) -> tuple[Parts, Message, User]:
    """The message, seen by that person. Raises PeopleError 404, RestError 10003, 50001."""
    parts, channel, user = channel_for(request, user_id)
    message = parts.world.messages.find(channel.id, request.match_info["message_id"])
    if message is None or not sees(user.id, message):
        raise PeopleError(404, "There is no such message.")
    return parts, message, user


def shared_message_for(request: web.Request, user_id: object) -> tuple[Parts, Message, User]:
    """As `message_for`, for what an ephemeral message has not: reactions, pins. Raises PeopleError 400."""
    parts, message, user = message_for(request, user_id)
    if message.visible_to is not None:
        raise PeopleError(400, "That message is for you alone.")
    return parts, message, user

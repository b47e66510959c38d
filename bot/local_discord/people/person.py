"""Who a request is by, and what its body says."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import PeopleError
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts
from bot.local_discord.permissions import Permission, may
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Thread
from bot.local_discord.state.world import User

__all__ = ["body_of", "may_write_in", "person", "person_json"]


def person(parts: Parts, user_id: object) -> User:
    """The person with that id. Raises PeopleError 404."""
    user = parts.world.users.get(str(user_id))
    if user is None or user.bot:
        raise PeopleError(404, "There is no such person here.", {"user": "Unknown"})
    return user


async def body_of(request: web.Request) -> Json:
    """The JSON object that was sent."""
    return (await read_body(request)).json


def may_write_in(parts: Parts, channel_id: str, user_id: str) -> None:
    """Raise PeopleError 403 where the channel is a locked thread and the person may not write in it."""
    channel = parts.world.channel(channel_id)
    if (
        isinstance(channel, Thread)
        and channel.locked
        and not may(parts.world, channel, user_id, Permission.MANAGE_THREADS)
    ):
        raise PeopleError(403, "This thread is locked.")


def person_json(parts: Parts, user: User) -> Json:
    """A person, as `start` lists them."""
    return {
        "id": user.id,
        "username": user.username,
        "global_name": user.global_name,
        "avatar_color": user.avatar_color,
        "bot": user.bot,
        "roles": {
            guild.id: list(guild.members[user.id].roles)
            for guild in parts.world.guilds.values()
            if user.id in guild.members
        },
        "locale": user.locale,
    }

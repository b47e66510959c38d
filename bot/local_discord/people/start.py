"""What a page draws first, and a person's own settings."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import PeopleError
from bot.local_discord.events import Event
from bot.local_discord.forms.command import LOCALES
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.people.person import body_of, person, person_json
from bot.local_discord.permissions import may_see, permissions_in
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.state.channels import Channel
from bot.local_discord.state.guilds import Guild
from bot.local_discord.state.world import User
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.guilds import role_json
from bot.local_discord.wire.users import member_json, user_json

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.get("/start", start), web.patch("/users/{user_id}", changed)]


async def start(request: web.Request) -> web.Response:
    """Everything about the world but its messages."""
    parts = parts_of(request)
    me = person(parts, request.query.get("user") or parts.world.people[0].id)
    body = {
        "users": [person_json(parts, user) for user in parts.world.people],
        "me": person_json(parts, me),
        "guilds": [
            _guild(parts, guild, me) for guild in parts.world.guilds.values() if me.id in guild.members
        ],
        "direct": [
            channel_json(parts.world, channel, seen_by=me.id)
            for channel in parts.world.direct_channels_of(me.id)
        ],
        "commands": parts.commands.all(),
        "application": _application(parts),
        "bot_online": parts.hub.online,
    }
    return json_reply(body)


async def changed(request: web.Request) -> web.Response:
    """Change a person's locale."""
    parts = parts_of(request)
    user = person(parts, request.match_info["user_id"])
    locale = (await body_of(request)).get("locale")
    if locale not in LOCALES:
        raise PeopleError(
            400, "That is no locale of Discord's.", {"locale": f"One of {', '.join(sorted(LOCALES))}"}
        )
    user.locale = locale
    body = person_json(parts, user)
    parts.bus.publish(Event("PERSON_UPDATE", body))
    return json_reply(body)


def _guild(parts: Parts, guild: Guild, me: User) -> Json:
    """A guild as `me` sees it."""
    world = parts.world
    channels = [channel for channel in world.channels_of(guild) if may_see(world, channel, me.id)]
    threads = [thread for thread in world.threads_of(guild) if may_see(world, thread, me.id)]
    return {
        "id": guild.id,
        "name": guild.name,
        "owner_id": guild.owner_id,
        "preferred_locale": guild.locale,
        "channels": [_channel(parts, channel, me) for channel in channels],
        "threads": [_channel(parts, thread, me) for thread in threads],
        "roles": [role_json(role) for role in guild.roles.values()],
        "members": [member_json(world, guild, user_id) for user_id in guild.members],
    }


def _channel(parts: Parts, channel: Channel, me: User) -> Json:
    bits = permissions_in(parts.world, channel, me.id, now=parts.clock())
    return {**channel_json(parts.world, channel), "permissions": str(int(bits))}


def _application(parts: Parts) -> Json:
    application = parts.world.application
    return {"id": application.id, "name": application.name, "bot": user_json(parts.world, application.bot_id)}

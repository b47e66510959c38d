"""What a page draws first, and a person's own settings."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import PeopleError
from bot.local_discord.events import Event
from bot.local_discord.form_command import LOCALES
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.people.person import body_of, person, user_json
from bot.local_discord.reply import Json, json_reply

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.get("/start", start), web.patch("/users/{user_id}", changed)]


async def start(request: web.Request) -> web.Response:
    """Everything about the world but its messages."""
    parts = parts_of(request)
    me = person(parts, request.query.get("user") or parts.world.people[0].id)
    body = {
        "users": [user_json(parts, user) for user in parts.world.people],
        "me": user_json(parts, me),
        "guild": _guild(parts),
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
    body = user_json(parts, user)
    parts.bus.publish(Event("USER_UPDATE", body))
    return json_reply(body)


def _guild(parts: Parts) -> Json:
    world, wire = parts.world, parts.wire
    return {
        "id": world.guild.id,
        "name": world.guild.name,
        "preferred_locale": world.guild.locale,
        "channels": [wire.channel(channel) for channel in world.text_channels],
        "threads": [wire.channel(thread) for thread in world.threads],
        "roles": [wire.role(role) for role in world.roles.values()],
        "members": [wire.member(user_id) for user_id in world.members],
    }


def _application(parts: Parts) -> Json:
    application = parts.world.application
    return {"id": application.id, "name": application.name, "bot": parts.wire.user(application.bot_id)}

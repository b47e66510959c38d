"""Interactions as a person's client sends them: commands, components, autocomplete, modals.

Refuses what Discord's own client would refuse, before the bot hears of it.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import web

from bot.local_discord.acts.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT
from bot.local_discord.errors import PeopleError
from bot.local_discord.forms.command import CHAT_INPUT, LOCALES, USER_MENU
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.people.command_options import read_options
from bot.local_discord.people.component import read_press
from bot.local_discord.people.find_command import find_command
from bot.local_discord.people.may_use import why_not
from bot.local_discord.people.modal_fields import read_fields
from bot.local_discord.people.person import body_of, may_write_in, person
from bot.local_discord.people.resolve import Resolver
from bot.local_discord.permissions import may_see, permissions_in, sees, sending_in
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.state.channels import Channel, Thread
from bot.local_discord.state.interactions import Interaction
from bot.local_discord.state.messages import Message, MessageFlag

__all__ = ["routes"]

_NONCE = 25


@dataclass(frozen=True)
class _Read:
    """What an interaction is opened with."""

    body: Json
    message: Message | None = None
    parent: Interaction | None = None
    focused: int | None = None


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.post("/interactions", created)]


async def created(request: web.Request) -> web.Response:
    """Create an interaction; what comes of it arrives in the events."""
    parts, body = parts_of(request), await body_of(request)
    user = person(parts, body.get("user"))
    channel = parts.world.channels.get(str(body.get("channel_id")))
    if channel is None or not may_see(parts.world, channel, user.id):
        raise PeopleError(404, "There is no such channel here.", {"channel_id": "Unknown"})
    kind, nonce, locale = body.get("type"), body.get("nonce"), body.get("locale")
    readers = {COMMAND: _command, AUTOCOMPLETE: _command, COMPONENT: _component, MODAL_SUBMIT: _modal}
    if not isinstance(kind, int) or kind not in readers:
        raise PeopleError(400, "An interaction is of type 2, 3, 4 or 5.", {"type": "Unknown"})
    if nonce is not None and len(str(nonce)) > _NONCE:
        raise PeopleError(400, f"A nonce has at most {_NONCE} characters.", {"nonce": "Too long"})
    if locale is not None and str(locale) not in LOCALES:
        raise PeopleError(400, "That is no locale of Discord's.", {"locale": "Unknown"})
    read = readers[kind](parts, body, Resolver(parts.world, parts.uploads, channel, user.id))
    if kind == COMMAND and isinstance(channel, Thread):
        parts.threads.awaken(channel)
    interaction = parts.interactions.open(
        int(kind),
        user.id,
        channel.id,
        read.body,
        locale=str(locale or user.locale),
        nonce=None if nonce is None else str(nonce),
        message=read.message,
        parent=read.parent,
        focused=read.focused,
    )
    return json_reply({"interaction_id": interaction.id}, status=201)


def _command(parts: Parts, body: Json, resolver: Resolver) -> _Read:
    found = find_command(parts.commands.here(resolver.guild_id), body)
    command = found.command
    refusal = why_not(parts.world, command, resolver.channel, resolver.user_id, parts.clock())
    if refusal:
        raise PeopleError(403, refusal, {"command": "Not permitted"})
    if command["type"] == CHAT_INPUT:
        _may_type(parts, resolver.channel, resolver.user_id)
    may_write_in(parts, resolver.channel.id, resolver.user_id)
    content: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if "guild_id" in command:
        content["guild_id"] = command["guild_id"]
    focused = None
    if command["type"] == CHAT_INPUT:
        typed = body.get("focused") if body.get("type") == AUTOCOMPLETE else None
        if body.get("type") == AUTOCOMPLETE and (not typed or not isinstance(typed, str)):
            raise PeopleError(400, "Say which option is being typed.", {"focused": "Required"})
        content["options"] = read_options(resolver, found, focused=typed)
        focused = next((one["type"] for one in found.options if one["name"] == typed), None)
    elif body.get("type") == AUTOCOMPLETE:
        raise PeopleError(400, "A menu has nothing to complete.", {"focused": "A menu"})
    else:
        content["target_id"] = _target(parts, command, body, resolver)
    if resolver.resolved and focused is None:
        content["resolved"] = resolver.resolved
    return _Read(content, focused=focused)


def _target(parts: Parts, command: Json, body: Json, resolver: Resolver) -> str:
    if command["type"] == USER_MENU:
        target_id = str(body.get("target_id"))
        if not resolver.resolve("users", target_id):
            raise PeopleError(404, "There is no such person here.", {"target_id": "Unknown"})
        return target_id
    target = _message(parts, body, "target_id", resolver.user_id)
    if target.visible_to is not None:
        raise PeopleError(400, "An ephemeral message has no menu commands.", {"target_id": "Ephemeral"})
    resolver.add_message(target)
    return target.id


def _component(parts: Parts, body: Json, resolver: Resolver) -> _Read:
    message = _message(parts, body, "message_id", resolver.user_id)
    if message.flags & MessageFlag.LOADING:
        raise PeopleError(400, "That message is still being made.")
    guild = parts.world.guild_of(resolver.channel)
    if guild is not None and (guild.members[resolver.user_id].timeout_until or 0.0) > parts.clock():
        raise PeopleError(403, "You are timed out.")
    return _Read(read_press(resolver, message.components, body), message)


def _modal(parts: Parts, body: Json, resolver: Resolver) -> _Read:
    parent = parts.interactions.find(str(body.get("interaction_id")))
    if parent is None or parent.modal is None or parent.user_id != resolver.user_id:
        raise PeopleError(404, "That modal is not open.", {"interaction_id": "Unknown"})
    if parent.channel_id != resolver.channel.id:
        raise PeopleError(400, "That modal was opened in another channel.", {"channel_id": "Another"})
    custom_id = body.get("custom_id")
    if custom_id is not None and custom_id != parent.modal["custom_id"]:
        raise PeopleError(400, "That is another modal's custom id.", {"custom_id": "Unknown"})
    return _Read(read_fields(resolver, parent.modal, body), parts.interactions.message_of(parent), parent)


def _may_type(parts: Parts, channel: Channel, user_id: str) -> None:
    """Commands are typed where messages are: who cannot send one has no box to type in."""
    if not permissions_in(parts.world, channel, user_id, now=parts.clock()) & sending_in(channel):
        raise PeopleError(403, "You cannot send messages in this channel.")


def _message(parts: Parts, body: Json, key: str, user_id: str) -> Message:
    message = parts.world.messages.find(str(body.get("channel_id")), str(body.get(key)))
    if message is None or not sees(user_id, message):
        raise PeopleError(404, "There is no such message in this channel.", {key: "Unknown"})
    return message

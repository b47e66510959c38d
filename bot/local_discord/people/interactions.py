"""Interactions as a person's client sends them: commands, components, autocomplete, modals.

Refuses what Discord's own client would refuse, before the bot hears of it.
"""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.acts.interactions import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT
from bot.local_discord.errors import PeopleError
from bot.local_discord.forms.command import CHAT_INPUT, MESSAGE_MENU
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.people.command_options import read_options
from bot.local_discord.people.component import read_press
from bot.local_discord.people.find_command import find_command
from bot.local_discord.people.modal_fields import read_fields
from bot.local_discord.people.person import body_of, may_write_in, person
from bot.local_discord.people.resolve import Resolver
from bot.local_discord.permissions import sees
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.state.interactions import Interaction
from bot.local_discord.state.messages import Message, MessageFlag
from bot.local_discord.wire.messages import message_json

__all__ = ["routes"]

_NONCE = 25
Read = tuple[Json, Message | None, Interaction | None]
"""The `data`, the message and the parent of an interaction that is about to be opened."""


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.post("/interactions", created)]


async def created(request: web.Request) -> web.Response:
    """Create an interaction; what comes of it arrives in the events."""
    parts, body = parts_of(request), await body_of(request)
    user = person(parts, body.get("user"))
    channel = parts.world.channel(str(body.get("channel_id")))
    kind = body.get("type")
    readers = {COMMAND: _command, AUTOCOMPLETE: _command, COMPONENT: _component, MODAL_SUBMIT: _modal}
    if kind not in readers:
        raise PeopleError(400, "An interaction is of type 2, 3, 4 or 5.", {"type": "Unknown"})
    nonce = str(body["nonce"]) if body.get("nonce") is not None else None
    if nonce is not None and len(nonce) > _NONCE:
        raise PeopleError(400, f"A nonce has at most {_NONCE} characters.", {"nonce": "Too long"})
    content, message, parent = readers[kind](parts, body, Resolver(parts.world, channel, user.id))
    if kind == COMMAND:
        may_write_in(parts, channel.id, user.id)
    interaction = parts.interactions.open(
        kind,
        user.id,
        channel.id,
        content,
        locale=str(body.get("locale") or user.locale),
        nonce=nonce,
        message=message,
        parent=parent,
    )
    return json_reply({"interaction_id": interaction.id}, status=201)


def _command(parts: Parts, body: Json, resolver: Resolver) -> Read:
    found = find_command(parts.commands.here(resolver.guild_id), body)
    command = found.command
    content: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if "guild_id" in command:
        content["guild_id"] = command["guild_id"]
    if command["type"] == MESSAGE_MENU:
        target = _message(parts, body, "target_id", resolver.user_id)
        if target.visible_to is not None:
            raise PeopleError(400, "An ephemeral message has no menu commands.", {"target_id": "Ephemeral"})
        content["target_id"] = target.id
        content["resolved"] = {"messages": {target.id: message_json(parts.world, target)}}
    elif command["type"] == CHAT_INPUT:
        focused = body.get("focused") if body.get("type") == AUTOCOMPLETE else None
        if body.get("type") == AUTOCOMPLETE and not focused:
            raise PeopleError(400, "Say which option is being typed.", {"focused": "Required"})
        options, resolved = read_options(resolver, found, focused=focused)
        content["options"] = options
        if resolved:
            content["resolved"] = resolved
    return content, None, None


def _component(
    parts: Parts, body: Json, resolver: Resolver
) -> tuple[Json, Message | None, Interaction | None]:
    message = _message(parts, body, "message_id", resolver.user_id)
    if message.flags & MessageFlag.LOADING:
        raise PeopleError(400, "That message is still being made.")
    return read_press(resolver, message.components, body), message, None


def _modal(parts: Parts, body: Json, resolver: Resolver) -> Read:
    parent = parts.interactions.find(str(body.get("interaction_id")))
    if parent is None or parent.modal is None or parent.user_id != resolver.user_id:
        raise PeopleError(404, "That modal is not open.", {"interaction_id": "Unknown"})
    if body.get("custom_id") not in {None, parent.modal["custom_id"]}:
        raise PeopleError(400, "That is another modal's custom id.", {"custom_id": "Unknown"})
    return read_fields(resolver, parent.modal, body), parts.interactions.message_of(parent), parent


def _message(parts: Parts, body: Json, key: str, user_id: str) -> Message:
    message = parts.world.messages.find(str(body.get("channel_id")), str(body.get(key)))
    if message is None or not sees(user_id, message):
        raise PeopleError(404, "There is no such message in this channel.", {key: "Unknown"})
    return message

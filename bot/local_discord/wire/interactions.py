"""Interactions in JSON: what the bot is told, what its messages carry, what a first answer returns.

Source: "Interaction Object" of Discord's documentation; InteractionCallbackResponse of its OpenAPI document.
"""

from __future__ import annotations

from bot.local_discord.permissions import permissions_in
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel, ChannelKind
from bot.local_discord.state.interactions import Interaction
from bot.local_discord.state.messages import Message, MessageFlag
from bot.local_discord.state.world import World
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.messages import message_json
from bot.local_discord.wire.users import member_with_permissions, user_json

__all__ = ["callback_json", "interaction_json", "metadata_json"]

_COMMAND, _COMPONENT = 2, 3
_USER_MENU = 2
_PATH_TYPES = (1, 2)  # sub-command, group of sub-commands
_GUILD, _BOT_DIRECT = 0, 1  # contexts
_ATTACHMENT_LIMIT = 10 * 1024 * 1024
_WITH_MESSAGE = {4, 7}  # the first answers whose message comes back


def interaction_json(
    world: World, interaction: Interaction, body: Json, message: Message | None, now: float
) -> Json:
    """INTERACTION_CREATE's body, with `body` as its `data`: by a member, or in direct messages a user."""
    channel = world.channel(interaction.channel_id)
    guild = world.guild_of(channel)
    mine = permissions_in(world, channel, interaction.user_id, now=now)
    the_bots = permissions_in(world, channel, world.application.bot_id, now=now)
    payload: Json = {
        "id": interaction.id,
        "application_id": world.application.id,
        "type": interaction.type,
        "token": interaction.token,
        "version": 1,
        "channel_id": channel.id,
        "channel": {**channel_json(world, channel), "permissions": str(int(mine))},
        "locale": interaction.locale,
        "app_permissions": str(int(the_bots)),
        "entitlements": [],
        "authorizing_integration_owners": _owners(interaction),
        "context": _context(channel),
        "attachment_size_limit": _ATTACHMENT_LIMIT,
        "data": body,
    }
    if guild is None:
        payload["user"] = user_json(world, interaction.user_id)
    else:
        payload |= {
            "guild_id": guild.id,
            "guild": {"id": guild.id, "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": member_with_permissions(world, guild, interaction.user_id, mine),
        }
    if message is not None:
        # As on Discord, without the message that this one is a reply to.
        payload["message"] = message_json(world, message, with_reference=False)
    return payload


def metadata_json(world: World, interaction: Interaction, body: Json, parent: Interaction | None) -> Json:
    """What the messages that answer the interaction carry of it."""
    metadata: Json = {
        "id": interaction.id,
        "type": interaction.type,
        "user": user_json(world, interaction.user_id),
        "authorizing_integration_owners": _owners(interaction),
    }
    if interaction.type == _COMMAND:
        metadata |= {"name": _full_name(body), "command_type": body["type"]}
        if "target_id" in body:
            is_user = body["type"] == _USER_MENU
            metadata["target_user" if is_user else "target_message_id"] = (
                user_json(world, body["target_id"]) if is_user else body["target_id"]
            )
    elif interaction.type == _COMPONENT and interaction.message_id is not None:
        metadata["interacted_message_id"] = interaction.message_id
    elif parent is not None:
        metadata["triggering_interaction_metadata"] = parent.metadata
    return metadata


def callback_json(world: World, interaction: Interaction, message: Message | None) -> Json:
    """What a first answer returns where it is asked for; `message` is what it made or changed."""
    about: Json = {"id": interaction.id, "type": interaction.type, "channel_id": interaction.channel_id}
    if interaction.guild_id is not None:
        about["guild_id"] = interaction.guild_id
    reply: Json = {"interaction": about}
    if message is not None:
        about["response_message_id"] = message.id
        about["response_message_loading"] = bool(message.flags & MessageFlag.LOADING)
        about["response_message_ephemeral"] = message.visible_to is not None
        if interaction.answer in _WITH_MESSAGE:
            reply["resource"] = {"type": interaction.answer, "message": message_json(world, message)}
    return reply


def _context(channel: Channel) -> int:
    return _BOT_DIRECT if channel.type == ChannelKind.DM else _GUILD


def _owners(interaction: Interaction) -> Json:
    """Who installed the application: the guild; "0" stands for it in direct messages, as on Discord."""
    return {"0": interaction.guild_id or "0"}


def _full_name(body: Json) -> str:
    """A command's name with its group and sub-command, as in "room open"."""
    inner = next((each for each in body.get("options", []) if each["type"] in _PATH_TYPES), None)
    return f"{body['name']} {_full_name(inner)}" if inner else str(body["name"])

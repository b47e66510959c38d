"""The permissions a room needs, and no more."""

from __future__ import annotations

import discord
from discord import Interaction, Permissions

from bot.words import Words

# `pin_messages` split from `manage_messages` in 2025; discord.py 2.7 knows both.
IN_A_ROOM = Permissions(
    view_channel=True,
    send_messages_in_threads=True,
    embed_links=True,
    attach_files=True,
    read_message_history=True,
    pin_messages=True,
)
TO_OPEN = IN_A_ROOM | Permissions(create_public_threads=True, send_messages=True)


def missing_permissions(interaction: Interaction, say: Words, needed: Permissions = IN_A_ROOM) -> str:
    """The needed permissions that are missing here, in Discord's words; all of them where none is known."""
    missing = Permissions(needed.value & ~interaction.app_permissions.value)
    names = [name for name, granted in (missing if missing.value else needed) if granted]
    return say.say("document.comma").join(say.say(f"permission.{name}") for name in names)


def may(interaction: Interaction, needed: Permissions) -> bool:
    """Whether the bot has the permissions where the interaction came from."""
    return interaction.app_permissions.is_superset(needed)


def invite(application_id: int) -> str:
    """The link that brings the bot into a server with these permissions."""
    return discord.utils.oauth_url(
        application_id, permissions=TO_OPEN, scopes=("bot", "applications.commands")
    )

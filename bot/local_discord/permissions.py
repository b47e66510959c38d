"""Who may see and do what. The one place that later learns overwrites and role order.

Now: a member's permissions are those of their roles in every channel, and an ephemeral message is seen by
the person it was made for.
"""

from __future__ import annotations

from enum import IntFlag

from bot.local_discord.messages import Message
from bot.local_discord.world import World

__all__ = ["BOT", "EVERYONE", "HOST", "Permission", "may", "permissions_of", "sees"]


class Permission(IntFlag):
    """The bits that are named here; values are Discord's."""

    ADD_REACTIONS = 1 << 6
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    PIN_MESSAGES = 1 << 51


EVERYONE = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
)
HOST = Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS | Permission.PIN_MESSAGES
BOT = HOST | Permission.CREATE_PRIVATE_THREADS


def permissions_of(world: World, user_id: str) -> Permission:
    """The member's permissions: what everyone has, and what their roles add."""
    bits = world.roles[world.guild.id].permissions
    for role_id in world.member(user_id).roles:
        bits |= world.roles[role_id].permissions
    return Permission(bits)


def may(world: World, user_id: str, wanted: Permission) -> bool:
    """Whether the member has all of `wanted`."""
    return permissions_of(world, user_id) & wanted == wanted


def sees(user_id: str, message: Message) -> bool:
    """Whether that person sees the message."""
    return message.visible_to is None or message.visible_to == user_id

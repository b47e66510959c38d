"""Who may do and see what: Discord's permission arithmetic, with overwrites, threads and ephemeral messages.

Source: "Permissions" of Discord's documentation (base permissions, overwrites, implicit permissions).
"""

from __future__ import annotations

from enum import IntFlag

from bot.local_discord.errors import missing_access, missing_permissions
from bot.local_discord.state.channels import Channel, ChannelKind, Overwrite, Thread
from bot.local_discord.state.guilds import Guild
from bot.local_discord.state.messages import Message
from bot.local_discord.state.world import World

__all__ = [
    "ALL",
    "BOT",
    "EVERYONE",
    "HOST",
    "Permission",
    "may",
    "may_see",
    "permissions_in",
    "permissions_of",
    "require",
    "sees",
]


class Permission(IntFlag):
    """Permission bits; values are Discord's."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


ALL = Permission((1 << 53) - 1)
EVERYONE = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.CHANGE_NICKNAME
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.SEND_POLLS
)
HOST = Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS | Permission.PIN_MESSAGES
BOT = HOST | Permission.CREATE_PRIVATE_THREADS

_TIMED_OUT = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
_NEEDS_SENDING = (
    Permission.MENTION_EVERYONE
    | Permission.SEND_TTS_MESSAGES
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
    | Permission.SEND_POLLS
)
_DIRECT = (
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_POLLS
    | Permission.PIN_MESSAGES
)
_NOTHING = Permission(0)


def permissions_of(guild: Guild, user_id: str) -> Permission:
    """A member's permissions in the guild: what everyone has, and what their roles add."""
    member = guild.members.get(user_id)
    if member is None:
        return _NOTHING
    if user_id == guild.owner_id:
        return ALL
    bits = guild.roles[guild.id].permissions
    for role_id in member.roles:
        if role_id in guild.roles:
            bits |= guild.roles[role_id].permissions
    return ALL if bits & Permission.ADMINISTRATOR else Permission(bits)


def permissions_in(world: World, channel: Channel, user_id: str, *, now: float | None = None) -> Permission:
    """A user's permissions in a channel; a thread's are its parent's. `now` makes timeouts count.

    What the documentation calls implicit is applied: who cannot view has nothing, who cannot send cannot
    attach.
    """
    guild = world.guild_of(channel)
    if guild is None:
        return _DIRECT if user_id in channel.recipients else _NOTHING
    bits = permissions_of(guild, user_id)
    if bits == ALL:
        return ALL
    ruling = world.channels.get(channel.parent_id or "") if isinstance(channel, Thread) else channel
    if ruling is not None:
        bits = _overwritten(bits, ruling, guild, user_id)
    member = guild.members.get(user_id)
    if member is not None and now is not None and (member.timeout_until or 0.0) > now:
        bits &= _TIMED_OUT
    if not bits & Permission.VIEW_CHANNEL:
        return _NOTHING
    sending = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    return bits if bits & sending else bits & ~_NEEDS_SENDING


def may(world: World, channel: Channel, user_id: str, wanted: Permission) -> bool:
    """Whether the user has all of `wanted` in the channel."""
    return permissions_in(world, channel, user_id) & wanted == wanted


def may_see(world: World, channel: Channel, user_id: str) -> bool:
    """Whether the user sees the channel; a private thread is for its members and who manages threads."""
    bits = permissions_in(world, channel, user_id)
    if not bits & Permission.VIEW_CHANNEL:
        return False
    if channel.type == ChannelKind.PRIVATE_THREAD and isinstance(channel, Thread):
        return user_id in channel.members or bool(bits & Permission.MANAGE_THREADS)
    return True


def require(world: World, channel: Channel, user_id: str, wanted: Permission = _NOTHING) -> None:
    """Raise RestError 50001 where the user does not see the channel, 50013 where they lack `wanted`."""
    if not may_see(world, channel, user_id):
        raise missing_access()
    if not may(world, channel, user_id, wanted):
        raise missing_permissions()


def sees(user_id: str, message: Message) -> bool:
    """Whether that person, who sees the channel, sees the message."""
    return message.visible_to is None or message.visible_to == user_id


def _overwritten(bits: Permission, channel: Channel, guild: Guild, user_id: str) -> Permission:
    """The permissions after the overwrites: everyone's, then all roles' together, then the member's."""
    overwrites = channel.overwrites
    bits = _apply(bits, overwrites.get(guild.id))
    member = guild.members.get(user_id)
    allow = deny = 0
    for role_id in member.roles if member is not None else []:
        overwrite = overwrites.get(role_id)
        if overwrite is not None:
            allow, deny = allow | overwrite.allow, deny | overwrite.deny
    bits = (bits & ~deny) | allow
    return _apply(Permission(bits), overwrites.get(user_id))


def _apply(bits: Permission, overwrite: Overwrite | None) -> Permission:
    return bits if overwrite is None else Permission((bits & ~overwrite.deny) | overwrite.allow)

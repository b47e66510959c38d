"""Who may do and see what: Discord's permission arithmetic, with overwrites, threads and timeouts.

Asked about every event for every listener, so it reckons in plain integers; `Permission` names the bits.
Source: "Permissions" of Discord's documentation (base permissions, overwrites, implicit permissions).
"""

from __future__ import annotations

from enum import IntFlag

from bot.local_discord.errors import missing_access, missing_permissions
from bot.local_discord.state.channels import Channel, ChannelKind, Thread
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
    "require_of",
    "sees",
    "sending_in",
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
    PRIORITY_SPEAKER = 1 << 8
    STREAM = 1 << 9
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    VIEW_GUILD_INSIGHTS = 1 << 19
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    DEAFEN_MEMBERS = 1 << 23
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    MANAGE_GUILD_EXPRESSIONS = 1 << 30
    USE_APPLICATION_COMMANDS = 1 << 31
    REQUEST_TO_SPEAK = 1 << 32
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EMBEDDED_ACTIVITIES = 1 << 39
    MODERATE_MEMBERS = 1 << 40
    VIEW_CREATOR_MONETIZATION_ANALYTICS = 1 << 41
    USE_SOUNDBOARD = 1 << 42
    CREATE_GUILD_EXPRESSIONS = 1 << 43
    CREATE_EVENTS = 1 << 44
    USE_EXTERNAL_SOUNDS = 1 << 45
    SEND_VOICE_MESSAGES = 1 << 46
    SET_VOICE_CHANNEL_STATUS = 1 << 48
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


ALL = Permission(sum(Permission))
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
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.SEND_POLLS
)
HOST = Permission.MANAGE_MESSAGES | Permission.MANAGE_THREADS | Permission.PIN_MESSAGES
BOT = HOST

_ALL = int(ALL)
_ADMINISTRATOR = int(Permission.ADMINISTRATOR)
_VIEW = int(Permission.VIEW_CHANNEL)
_SEND, _SEND_IN_THREADS = int(Permission.SEND_MESSAGES), int(Permission.SEND_MESSAGES_IN_THREADS)
_CONNECT, _MANAGE_THREADS = int(Permission.CONNECT), int(Permission.MANAGE_THREADS)
_TIMED_OUT = int(Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY)
_WITHOUT_SENDING = ~int(
    Permission.MENTION_EVERYONE
    | Permission.SEND_TTS_MESSAGES
    | Permission.ATTACH_FILES
    | Permission.EMBED_LINKS
)
_WITHOUT_CONNECTING = ~int(
    Permission.PRIORITY_SPEAKER
    | Permission.STREAM
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.MUTE_MEMBERS
    | Permission.DEAFEN_MEMBERS
    | Permission.MOVE_MEMBERS
    | Permission.USE_VAD
    | Permission.USE_EMBEDDED_ACTIVITIES
    | Permission.USE_SOUNDBOARD
    | Permission.USE_EXTERNAL_SOUNDS
    | Permission.SET_VOICE_CHANNEL_STATUS
    | Permission.MANAGE_CHANNELS
    | Permission.MANAGE_ROLES
)
_DIRECT = int(
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_EXTERNAL_STICKERS
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_VOICE_MESSAGES
    | Permission.SEND_POLLS
    | Permission.USE_EXTERNAL_APPS
    | Permission.PIN_MESSAGES
)
_NOTHING = Permission(0)
_PRIVATE_THREAD, _VOICE = int(ChannelKind.PRIVATE_THREAD), int(ChannelKind.VOICE)


def permissions_of(guild: Guild, user_id: str) -> int:
    """A member's permissions in the guild: what everyone has, and what their roles add."""
    member = guild.members.get(user_id)
    if member is None:
        return 0
    if user_id == guild.owner_id:
        return _ALL
    roles = guild.roles
    bits = int(roles[guild.id].permissions)
    for role_id in member.roles:
        role = roles.get(role_id)
        if role is not None:
            bits |= int(role.permissions)
    return _ALL if bits & _ADMINISTRATOR else bits


def permissions_in(world: World, channel: Channel, user_id: str, *, now: float | None = None) -> int:
    """A user's permissions in a channel; a thread's are its parent's.

    What the documentation calls implicit is applied: who cannot view has nothing, who cannot send cannot
    attach, embed or mention everyone, who is timed out can only look. A timeout is over when its time is set
    back to None, or at `now` if that is given.
    """
    guild = None if channel.guild_id is None else world.guilds.get(channel.guild_id)
    if guild is None:
        return _DIRECT if user_id in channel.recipients else 0
    member = guild.members.get(user_id)
    if member is None:
        return 0
    bits = permissions_of(guild, user_id)
    if bits == _ALL:
        return _ALL
    is_thread = isinstance(channel, Thread)
    ruling = world.channels.get(channel.parent_id or "") if is_thread else channel
    if ruling is not None and ruling.overwrites:
        bits = _overwritten(bits, ruling, guild.id, user_id, member.roles)
    until = member.timeout_until
    if until is not None and (now is None or until > now):
        bits &= _TIMED_OUT
    if not bits & _VIEW:
        return 0
    if not bits & (_SEND_IN_THREADS if is_thread else _SEND):
        bits &= _WITHOUT_SENDING
    if channel.type == _VOICE and not bits & _CONNECT:
        bits &= _WITHOUT_CONNECTING
    return bits


def sending_in(channel: Channel) -> Permission:
    """The permission that saying something in the channel takes."""
    return Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES


def may(world: World, channel: Channel, user_id: str, wanted: int) -> bool:
    """Whether the user has all of `wanted` in the channel."""
    bits = int(wanted)
    return permissions_in(world, channel, user_id) & bits == bits


def may_see(world: World, channel: Channel, user_id: str) -> bool:
    """Whether the user sees the channel; a private thread is for its members and who manages threads."""
    return _shows(channel, permissions_in(world, channel, user_id), user_id)


def require(world: World, channel: Channel, user_id: str, wanted: int = _NOTHING) -> None:
    """Raise RestError 50001 where the user does not see the channel, 50013 where they lack `wanted`."""
    bits, asked = permissions_in(world, channel, user_id), int(wanted)
    if not _shows(channel, bits, user_id):
        raise missing_access()
    if bits & asked != asked:
        raise missing_permissions()


def require_of(guild: Guild, user_id: str, wanted: int) -> None:
    """Raise RestError 50001 where the user is not in the guild, 50013 where they lack `wanted` in it."""
    if user_id not in guild.members:
        raise missing_access()
    asked = int(wanted)
    if permissions_of(guild, user_id) & asked != asked:
        raise missing_permissions()


def sees(user_id: str, message: Message) -> bool:
    """Whether that person, who sees the channel, sees the message."""
    return message.visible_to is None or message.visible_to == user_id


def _shows(channel: Channel, bits: int, user_id: str) -> bool:
    if not bits & _VIEW:
        return False
    if channel.type == _PRIVATE_THREAD and isinstance(channel, Thread):
        return user_id in channel.members or bool(bits & _MANAGE_THREADS)
    return True


def _overwritten(bits: int, channel: Channel, everyone_id: str, user_id: str, roles: list[str]) -> int:
    """The permissions after the overwrites: everyone's, then all roles' together, then the member's."""
    overwrites = channel.overwrites
    everyone = overwrites.get(everyone_id)
    if everyone is not None:
        bits = (bits & ~everyone.deny) | everyone.allow
    allow = deny = 0
    for role_id in roles:
        overwrite = overwrites.get(role_id)
        if overwrite is not None:
            allow |= overwrite.allow
            deny |= overwrite.deny
    bits = (bits & ~deny) | allow
    own = overwrites.get(user_id)
    return bits if own is None else (bits & ~own.deny) | own.allow

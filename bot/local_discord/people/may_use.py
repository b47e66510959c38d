"""Which commands a person may use in a channel, and why not.

Source: "Application Command Permissions" of Discord's documentation: what is set for the command itself
stands over its default permissions; what is set for the application narrows whatever has nothing of its own.
"""

from __future__ import annotations

from bot.local_discord.acts.command_permissions import CHANNEL, ROLE, USER
from bot.local_discord.permissions import Permission, permissions_in, permissions_of
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel, ChannelKind, Thread
from bot.local_discord.state.guilds import Guild, Member
from bot.local_discord.state.world import World

__all__ = ["why_not"]

_IN_GUILD, _IN_BOT_DIRECT = 0, 1
_SILENT = {ChannelKind.CATEGORY, ChannelKind.FORUM, ChannelKind.MEDIA}
_NOT_YOURS = "You do not have permission to use this command here."


def why_not(world: World, command: Json, channel: Channel, user_id: str, now: float) -> str:
    """Why that person may not use the command in that channel, in a sentence; "" if they may."""
    guild = world.guild_of(channel)
    wrong = _wrong_place(world, command, channel, guild)
    if wrong or guild is None or permissions_of(guild, user_id) & Permission.ADMINISTRATOR:
        return wrong
    bits = permissions_in(world, channel, user_id, now=now)
    if not bits & Permission.USE_APPLICATION_COMMANDS:
        return "You may not use commands in this channel."
    return "" if _permitted(world, command, channel, guild.members[user_id], bits) else _NOT_YOURS


def _wrong_place(world: World, command: Json, channel: Channel, guild: Guild | None) -> str:
    if channel.type in _SILENT:
        return "Commands are not used in a channel of this kind."
    if not _in_context(world, command, channel, guild):
        where = "direct messages" if guild is None else "servers"
        return f"This command is not for {where}."
    if guild is not None and command["nsfw"] and not _ruling(world, channel).nsfw:
        return "This command is for age-restricted channels."
    return ""


def _in_context(world: World, command: Json, channel: Channel, guild: Guild | None) -> bool:
    contexts = command.get("contexts")
    if guild is not None:
        return contexts is None or _IN_GUILD in contexts
    if "guild_id" in command or world.application.bot_id not in channel.recipients:
        return False
    return bool(command.get("dm_permission", True)) if contexts is None else _IN_BOT_DIRECT in contexts


def _ruling(world: World, channel: Channel) -> Channel:
    if isinstance(channel, Thread):
        return world.channels.get(channel.parent_id or "", channel)
    return channel


def _permitted(world: World, command: Json, channel: Channel, member: Member, bits: int) -> bool:
    guild = world.guild(channel.guild_id or "")
    own = guild.command_permissions.get(command["id"], [])
    general = guild.command_permissions.get(world.application.id, [])
    where = _verdict_on_channel(own, _ruling(world, channel), guild)
    if where is None:
        where = _verdict_on_channel(general, _ruling(world, channel), guild)
    if where is False:
        return False
    who = _verdict_on_member(own, guild, member)
    if who is not None:
        return who
    if _verdict_on_member(general, guild, member) is False:
        return False
    default = command.get("default_member_permissions")
    if default is None:
        return True
    wanted = int(default)
    return wanted != 0 and bits & wanted == wanted


def _verdict_on_channel(entries: list[Json], channel: Channel, guild: Guild) -> bool | None:
    said = {entry["id"]: bool(entry["permission"]) for entry in entries if entry["type"] == CHANNEL}
    everywhere = str(int(guild.id) - 1)
    return said.get(channel.id, said.get(everywhere))


def _verdict_on_member(entries: list[Json], guild: Guild, member: Member) -> bool | None:
    """What is said of the person, else of their roles (one that allows is enough), else of everyone."""
    users = {entry["id"]: bool(entry["permission"]) for entry in entries if entry["type"] == USER}
    if member.user_id in users:
        return users[member.user_id]
    roles = {entry["id"]: bool(entry["permission"]) for entry in entries if entry["type"] == ROLE}
    held = [roles[role_id] for role_id in member.roles if role_id in roles]
    return any(held) if held else roles.get(guild.id)

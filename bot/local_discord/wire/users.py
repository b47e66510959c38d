"""Users and members in JSON."""

from __future__ import annotations

from bot.local_discord.permissions import permissions_of
from bot.local_discord.reply import Json
from bot.local_discord.snowflake import isoformat
from bot.local_discord.state.guilds import Guild
from bot.local_discord.state.world import World

__all__ = ["member_json", "member_with_permissions", "own_user_json", "user_json"]


def user_json(world: World, user_id: str) -> Json:
    """A user object."""
    user = world.users[user_id]
    return {
        "id": user.id,
        "username": user.username,
        "discriminator": "0" if not user.bot else "0001",
        "global_name": user.global_name,
        "avatar": None,
        "accent_color": None,
        "banner": None,
        "primary_guild": None,
        "public_flags": 0,
        "flags": 0,
        "bot": user.bot,
        "system": False,
    }


def own_user_json(world: World) -> Json:
    """The bot's user object, as only the bot sees it."""
    own = {"verified": True, "mfa_enabled": False, "locale": "en-US", "email": None}
    return {**user_json(world, world.application.bot_id), **own}


def member_json(world: World, guild: Guild, user_id: str, *, with_user: bool = True) -> Json:
    """A member object."""
    member = guild.members[user_id]
    until = member.timeout_until
    body: Json = {
        "roles": list(member.roles),
        "nick": member.nick,
        "avatar": None,
        "banner": None,
        "joined_at": isoformat(member.joined),
        "premium_since": None,
        "communication_disabled_until": None if until is None else isoformat(until),
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
    }
    if with_user:
        body["user"] = user_json(world, user_id)
    return body


def member_with_permissions(world: World, guild: Guild, user_id: str, permissions: int | None = None) -> Json:
    """A member object with `permissions` (those in the guild, unless given), as interactions carry it."""
    bits = permissions_of(guild, user_id) if permissions is None else permissions
    return {**member_json(world, guild, user_id), "permissions": str(int(bits))}

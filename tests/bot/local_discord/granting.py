"""Permissions for the bot that the seed does not give it, and other changes of the world by its builder."""

from __future__ import annotations

from bot.local_discord.permissions import Permission, permissions_of
from bot.local_discord.seed import APPLICATION, BOT_ROLE, GUILD
from bot.local_discord.server import LocalDiscord
from bot.local_discord.state.guilds import Guild

__all__ = ["grant", "guild_of", "revoke"]


def guild_of(local: LocalDiscord) -> Guild:
    return local.parts.world.guild(GUILD)


def grant(local: LocalDiscord, wanted: int) -> None:
    """Add permissions to the bot's own role."""
    own = permissions_of(guild_of(local), APPLICATION)
    local.parts.places.roles.change(guild_of(local), None, BOT_ROLE, {"permissions": str(own | int(wanted))})


def revoke(local: LocalDiscord, taken: Permission) -> None:
    """Take permissions from everyone, and from the bot's own role."""
    for role_id in (GUILD, BOT_ROLE):
        bits = guild_of(local).roles[role_id].permissions & ~int(taken)
        local.parts.places.roles.change(guild_of(local), None, role_id, {"permissions": str(bits)})

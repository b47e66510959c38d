"""Who stands above whom in a guild: by their highest role; the owner above all."""

from __future__ import annotations

import math

from bot.local_discord.errors import RestError, missing_permissions, unknown
from bot.local_discord.state.guilds import Guild, Role

__all__ = ["outranks", "rank", "require_above", "require_above_member", "role_of"]

Rank = tuple[float, int]
"""A role's position, and its id: of two in one position, the older stands higher."""


def rank(guild: Guild, user_id: str) -> Rank:
    """The rank of a member's highest role."""
    if user_id == guild.owner_id:
        return (math.inf, 0)
    member = guild.members.get(user_id)
    held = [guild.id, *(member.roles if member is not None else [])]
    return max(_rank(guild.roles[role_id]) for role_id in held if role_id in guild.roles)


def outranks(guild: Guild, by: str, role: Role) -> bool:
    """Whether the member stands above the role."""
    return rank(guild, by) > _rank(role)


def require_above(guild: Guild, by: str | None, role: Role) -> None:
    """Raise RestError 50013 where `by` (None: the world's builder) does not stand above the role."""
    if by is not None and not outranks(guild, by, role):
        raise missing_permissions()


def require_above_member(guild: Guild, by: str | None, user_id: str) -> None:
    """Raise RestError 50013 where `by` does not stand above the other member."""
    if by is not None and not rank(guild, by) > rank(guild, user_id):
        raise missing_permissions()


def role_of(guild: Guild, role_id: str, *, can_be_given: bool = False) -> Role:
    """The role. Raises RestError 10011; 50028 for a managed one, or everyone's, if it is to be given."""
    role = guild.roles.get(role_id)
    if role is None:
        raise unknown("Role")
    if can_be_given and (role.id == guild.id or role.bot_id is not None):
        raise RestError(400, 50028, "Invalid role")
    return role


def _rank(role: Role) -> Rank:
    return (role.position, -int(role.id))

"""Guilds, their roles and members."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.local_discord.reply import Json

__all__ = ["Guild", "Member", "Role"]


@dataclass
class Role:
    """A role and its permission bits. `bot_id` is the bot whose own role it is."""

    id: str
    name: str
    permissions: int
    position: int
    color: int = 0
    hoist: bool = False
    mentionable: bool = False
    bot_id: str | None = None


@dataclass
class Member:
    """A user in the guild. Times are in seconds since 1970; `timeout_until` is the end of a timeout."""

    user_id: str
    roles: list[str]
    joined: float
    nick: str | None = None
    timeout_until: float | None = None


@dataclass
class Guild:
    """A guild with its roles and members.

    `channel_ids` and `thread_ids` are its channels and its threads, the oldest first. `settings` are fields
    of a guild object that were changed and mean nothing else here. `bans` are reasons by user id.
    `command_permissions` has the overwrites of each application command, by its id.
    """

    id: str
    name: str
    owner_id: str
    locale: str = "en-US"
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    channel_ids: dict[str, None] = field(default_factory=dict)
    thread_ids: dict[str, None] = field(default_factory=dict)
    bans: dict[str, str | None] = field(default_factory=dict)
    settings: Json = field(default_factory=dict)
    command_permissions: dict[str, list[Json]] = field(default_factory=dict)

"""Guilds: changing and leaving them, and building a world in Python: guilds, users, channels, members, roles.

What is built is told like anything else, so a bot that is connected learns of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.local_discord.acts.channels import Channels
from bot.local_discord.acts.members import Members
from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.roles import Roles
from bot.local_discord.acts.telling import Telling
from bot.local_discord.errors import RestError
from bot.local_discord.forms.guild import read_guild
from bot.local_discord.permissions import BOT, EVERYONE, Permission, require_of
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel, ChannelKind
from bot.local_discord.state.guilds import Guild, Member, Role
from bot.local_discord.state.world import User
from bot.local_discord.wire.guilds import guild_json

__all__ = ["Guilds"]

_COLOURS = ("#5865f2", "#57f287", "#faa61a", "#eb459e", "#ed4245", "#3ba55d")


@dataclass
class Guilds:
    """The one writer of guilds, and the builder of worlds."""

    posting: Posting
    telling: Telling
    channels: Channels
    roles: Roles
    members: Members

    def change(self, guild: Guild, by: str | None, body: Json) -> Guild:
        """Change what a guild is called and how it is set. Raises RestError 50013, 50035, 501."""
        if by is not None:
            require_of(guild, by, Permission.MANAGE_GUILD)
        change = read_guild(body, guild.channel_ids)
        guild.name = change.pop("name", guild.name)
        guild.locale = change.pop("preferred_locale", guild.locale)
        guild.settings |= change
        self.telling.guild(guild, "GUILD_UPDATE", guild_json(guild))
        return guild

    def leave(self, guild: Guild) -> None:
        """The bot leaves, or is put out. Raises RestError 10007; 50055 where the guild is its own."""
        bot_id = self.posting.world.application.bot_id
        if guild.owner_id == bot_id:
            raise RestError(400, 50055, "Invalid Guild")
        self.members.remove(guild, bot_id)
        self.telling.bot(guild.id, "GUILD_DELETE", {"id": guild.id})
        for role in [role for role in guild.roles.values() if role.bot_id == bot_id]:
            self.roles.drop(guild, role)

    def join(self, guild: Guild, *, permissions: int = BOT) -> None:
        """The bot joins, with a role of its own of these permissions; nothing happens where it is in."""
        bot = self.posting.world.bot
        if bot.id in guild.members:
            return
        position = 1 + max(role.position for role in guild.roles.values())
        role = Role(self.posting.make_id(), bot.username, int(permissions), position, bot_id=bot.id)
        guild.roles[role.id] = role
        guild.members[bot.id] = Member(bot.id, [role.id], self.posting.clock())
        self.telling.bot(guild.id, "GUILD_CREATE", guild_json(guild))
        self.telling.start_changed(guild.id)

    def add_user(self, username: str, global_name: str | None = None, *, locale: str = "en-US") -> User:
        """A new person."""
        world = self.posting.world
        colour = _COLOURS[len(world.users) % len(_COLOURS)]
        user = User(self.posting.make_id(), username, global_name or username, colour, locale)
        world.users[user.id] = user
        return user

    def add_guild(
        self,
        name: str,
        owner_id: str,
        *,
        members: Iterable[str] = (),
        channels: Collection[str] = ("general",),
        with_bot: bool = True,
        permissions: int = BOT,
    ) -> Guild:
        """A new guild of the owner and `members`, with text `channels` of these names.

        The bot is in it, with a role of `permissions`, unless `with_bot` is False. Raises RestError 10013.
        """
        world, now = self.posting.world, self.posting.clock()
        for user_id in (owner_id, *members):
            world.user(user_id)
        guild = Guild(self.posting.make_id(), name, owner_id)
        guild.roles[guild.id] = Role(guild.id, "@everyone", int(EVERYONE), 0)
        for user_id in (owner_id, *members):
            guild.members[user_id] = Member(user_id, [], now)
        world.guilds[guild.id] = guild
        for position, channel_name in enumerate(channels):
            world.add_channel(
                Channel(self.posting.make_id(), channel_name, ChannelKind.TEXT, guild.id, position=position)
            )
        if with_bot:
            self.join(guild, permissions=permissions)
        else:
            self.telling.start_changed(guild.id)
        return guild

    def remove_guild(self, guild: Guild) -> None:
        """The guild is deleted, with all that is in it."""
        world = self.posting.world
        if world.application.bot_id in guild.members:
            self.telling.bot(guild.id, "GUILD_DELETE", {"id": guild.id})
        for channel in (*world.threads_of(guild), *world.channels_of(guild)):
            world.remove_channel(channel)
        del world.guilds[guild.id]
        world.commands.pop(guild.id, None)
        self.telling.start_changed(guild.id, set(guild.members))

    def add_channel(
        self,
        guild: Guild,
        name: str,
        kind: int = ChannelKind.TEXT,
        **body: Any,  # noqa: ANN401 - fields of Discord's body
    ) -> Channel:
        """A new channel; `body` are fields of Discord's own. Raises RestError 30013, 50035."""
        return self.channels.create(guild, None, {**body, "name": name, "type": int(kind)})

    def add_role(self, guild: Guild, name: str, permissions: int = 0, **body: Any) -> Role:  # noqa: ANN401 - fields of Discord's body
        """A new role, below all but everyone's. Raises RestError 30005, 50035."""
        return self.roles.create(guild, None, {**body, "name": name, "permissions": int(permissions)})

    def add_member(self, guild: Guild, user_id: str, roles: Iterable[str] = ()) -> Member:
        """The user joins. Raises RestError 10013, 10011, 40007 (banned)."""
        if user_id == self.posting.world.application.bot_id:
            self.join(guild)
            return guild.members[user_id]
        return self.members.add(guild, user_id, roles)

    def remove_member(self, guild: Guild, user_id: str) -> None:
        """The user leaves. Raises RestError 10007, 50013 (the owner)."""
        if user_id == self.posting.world.application.bot_id:
            self.leave(guild)
        else:
            self.members.remove(guild, user_id)

    def set_overwrites(self, channel: Channel, overwrites: Mapping[str, tuple[int, int]]) -> None:
        """What roles and members are allowed and denied: `{id: (allow, deny)}`, in place of what was."""
        guild = self.posting.world.guild(channel.guild_id or "")
        items = [
            {"id": one, "type": 0 if one in guild.roles else 1, "allow": int(allow), "deny": int(deny)}
            for one, (allow, deny) in overwrites.items()
        ]
        self.channels.change(channel, None, {"permission_overwrites": items})

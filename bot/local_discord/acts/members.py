"""Members of guilds: coming, changing, being kicked or banned, leaving.

`by` is who asks; None is the world's builder, who may all. Who leaves keeps what they said and began.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.local_discord.acts.hierarchy import require_above, require_above_member, role_of
from bot.local_discord.acts.telling import Telling
from bot.local_discord.acts.thread_members import ThreadMembers
from bot.local_discord.clock import Clock
from bot.local_discord.errors import RestError, invalid_form, missing_permissions
from bot.local_discord.events import Intent
from bot.local_discord.forms.guild import read_member, read_own_member
from bot.local_discord.permissions import ALL, Permission, permissions_of, require_of
from bot.local_discord.reply import Json
from bot.local_discord.state.guilds import Guild, Member
from bot.local_discord.state.world import World
from bot.local_discord.wire.users import member_json, user_json

__all__ = ["Members"]

_LONGEST_TIMEOUT = 28 * 86_400.0
_VOICE = ("mute", "deaf", "channel_id")


@dataclass
class Members:
    """The one writer of members."""

    world: World
    clock: Clock
    telling: Telling
    threads: ThreadMembers

    def add(self, guild: Guild, user_id: str, roles: Iterable[str] = ()) -> Member:
        """The user joins; who is a member stays as is. Raises RestError 10013, 10011, 40007 (banned)."""
        self.world.user(user_id)
        if user_id in guild.members:
            return guild.members[user_id]
        if user_id in guild.bans:
            raise RestError(403, 40007, "The user is banned from this guild.")
        held = [role_of(guild, role_id).id for role_id in roles]
        member = guild.members[user_id] = Member(user_id, held, self.clock())
        body = {**member_json(self.world, guild, user_id), "guild_id": guild.id}
        self.telling.guild(guild, "GUILD_MEMBER_ADD", body, Intent.GUILD_MEMBERS)
        self.telling.start_changed(guild.id, {user_id})
        return member

    def change(self, guild: Guild, by: str | None, user_id: str, body: Json) -> Member:
        """Change nick, roles, timeout. Raises RestError 50013, 10007, 10011, 40032 (voice), 50035, 501."""
        member = self.world.member(guild.id, user_id)
        change = read_member(body)
        if by is not None:
            _check_change(guild, by, member, change)
        if any(body.get(name) is not None for name in _VOICE):
            raise RestError(400, 40032, "Target user is not connected to voice.")
        if "roles" in change:
            self._check_roles(guild, by, member, change["roles"])
        if change.get("timeout_until") is not None:
            self._check_timeout(guild, user_id, change["timeout_until"])
        return self._changed(guild, member, change)

    def rename_self(self, guild: Guild, user_id: str, body: Json) -> Member:
        """Change one's own nick. Raises RestError 50013, 50035, 501."""
        change = read_own_member(body)
        if change:
            require_of(guild, user_id, Permission.CHANGE_NICKNAME)
        return self._changed(guild, guild.members[user_id], change)

    def give(self, guild: Guild, by: str | None, user_id: str, role_id: str, *, taken: bool = False) -> None:
        """Give the member a role, or take it. Raises RestError 50013, 10007, 10011, 50028."""
        if by is not None:
            require_of(guild, by, Permission.MANAGE_ROLES)
        member = self.world.member(guild.id, user_id)
        role = role_of(guild, role_id, can_be_given=by is not None)
        require_above(guild, by, role)
        if (role_id in member.roles) == taken:
            others = [one for one in member.roles if one != role_id]
            self._changed(guild, member, {"roles": others if taken else [*others, role_id]})

    def kick(self, guild: Guild, by: str, user_id: str) -> None:
        """Put a member out. Raises RestError 50013, 10007."""
        require_of(guild, by, Permission.KICK_MEMBERS)
        member = self.world.member(guild.id, user_id)
        require_above_member(guild, by, member.user_id)
        self.remove(guild, user_id)

    def remove(self, guild: Guild, user_id: str) -> None:
        """The user leaves the guild, and its threads. Raises RestError 10007, 50013 (its owner)."""
        self.world.member(guild.id, user_id)
        if user_id == guild.owner_id:
            raise missing_permissions()
        for thread in self.world.threads_of(guild):
            self.threads.leave(thread, user_id)
        del guild.members[user_id]
        body = {"guild_id": guild.id, "user": user_json(self.world, user_id)}
        self.telling.guild(guild, "GUILD_MEMBER_REMOVE", body, Intent.GUILD_MEMBERS)
        self.telling.start_changed(guild.id, {user_id})

    def watch_all(self) -> None:
        """Time every timeout of the world, as after a restart."""
        for guild in self.world.guilds.values():
            for member in guild.members.values():
                self._watch(guild, member)

    def _changed(self, guild: Guild, member: Member, change: Json) -> Member:
        with self.telling.sight(guild, {member.user_id}):
            for name, value in change.items():
                setattr(member, name, value)
            if "timeout_until" in change:
                self._watch(guild, member)
            body = {**member_json(self.world, guild, member.user_id), "guild_id": guild.id}
            self.telling.guild(guild, "GUILD_MEMBER_UPDATE", body, Intent.GUILD_MEMBERS)
        return member

    def _watch(self, guild: Guild, member: Member) -> None:
        """Take the timeout away when it is over; nobody is told of that, as on Discord."""
        until = member.timeout_until
        if until is None:
            return

        def over() -> None:
            if member.timeout_until == until:
                member.timeout_until = None
                self.telling.start_changed(guild.id, {member.user_id})

        self.clock.call_later(max(0.0, until - self.clock()), over)

    def _check_roles(self, guild: Guild, by: str | None, member: Member, roles: list[str]) -> None:
        for role_id in set(roles) ^ set(member.roles):
            role = role_of(guild, role_id, can_be_given=by is not None)
            require_above(guild, by, role)

    def _check_timeout(self, guild: Guild, user_id: str, until: float) -> None:
        if until > self.clock() + _LONGEST_TIMEOUT:
            error = {"code": "DATE_TIME_IN_FUTURE", "message": "A timeout lasts at most 28 days."}
            raise invalid_form({"communication_disabled_until": {"_errors": [error]}})
        if permissions_of(guild, user_id) == ALL:
            raise missing_permissions()


def _check_change(guild: Guild, by: str, member: Member, change: Json) -> None:
    """Raise RestError 50013 where `by` may not change this of the member."""
    wanted = 0
    is_own = by == member.user_id
    if "nick" in change:
        wanted |= Permission.CHANGE_NICKNAME if is_own else Permission.MANAGE_NICKNAMES
    if "roles" in change:
        wanted |= Permission.MANAGE_ROLES
    if "timeout_until" in change:
        wanted |= Permission.MODERATE_MEMBERS
    require_of(guild, by, wanted)
    if not is_own and change.keys() & {"nick", "timeout_until"}:
        require_above_member(guild, by, member.user_id)

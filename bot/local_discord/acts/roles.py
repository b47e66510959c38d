"""Making, changing, ordering and removing roles: nobody touches what stands above them.

Nor does anybody grant what they lack. `by` is who asks; None is the world's builder, who may all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.local_discord.acts.hierarchy import outranks, require_above, role_of
from bot.local_discord.acts.telling import Telling
from bot.local_discord.errors import RestError, missing_permissions
from bot.local_discord.forms.fields import INT32, snowflake
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.guild import read_role
from bot.local_discord.permissions import Permission, permissions_of, require_of
from bot.local_discord.reply import Json
from bot.local_discord.state.guilds import Guild, Role
from bot.local_discord.state.world import World
from bot.local_discord.wire.guilds import role_json

__all__ = ["Roles"]

_MOST = 250


@dataclass
class Roles:
    """The one writer of roles."""

    world: World
    make_id: Callable[[], str]
    telling: Telling

    def create(self, guild: Guild, by: str | None, body: Json) -> Role:
        """A new role, at position 1: of several there the oldest stands highest.

        Raises RestError 50013, 30005, 50035, 501.
        """
        if by is not None:
            require_of(guild, by, Permission.MANAGE_ROLES)
        change = read_role(body)
        if len(guild.roles) >= _MOST:
            raise RestError(400, 30005, f"Maximum number of server roles reached ({_MOST})")
        permissions = change.pop("permissions", int(guild.roles[guild.id].permissions))
        _check_granted(guild, by, permissions if "permissions" in body else 0)
        role = Role(self.make_id(), change.pop("name", "new role"), permissions, 1, **change)
        guild.roles[role.id] = role
        self._tell(guild, "GUILD_ROLE_CREATE", role)
        return role

    def change(self, guild: Guild, by: str | None, role_id: str, body: Json) -> Role:
        """Change a role. Raises RestError 50013, 10011, 50035, 501."""
        role = self._found(guild, by, role_id)
        change = read_role(body)
        if "permissions" in change:
            _check_granted(guild, by, change["permissions"] & ~role.permissions)
        if role.id == guild.id:
            change.pop("name", None)  # everyone's role keeps its name
        with self.telling.sight(guild):
            for name, value in change.items():
                setattr(role, name, value)
            self._tell(guild, "GUILD_ROLE_UPDATE", role)
        return role

    def order(self, guild: Guild, by: str | None, items: Any) -> None:  # noqa: ANN401 - an unchecked JSON value
        """Move roles: `[{id, position}]`. Raises RestError 50013, 10011, 50035."""
        if by is not None:
            require_of(guild, by, Permission.MANAGE_ROLES)
        form, moves = Form(), []
        for index, item in enumerate(form.items("" if items is None else items, (), most=_MOST)):
            role_id = snowflake(form, item.get("id"), (index, "id"))
            position = form.whole(item.get("position"), (index, "position"), least=0, most=INT32, default=0)
            moves.append((role_id, position))
        form.check()
        found = [(role_of(guild, role_id), position) for role_id, position in moves]
        for role, position in found:
            require_above(guild, by, role)
            moved = Role(role.id, role.name, role.permissions, position)
            if role.id == guild.id or (by is not None and not outranks(guild, by, moved)):
                raise missing_permissions()
        before = {role.id: role.position for role in guild.roles.values()}
        for role, position in found:
            role.position = position
        for role in guild.roles.values():
            if role.position != before[role.id]:
                self._tell(guild, "GUILD_ROLE_UPDATE", role)

    def remove(self, guild: Guild, by: str | None, role_id: str) -> None:
        """Remove a role from the guild, its members and channels. Raises RestError 50013, 10011, 50028."""
        role = self._found(guild, by, role_id)
        role_of(guild, role_id, can_be_given=True)
        self.drop(guild, role)

    def drop(self, guild: Guild, role: Role) -> None:
        """Remove a role, whatever its kind."""
        with self.telling.sight(guild):
            del guild.roles[role.id]
            for member in guild.members.values():
                if role.id in member.roles:
                    member.roles.remove(role.id)
            for channel in self.world.channels_of(guild):
                channel.overwrites.pop(role.id, None)
            gone = {"guild_id": guild.id, "role_id": role.id}
            self.telling.guild(guild, "GUILD_ROLE_DELETE", gone)

    def _found(self, guild: Guild, by: str | None, role_id: str) -> Role:
        if by is not None:
            require_of(guild, by, Permission.MANAGE_ROLES)
        role = role_of(guild, role_id)
        require_above(guild, by, role)
        return role

    def _tell(self, guild: Guild, name: str, role: Role) -> None:
        self.telling.guild(guild, name, {"guild_id": guild.id, "role": role_json(role)})


def _check_granted(guild: Guild, by: str | None, permissions: int) -> None:
    """Raise RestError 50013 where `by` does not have what the role is to have."""
    if by is not None and permissions & ~permissions_of(guild, by):
        raise missing_permissions()

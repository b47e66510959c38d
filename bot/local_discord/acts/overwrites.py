"""What a role or member is allowed and denied in one channel, and who may say so.

Nobody hands on what they do not have, unless an overwrite of the channel lets them manage its permissions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.local_discord.acts.telling import Telling
from bot.local_discord.errors import RestError, missing_permissions, unknown
from bot.local_discord.forms.channel import read_overwrite
from bot.local_discord.forms.form import Form
from bot.local_discord.permissions import Permission, permissions_in, permissions_of, require
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel, Overwrite, Thread
from bot.local_discord.state.guilds import Guild
from bot.local_discord.state.world import World

__all__ = ["Overwrites", "check_granted", "check_known"]

_ROLE = 0


@dataclass
class Overwrites:
    """The one writer of single overwrites. `by` is who asks; None is the world's builder, who may all."""

    world: World
    telling: Telling

    def put(self, channel: Channel, by: str | None, overwrite_id: str, body: Json) -> Overwrite:
        """Set one overwrite. Raises RestError 50001, 50013, 10009 (no such role or member), 50024, 50035."""
        guild = self._guild(channel, by)
        form = Form()
        overwrite = read_overwrite(form, overwrite_id, body)
        form.check()
        if not is_known(guild, overwrite):
            raise unknown("Overwrite")
        if by is not None:
            old = channel.overwrites.get(overwrite_id)
            check_granted(self.world, channel, by, _differing(old, overwrite))
        with self.telling.sight(guild):
            channel.overwrites[overwrite_id] = overwrite
            self.telling.channel(channel, "CHANNEL_UPDATE")
        return overwrite

    def remove(self, channel: Channel, by: str | None, overwrite_id: str) -> None:
        """Take one overwrite away. Raises RestError 50001, 50013, 10009, 50024."""
        guild = self._guild(channel, by)
        old = channel.overwrites.get(overwrite_id)
        if old is None:
            raise unknown("Overwrite")
        if by is not None:
            check_granted(self.world, channel, by, old.allow | old.deny)
        with self.telling.sight(guild):
            del channel.overwrites[overwrite_id]
            self.telling.channel(channel, "CHANNEL_UPDATE")

    def _guild(self, channel: Channel, by: str | None) -> Guild:
        guild = self.world.guild_of(channel)
        if guild is None:
            raise RestError(400, 50003, "Cannot execute action on a DM channel")
        if by is not None:
            require(self.world, channel, by, Permission.MANAGE_ROLES)
        if isinstance(channel, Thread):
            raise RestError(400, 50024, "Cannot execute action on this channel type")
        return guild


def is_known(guild: Guild, overwrite: Overwrite) -> bool:
    """Whether the guild has that role or member."""
    return overwrite.id in (guild.roles if overwrite.type == _ROLE else guild.members)


def check_known(form: Form, guild: Guild, overwrites: Iterable[Overwrite]) -> None:
    """Note in `form` which of `permission_overwrites` are for nobody. Raises RestError 50035."""
    for index, overwrite in enumerate(overwrites):
        if not is_known(guild, overwrite):
            what = "role" if overwrite.type == _ROLE else "member"
            path = ("permission_overwrites", index, "id")
            form.fail(path, "OVERWRITE_TARGET_INVALID", f"There is no {what} {overwrite.id}.")
    form.check()


def check_granted(world: World, channel: Channel, by: str, bits: int) -> None:
    """Raise RestError 50013 where `by` may not allow or deny `bits` in the channel."""
    guild = world.guild(channel.guild_id or "")
    own = permissions_of(guild, by) | permissions_in(world, channel, by)
    if own & Permission.ADMINISTRATOR or _has_manage_roles_here(guild, channel, by):
        return
    if bits & ~own:
        raise missing_permissions()


def _has_manage_roles_here(guild: Guild, channel: Channel, by: str) -> bool:
    targets = (by, guild.id, *guild.members[by].roles)
    found = (channel.overwrites.get(target) for target in targets)
    return any(one is not None and one.allow & Permission.MANAGE_ROLES for one in found)


def _differing(old: Overwrite | None, new: Overwrite) -> int:
    if old is None:
        return new.allow | new.deny
    return (old.allow ^ new.allow) | (old.deny ^ new.deny)

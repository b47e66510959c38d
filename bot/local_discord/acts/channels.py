"""Making, changing, ordering and removing the channels of a guild: who may, how many, and who is told.

Threads are not made here, but go with their channel. `by` is who asks; None is the world's builder, who
may all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.local_discord.acts.overwrites import check_granted, check_known
from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.telling import Telling
from bot.local_discord.errors import RestError, missing_permissions, not_built
from bot.local_discord.forms.channel import KINDS, Change, read_channel
from bot.local_discord.forms.fields import INT32, choice, snowflake, switch
from bot.local_discord.forms.form import Form
from bot.local_discord.permissions import Permission, permissions_of, require, require_of
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel, ChannelKind, Overwrite, Thread
from bot.local_discord.state.guilds import Guild
from bot.local_discord.wire.channels import channel_json

__all__ = ["Channels", "remove_channel"]

_MOST, _MOST_IN_CATEGORY = 500, 50
_EXCHANGEABLE = {ChannelKind.TEXT, ChannelKind.ANNOUNCEMENT}
_TYPES = tuple(range(17))


@dataclass
class Channels:
    """The one writer of guild channels."""

    posting: Posting
    telling: Telling

    def create(self, guild: Guild, by: str | None, body: Json) -> Channel:
        """A new channel, the last of its guild. Raises RestError 50001, 50013, 30013, 50035, 501."""
        if by is not None:
            require_of(guild, by, Permission.MANAGE_CHANNELS)
        form = Form()
        kind = choice(form, body.get("type"), ("type",), _TYPES, ChannelKind.TEXT)
        form.check()
        if kind not in KINDS:
            raise not_built(f"channels of type {kind}")
        change = read_channel(body, kind, None, self.posting.make_id)
        if len(guild.channel_ids) >= _MOST:
            raise RestError(400, 30013, f"Maximum number of guild channels reached ({_MOST})")
        channel = Channel(self.posting.make_id(), "", ChannelKind(kind), guild.id)
        self._check_parent(guild, channel, change)
        overwrites: dict[str, Overwrite] = change.get("overwrites", {})
        check_known(Form(), guild, overwrites.values())
        if by is not None:
            _check_first_overwrites(guild, by, overwrites)
        if not overwrites and change.get("parent_id"):
            change["overwrites"] = _copied(self._channel(change["parent_id"]))
        channel.position = 1 + max((one.position for one in self._of(guild)), default=-1)
        _apply(channel, change)
        self.posting.world.add_channel(channel)
        self.telling.channel(channel, "CHANNEL_CREATE")
        if channel.overwrites:
            self.telling.start_changed(guild.id)
        return channel

    def change(self, channel: Channel, by: str | None, body: Json) -> Channel:
        """Change a channel. Raises RestError 50001, 50013, 50003 (direct messages), 50035, 501."""
        world = self.posting.world
        guild = world.guild_of(channel)
        if guild is None:
            raise RestError(400, 50003, "Cannot execute action on a DM channel")
        if by is not None:
            require(world, channel, by, Permission.MANAGE_CHANNELS)
        kind = _kind(channel, body)
        change = read_channel(body, kind, channel, self.posting.make_id)
        self._check_parent(guild, channel, change)
        if "overwrites" in change:
            self._check_overwrites(guild, channel, by, change["overwrites"])
        if "overwrites" in change:
            with self.telling.sight(guild):
                self._changed(channel, kind, change)
        else:
            self._changed(channel, kind, change)
        return channel

    def order(self, guild: Guild, by: str | None, items: Any) -> None:  # noqa: ANN401 - an unchecked JSON value
        """Move channels: `[{id, position, parent_id, lock_permissions}]`. Raises RestError 50013, 50035."""
        if by is not None:
            require_of(guild, by, Permission.MANAGE_CHANNELS)
        form, moves = Form(), []
        for index, item in enumerate(form.items("" if items is None else items, (), most=_MOST)):
            channel_id = snowflake(form, item.get("id"), (index, "id"))
            if channel_id not in guild.channel_ids:
                form.fail((index, "id"), "CHANNEL_INVALID", "That is no channel of this guild.")
                continue
            channel, change = self._channel(channel_id), Change()
            if item.get("position") is not None:
                least = form.whole(item["position"], (index, "position"), least=0, most=INT32, default=0)
                change["position"] = least
            if "parent_id" in item:
                change["parent_id"] = snowflake(form, item["parent_id"], (index, "parent_id")) or None
            moves.append((channel, change, switch(form, item, "lock_permissions", default=False)))
        form.check()
        for channel, change, is_synced in moves:
            if by is not None:
                require(self.posting.world, channel, by, Permission.MANAGE_CHANNELS)
            self._check_parent(guild, channel, change)
            if is_synced and (parent_id := change.get("parent_id") or channel.parent_id):
                change["overwrites"] = _copied(self._channel(parent_id))
        with self.telling.sight(guild):
            for channel, change, _ in moves:
                self._changed(channel, channel.type, change)

    def remove(self, channel: Channel, by: str | None) -> Json:
        """Remove a channel; what it was. Raises RestError 50001, 50013."""
        if by is not None:
            require(self.posting.world, channel, by, Permission.MANAGE_CHANNELS)
        return remove_channel(self.telling, channel)

    def _changed(self, channel: Channel, kind: int, change: Change) -> None:
        before = channel_json(self.posting.world, channel)
        channel.type = ChannelKind(kind)
        _apply(channel, change)
        if channel_json(self.posting.world, channel) != before:
            self.telling.channel(channel, "CHANNEL_UPDATE")

    def _check_parent(self, guild: Guild, channel: Channel, change: Change) -> None:
        parent_id = change.get("parent_id")
        if not parent_id or parent_id == channel.parent_id:
            return
        form, parent = Form(), self.posting.world.channels.get(parent_id)
        if parent is None or parent.guild_id != guild.id or parent.type != ChannelKind.CATEGORY:
            form.fail(("parent_id",), "CHANNEL_PARENT_INVALID", "Category does not exist")
        elif channel.type == ChannelKind.CATEGORY:
            form.fail(("parent_id",), "CHANNEL_PARENT_INVALID_TYPE", "Categories cannot have subcategories")
        elif len(self.posting.world.children_of(parent)) >= _MOST_IN_CATEGORY:
            text = f"Maximum number of channels in category reached ({_MOST_IN_CATEGORY})"
            form.fail(("parent_id",), "CHANNEL_PARENT_MAX_CHANNELS", text)
        form.check()

    def _check_overwrites(
        self, guild: Guild, channel: Channel, by: str | None, new: dict[str, Overwrite]
    ) -> None:
        check_known(Form(), guild, (one for one in new.values() if one.id not in channel.overwrites))
        if by is None:
            return
        require(self.posting.world, channel, by, Permission.MANAGE_ROLES)
        changed = 0
        for overwrite_id in new.keys() | channel.overwrites.keys():
            one, other = (side.get(overwrite_id) for side in (new, channel.overwrites))
            changed |= (one.allow if one else 0) ^ (other.allow if other else 0)
            changed |= (one.deny if one else 0) ^ (other.deny if other else 0)
        check_granted(self.posting.world, channel, by, changed)

    def _channel(self, channel_id: str) -> Channel:
        return self.posting.world.channel(channel_id)

    def _of(self, guild: Guild) -> list[Channel]:
        return self.posting.world.channels_of(guild)


def remove_channel(telling: Telling, channel: Channel) -> Json:
    """Remove a channel or thread with its messages and threads, and tell of it; what it was."""
    world = telling.world
    body = channel_json(world, channel)
    if isinstance(channel, Thread):
        world.remove_channel(channel)
        gone = {key: body[key] for key in ("id", "guild_id", "parent_id", "type")}
        telling.channel(channel, "THREAD_DELETE", gone)
        return body
    for thread in world.threads_in(channel):
        world.remove_channel(thread)  # Discord says the channel's end alone
    children = world.children_of(channel) if channel.type == ChannelKind.CATEGORY else []
    world.remove_channel(channel)
    telling.channel(channel, "CHANNEL_DELETE", body)
    for child in children:
        child.parent_id = None
        telling.channel(child, "CHANNEL_UPDATE")
    return body


def _kind(channel: Channel, body: Json) -> int:
    """The channel's kind after the change: text and announcement channels may become one another."""
    form = Form()
    kind = choice(form, body.get("type"), ("type",), _TYPES, int(channel.type))
    if kind != channel.type and not {kind, channel.type} <= _EXCHANGEABLE:
        form.fail(("type",), "CHANNEL_TYPE_INVALID", "Cannot change a channel's type like this.")
    form.check()
    return kind


def _check_first_overwrites(guild: Guild, by: str, overwrites: dict[str, Overwrite]) -> None:
    """Only what one has may be set, and who manages permissions is set by administrators alone."""
    own = permissions_of(guild, by)
    if own & Permission.ADMINISTRATOR:
        return
    for overwrite in overwrites.values():
        if (overwrite.allow | overwrite.deny) & ~(own & ~Permission.MANAGE_ROLES):
            raise missing_permissions()


def _copied(category: Channel) -> dict[str, Overwrite]:
    return {
        one.id: Overwrite(one.id, one.type, allow=one.allow, deny=one.deny)
        for one in category.overwrites.values()
    }


def _apply(channel: Channel, change: Change) -> None:
    for name, value in change.items():
        setattr(channel, name, value)

"""Users, members, channels and roles that an interaction names by id, collected into its `resolved`."""

from __future__ import annotations

from bot.local_discord.permissions import permissions_in
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel
from bot.local_discord.state.world import World
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.guilds import role_json
from bot.local_discord.wire.users import member_json, user_json

__all__ = ["Resolver"]


class Resolver:
    """Collects what was named by `user_id` in `channel`."""

    def __init__(self, world: World, channel: Channel, user_id: str) -> None:
        self._world = world
        self._channel = channel
        self.user_id = user_id
        self.guild_id = channel.guild_id
        self.resolved: Json = {}

    def resolve(self, kind: str, one_id: str) -> bool:
        """Add the thing of `kind` (users, roles, channels, mentionables) with that id; or say False."""
        world, guild = self._world, self._world.guild_of(self._channel)
        if kind in {"users", "mentionables"} and one_id in world.users:
            self._add("users", one_id, user_json(world, one_id))
            if guild is not None and one_id in guild.members:
                member = member_json(world, guild, one_id, with_user=False)
                member["permissions"] = str(int(permissions_in(world, self._channel, one_id)))
                self._add("members", one_id, member)
            return True
        if kind in {"roles", "mentionables"} and guild is not None and one_id in guild.roles:
            self._add("roles", one_id, role_json(guild.roles[one_id]))
            return True
        found = world.channels.get(one_id)
        if kind == "channels" and guild is not None and found is not None and found.guild_id == guild.id:
            channel = channel_json(world, found)
            channel["permissions"] = str(int(permissions_in(world, found, self.user_id)))
            self._add("channels", one_id, channel)
            return True
        return False

    def _add(self, kind: str, one_id: str, body: Json) -> None:
        self.resolved.setdefault(kind, {})[one_id] = body

"""Users, members, channels and roles that an interaction names by id, collected into its `resolved`."""

from __future__ import annotations

from bot.local_discord.permissions import permissions_of
from bot.local_discord.reply import Json
from bot.local_discord.wire import Wire
from bot.local_discord.world import World

__all__ = ["Resolver"]


class Resolver:
    """Collects what was named."""

    def __init__(self, world: World, wire: Wire) -> None:
        self._world = world
        self._wire = wire
        self.resolved: Json = {}

    def resolve(self, kind: str, one_id: str) -> bool:
        """Add the thing of `kind` (users, roles, channels, mentionables) with that id; or say False."""
        world = self._world
        if kind in {"users", "mentionables"} and one_id in world.users:
            member = self._wire.member(one_id, with_user=False)
            member["permissions"] = str(int(permissions_of(world, one_id)))
            self._add("users", one_id, self._wire.user(one_id))
            self._add("members", one_id, member)
            return True
        if kind in {"roles", "mentionables"} and one_id in world.roles:
            self._add("roles", one_id, self._wire.role(world.roles[one_id]))
            return True
        if kind == "channels" and one_id in world.channels:
            channel = self._wire.channel(world.channels[one_id])
            channel["permissions"] = str(int(permissions_of(world, world.application.bot_id)))
            self._add("channels", one_id, channel)
            return True
        return False

    def _add(self, kind: str, one_id: str, body: Json) -> None:
        self.resolved.setdefault(kind, {})[one_id] = body

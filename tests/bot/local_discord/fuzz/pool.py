"""Ids of what there is in a world, so that requests reach deep; and now and then of what is not."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from bot.local_discord.state.channels import Channel
    from bot.local_discord.state.messages import Message
    from bot.local_discord.state.world import World

__all__ = ["Pool"]

_JUNK = (
    "0",
    "-1",
    "1",
    "abc",
    "99999999999999999999999",
    "1e5",
    "%00",
    "..",
    "%F0%9F%98%80",
    "@me",
    "null",
    "%FF",
    "1.0",
    "%0d%0a",
)
_EMOJI = ("%F0%9F%94%A5", "%E2%9C%85", "fire:1100000000000000099", "a:fire:1", "x", "%")


class Pool:
    """Draws ids from `world` with `dice`."""

    def __init__(self, world: World, dice: random.Random) -> None:
        self._world = world
        self._dice = dice

    def id_for(self, name: str) -> str:
        """An id for a property of that name."""
        luck = self._dice.random()
        if luck < 0.04:
            return self._dice.choice(("0", "1", "99999999999999999999", str(self._dice.getrandbits(62))))
        return self._dice.choice(self._fitting(name) or ["1"])

    def path(self, template: str) -> str:
        """`template` with a value for each parameter; what belongs together is drawn together."""
        place = self._place(template)
        hook = self._hook()
        if not template.startswith("/webhooks/"):
            hook.pop("message_id", None)
        place |= hook
        return "/".join(
            self._value(step[1:-1], place) if step.startswith("{") else step for step in template.split("/")
        )

    def _place(self, template: str) -> dict[str, str]:
        """A message, its channel and guild; a member and a role of that guild; a command."""
        world, dice = self._world, self._dice
        channel, message = self._spot(template)
        guild = world.guild_of(channel) or dice.choice(list(world.guilds.values()))
        place = {"channel_id": channel.id, "guild_id": guild.id, "application_id": world.application.id}
        place["message_id"] = message.id if message else "1"
        place["emoji_name"] = dice.choice([*_EMOJI, *map(quote, message.reactions if message else ())])
        place["role_id"] = dice.choice(list(guild.roles))
        place["user_id"] = dice.choice(list(guild.members) or ["1"])
        place["overwrite_id"] = dice.choice((place["role_id"], place["user_id"], *channel.overwrites))
        place["answer_id"] = dice.choice(("1", "2", "99"))
        scope = guild.id if "/guilds/" in template else ""
        place["command_id"] = dice.choice(list(world.commands.get(scope, ())) or ["1"])
        return place

    def _spot(self, template: str) -> tuple[Channel, Message | None]:
        """A channel and one of its messages, of the kind that the route is about if there is one."""
        messages = [one for listed in self._world.messages.channels.values() for one in listed.values()]
        if "polls" in template:
            messages = [one for one in messages if one.poll] or messages
        elif "reactions" in template:
            messages = [one for one in messages if one.reactions] or messages
        channels = list(self._world.channels.values())
        if "thread-members" in template:
            channels = [one for one in channels if one.is_thread] or channels
        elif messages and self._dice.random() < 0.7:
            message = self._dice.choice(messages)
            return self._world.channels[message.channel_id], message
        channel = self._dice.choice(channels)
        return channel, self._dice.choice(self._world.messages.of(channel.id) or [None])

    def _hook(self) -> dict[str, str]:
        """An interaction and what it answers under, or a webhook; with a message of either if there is."""
        world, dice = self._world, self._dice
        if world.interactions and dice.random() < 0.7:
            one = dice.choice(list(world.interactions.values()))
            hook = {"interaction_id": one.id, "interaction_token": one.token}
            hook |= {"webhook_id": world.application.id, "webhook_token": one.token}
            return hook | ({"message_id": one.original_id} if one.original_id else {})
        if not world.webhooks:
            return {}
        webhook = dice.choice(list(world.webhooks.values()))
        posted = [one.id for one in world.messages.of(webhook.channel_id) if one.webhook_id == webhook.id]
        hook = {"webhook_id": webhook.id, "webhook_token": webhook.token}
        return hook | ({"message_id": dice.choice(posted)} if posted else {})

    def _value(self, name: str, place: dict[str, str]) -> str:
        luck = self._dice.random()
        if luck < 0.04:
            return self._dice.choice(_JUNK)
        if luck < 0.08 and name.endswith("_id"):
            return self.id_for(name)
        return place.get(name) or self.id_for(name)

    def _fitting(self, name: str) -> list[str]:
        world = self._world
        if "channel" in name or name == "parent_id":
            return list(world.channels)
        if "role" in name:
            return [role for guild in world.guilds.values() for role in guild.roles]
        if "message" in name:
            return [one for channel in world.messages.channels.values() for one in channel]
        if "guild" in name:
            return list(world.guilds)
        if "user" in name or name in {"owner_id", "recipient_id"}:
            return list(world.users)
        tags = [tag.id for channel in world.channels.values() for tag in channel.tags]
        return [*world.users, *world.channels, *tags, *world.guilds, "0", "1", "2"]

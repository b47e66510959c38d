"""Direct messages: the one channel of two users who share a guild."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.acts.posting import Posting
from bot.local_discord.errors import RestError
from bot.local_discord.events import Bus, Event
from bot.local_discord.state.channels import Channel, ChannelKind
from bot.local_discord.wire.channels import channel_json

__all__ = ["Direct"]


@dataclass
class Direct:
    """The one writer of channels of direct messages."""

    posting: Posting
    bus: Bus

    def open(self, by: str, other_id: str) -> tuple[Channel, bool]:
        """The channel of the two, and whether it is new. Raises RestError 10013, 50007 (no guild in common).

        People are told of a new one, each with the other as recipient; a bot is not, as on Discord since v8.
        """
        world = self.posting.world
        world.user(other_id)
        existing = world.direct_channel(by, other_id)
        if existing is not None:
            return existing, False
        if by == other_id or not self._is_met(by, other_id):
            raise RestError(403, 50007, "Cannot send messages to this user")
        channel = Channel(self.posting.make_id(), "", ChannelKind.DM, recipients=[by, other_id])
        world.add_channel(channel)
        for user_id in channel.recipients:
            if not world.users[user_id].bot:
                body = channel_json(world, channel, seen_by=user_id)
                event = Event.within(channel, "CHANNEL_CREATE", body, people=frozenset({user_id}))
                self.bus.publish(event)
        return channel, True

    def _is_met(self, one_id: str, other_id: str) -> bool:
        guilds = self.posting.world.guilds.values()
        return any(one_id in guild.members and other_id in guild.members for guild in guilds)

"""Telling of what happened to guilds and channels: the bot what the gateway says, people what they may see.

Knows the rules of who is told; changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.permissions import may_see
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel, ChannelKind, Thread
from bot.local_discord.state.guilds import Guild
from bot.local_discord.state.world import World
from bot.local_discord.wire.channels import channel_json, thread_member_json

__all__ = ["Telling"]

_NOBODY: frozenset[str] = frozenset()
_HAS_NO_THREADS = {ChannelKind.CATEGORY, ChannelKind.VOICE}


@dataclass
class Telling:
    """Publishes on the bus."""

    world: World
    bus: Bus

    def channel(self, channel: Channel, name: str, body: Json | None = None) -> None:
        """Something about a channel or thread (`body`, or the channel itself), for who sees it."""
        said = channel_json(self.world, channel) if body is None else body
        self.bus.publish(Event.within(channel, name, said, self._intent(channel.guild_id, Intent.GUILDS)))

    def guild(self, guild: Guild, name: str, body: Json, intent: Intent = Intent.GUILDS) -> None:
        """Something about a guild, for its members."""
        self.bus.publish(Event(name, body, self._intent(guild.id, intent), guild_id=guild.id))

    def bot(self, guild_id: str | None, name: str, body: Json, intent: Intent = Intent.GUILDS) -> None:
        """Something for the bot alone."""
        self.bus.publish(Event(name, body, intent, people=_NOBODY, guild_id=guild_id))

    def bot_in(self, channel: Channel, name: str, body: Json, intent: Intent = Intent.GUILDS) -> None:
        """Something for the bot alone, if it sees the channel."""
        self.bus.publish(Event.within(channel, name, body, intent, people=_NOBODY))

    def people_in(self, channel: Channel, name: str, body: Json) -> None:
        """Something for the people alone who see the channel."""
        self.bus.publish(Event.within(channel, name, body))

    def start_changed(self, guild_id: str, people: Collection[str] | None = None) -> None:
        """What these people (None: all members) see or may do in the guild has changed."""
        whom = None if people is None else frozenset(people)
        self.bus.publish(Event("START_CHANGED", {"guild_id": guild_id}, people=whom, guild_id=guild_id))

    @contextmanager
    def sight(self, guild: Guild, people: Collection[str] | None = None) -> Iterator[None]:
        """Around a change of what is seen: the bot gets the threads it now sees, people START_CHANGED."""
        before = self._seen_by_bot(guild)
        yield
        after = self._seen_by_bot(guild)
        shown = [channel for channel_id, channel in after.items() if channel_id not in before]
        if shown:
            self.bot(guild.id, "THREAD_LIST_SYNC", self._threads(guild, shown))
        self.start_changed(guild.id, people)

    def _seen_by_bot(self, guild: Guild) -> dict[str, Channel]:
        bot_id = self.world.application.bot_id
        if bot_id not in guild.members:
            return {}
        return {
            channel.id: channel
            for channel in self.world.channels_of(guild)
            if channel.type not in _HAS_NO_THREADS and may_see(self.world, channel, bot_id)
        }

    def _threads(self, guild: Guild, channels: list[Channel]) -> Json:
        bot_id = self.world.application.bot_id
        threads: list[Thread] = [
            thread
            for channel in channels
            for thread in self.world.threads_in(channel)
            if not thread.archived and may_see(self.world, thread, bot_id)
        ]
        return {
            "guild_id": guild.id,
            "channel_ids": [channel.id for channel in channels],
            "threads": [channel_json(self.world, thread) for thread in threads],
            "members": [thread_member_json(thread, bot_id) for thread in threads if bot_id in thread.members],
        }

    def _intent(self, guild_id: str | None, intent: Intent) -> Intent | None:
        guild = self.world.guilds.get(guild_id or "")
        is_told = guild is None or self.world.application.bot_id in guild.members
        return intent if is_told else None

"""Everything there is, in one tree: users, guilds, channels, messages, commands, interactions.

State only: what may be done is `permissions.py`, what happens is `acts/`, how it looks is `wire/`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.local_discord.errors import unknown
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel, ChannelKind, Thread
from bot.local_discord.state.guilds import Guild, Member
from bot.local_discord.state.interactions import Interaction
from bot.local_discord.state.messages import Messages
from bot.local_discord.state.webhooks import Webhook

__all__ = ["Application", "User", "World"]


@dataclass
class User:
    """A person, or a bot."""

    id: str
    username: str
    global_name: str | None
    avatar_color: str
    locale: str = "en-US"
    bot: bool = False


@dataclass
class Application:
    """The one bot application; `flags` say which privileged intents it was granted."""

    id: str
    name: str
    description: str
    bot_id: str
    owner_id: str
    flags: int = 0


@dataclass
class World:
    """All of it, by id, in order of creation. `commands` are by guild id, "" for the global ones.

    `direct` has the ids of channels of direct messages, by their two users' ids, the lesser first: `"1:2"`.
    """

    application: Application
    users: dict[str, User] = field(default_factory=dict)
    guilds: dict[str, Guild] = field(default_factory=dict)
    channels: dict[str, Channel | Thread] = field(default_factory=dict)
    messages: Messages = field(default_factory=Messages)
    commands: dict[str, dict[str, Json]] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    webhooks: dict[str, Webhook] = field(default_factory=dict)
    direct: dict[str, str] = field(default_factory=dict)

    @property
    def bot(self) -> User:
        """The bot's user."""
        return self.users[self.application.bot_id]

    @property
    def people(self) -> list[User]:
        """The users who are not bots."""
        return [user for user in self.users.values() if not user.bot]

    def user(self, user_id: str) -> User:
        """The user with that id, or RestError 10013."""
        try:
            return self.users[user_id]
        except KeyError:
            raise unknown("User") from None

    def guild(self, guild_id: str) -> Guild:
        """The guild with that id, or RestError 10004."""
        try:
            return self.guilds[guild_id]
        except KeyError:
            raise unknown("Guild") from None

    def guild_of(self, channel: Channel) -> Guild | None:
        """The channel's guild; None for direct messages."""
        return None if channel.guild_id is None else self.guilds.get(channel.guild_id)

    def member(self, guild_id: str, user_id: str) -> Member:
        """The member with that user id, or RestError 10007."""
        try:
            return self.guild(guild_id).members[user_id]
        except KeyError:
            raise unknown("Member") from None

    def channel(self, channel_id: str) -> Channel:
        """The channel or thread with that id, or RestError 10003."""
        try:
            return self.channels[channel_id]
        except KeyError:
            raise unknown("Channel") from None

    def thread(self, channel_id: str) -> Thread:
        """The thread with that id, or RestError 10003."""
        channel = self.channel(channel_id)
        if not isinstance(channel, Thread):
            raise unknown("Channel")
        return channel

    def channels_of(self, guild: Guild) -> list[Channel]:
        """The guild's channels that are not threads, the oldest first."""
        return [self.channels[channel_id] for channel_id in guild.channel_ids]

    def threads_of(self, guild: Guild) -> list[Thread]:
        """The guild's threads, open and archived, the oldest first."""
        return self._threads(guild.thread_ids)

    def threads_in(self, parent: Channel) -> list[Thread]:
        """The channel's threads, the oldest first."""
        return self._threads(parent.thread_ids)

    def children_of(self, category: Channel) -> list[Channel]:
        """The channels of a category, the oldest first."""
        guild = self.guild_of(category)
        return (
            [] if guild is None else [one for one in self.channels_of(guild) if one.parent_id == category.id]
        )

    def direct_channel(self, one_id: str, other_id: str) -> Channel | None:
        """The channel in which these two write to each other, if there is one."""
        return self.channels.get(self.direct.get(_pair(one_id, other_id), ""))

    def direct_channels_of(self, user_id: str) -> list[Channel]:
        """The channels of direct messages of that user."""
        direct = (self.channels[channel_id] for channel_id in self.direct.values())
        return [channel for channel in direct if user_id in channel.recipients]

    def add_channel(self, channel: Channel | Thread) -> None:
        """Keep a channel, and name it where it will be looked for: in its guild, parent or recipients."""
        self.channels[channel.id] = channel
        guild = self.guild_of(channel)
        if guild is None:
            if channel.type == ChannelKind.DM:
                self.direct[_pair(*channel.recipients)] = channel.id
        elif isinstance(channel, Thread):
            guild.thread_ids[channel.id] = None
            self.channels[channel.parent_id or ""].thread_ids[channel.id] = None
        else:
            guild.channel_ids[channel.id] = None

    def remove_channel(self, channel: Channel) -> None:
        """Forget a channel, its messages and webhooks; not its threads."""
        self.channels.pop(channel.id, None)
        guild = self.guild_of(channel)
        if guild is not None:
            guild.channel_ids.pop(channel.id, None)
            guild.thread_ids.pop(channel.id, None)
        parent = self.channels.get(channel.parent_id or "")
        if parent is not None:
            parent.thread_ids.pop(channel.id, None)
        self.messages.forget_channel(channel.id)
        for one in [one for one in self.webhooks.values() if one.channel_id == channel.id]:
            del self.webhooks[one.id]

    def _threads(self, ids: Iterable[str]) -> list[Thread]:
        found = (self.channels[channel_id] for channel_id in ids)
        return [thread for thread in found if isinstance(thread, Thread)]


def _pair(one_id: str, other_id: str) -> str:
    return ":".join(sorted((one_id, other_id), key=int))

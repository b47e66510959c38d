"""The things of one guild: users, members, roles, channels and threads. State only: no wire, no rules.

Messages live in `messages.py`; how things look in JSON is `wire.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.local_discord.errors import unknown

__all__ = ["Application", "Channel", "Guild", "Member", "Role", "Thread", "User", "World"]


@dataclass
class User:
    """A person, or the bot."""

    id: str
    username: str
    global_name: str | None
    avatar_color: str
    locale: str = "en-US"
    bot: bool = False


@dataclass
class Role:
    """A role and its permission bits."""

    id: str
    name: str
    permissions: int
    position: int
    color: int = 0
    bot_id: str | None = None


@dataclass
class Member:
    """A user in the guild. `joined` is in seconds since 1970."""

    user_id: str
    roles: list[str]
    joined: float


@dataclass
class Channel:
    """A text channel."""

    id: str
    name: str
    type: int = 0
    topic: str | None = None
    position: int = 0
    parent_id: str | None = None
    last_message_id: str | None = None
    last_pin: float | None = None
    slowmode: int = 0


@dataclass
class Thread(Channel):
    """A thread; `members` maps user ids to the time they joined."""

    owner_id: str = ""
    created: float = 0.0
    archived: bool = False
    archived_at: float = 0.0
    auto_archive_duration: int = 1440
    locked: bool = False
    invitable: bool = True
    message_count: int = 0
    members: dict[str, float] = field(default_factory=dict)


@dataclass
class Guild:
    """The guild's own fields."""

    id: str
    name: str
    owner_id: str
    locale: str = "en-US"


@dataclass
class Application:
    """The one bot application; `flags` say which privileged intents it was granted."""

    id: str
    name: str
    description: str
    bot_id: str
    flags: int = 0


@dataclass
class World:
    """All of it, by id, in order of creation."""

    guild: Guild
    application: Application
    users: dict[str, User] = field(default_factory=dict)
    members: dict[str, Member] = field(default_factory=dict)
    roles: dict[str, Role] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)

    @property
    def bot(self) -> User:
        """The bot's user."""
        return self.users[self.application.bot_id]

    @property
    def people(self) -> list[User]:
        """The users who are not bots."""
        return [user for user in self.users.values() if not user.bot]

    @property
    def text_channels(self) -> list[Channel]:
        """The channels that are not threads."""
        return [channel for channel in self.channels.values() if not isinstance(channel, Thread)]

    @property
    def threads(self) -> list[Thread]:
        """Threads, open and archived."""
        return [channel for channel in self.channels.values() if isinstance(channel, Thread)]

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

    def member(self, user_id: str) -> Member:
        """The member with that user id, or RestError 10007."""
        try:
            return self.members[user_id]
        except KeyError:
            raise unknown("Member") from None

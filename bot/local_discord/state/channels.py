"""Channels of every kind, and threads, which are channels too."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, IntFlag

from bot.local_discord.reply import Json

__all__ = ["FORUMS", "THREADS", "Channel", "ChannelFlag", "ChannelKind", "Overwrite", "Tag", "Thread"]


class ChannelKind(IntEnum):
    """Channel types; values are Discord's."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15
    MEDIA = 16


THREADS = frozenset(
    {ChannelKind.ANNOUNCEMENT_THREAD, ChannelKind.PUBLIC_THREAD, ChannelKind.PRIVATE_THREAD},
)


FORUMS = frozenset({ChannelKind.FORUM, ChannelKind.MEDIA})


class ChannelFlag(IntFlag):
    """Channel flags; values are Discord's."""

    PINNED = 1 << 1
    REQUIRE_TAG = 1 << 4


@dataclass
class Overwrite:
    """What a role (`type` 0) or a member (`type` 1) is allowed and denied in one channel."""

    id: str
    type: int
    allow: int = 0
    deny: int = 0


@dataclass
class Tag:
    """A tag of a forum; `moderated` ones are set by those who manage threads."""

    id: str
    name: str
    moderated: bool = False
    emoji_id: str | None = None
    emoji_name: str | None = None


@dataclass
class Channel:
    """A channel. `guild_id` is None for direct messages, which have `recipients` instead.

    `thread_ids` are its threads, open and archived, the oldest first.
    """

    id: str
    name: str
    type: int = ChannelKind.TEXT
    guild_id: str | None = None
    topic: str | None = None
    position: int = 0
    parent_id: str | None = None
    nsfw: bool = False
    last_message_id: str | None = None
    last_pin: float | None = None
    slowmode: int = 0
    flags: int = 0
    overwrites: dict[str, Overwrite] = field(default_factory=dict)
    recipients: list[str] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    default_auto_archive: int | None = None
    default_thread_slowmode: int = 0
    default_reaction: Json | None = None
    default_sort_order: int | None = None
    default_forum_layout: int = 0
    bitrate: int = 64_000
    user_limit: int = 0
    thread_ids: dict[str, None] = field(default_factory=dict)

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread of any kind."""
        return self.type in THREADS


@dataclass
class Thread(Channel):
    """A thread or forum post; `members` maps user ids to the time they joined. Times: seconds since 1970."""

    owner_id: str = ""
    created: float = 0.0
    archived: bool = False
    archived_at: float = 0.0
    active_at: float = 0.0
    auto_archive_duration: int = 1440
    locked: bool = False
    invitable: bool = True
    message_count: int = 0
    total_message_sent: int = 0
    applied_tags: list[str] = field(default_factory=list)
    members: dict[str, float] = field(default_factory=dict)

"""Messages in their channels, oldest first, with their files, reactions and polls."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag
from urllib.parse import quote

from bot.local_discord.errors import unknown
from bot.local_discord.reply import Json

__all__ = ["Attachment", "Message", "MessageFlag", "Messages", "Page", "Poll", "Reaction"]


class MessageFlag(IntFlag):
    """The message flags that mean something here; values are Discord's."""

    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    HAS_SNAPSHOT = 1 << 14
    COMPONENTS_V2 = 1 << 15


@dataclass(frozen=True)
class Attachment:
    """A file of a message, with its bytes; pictures have a width and a height."""

    id: str
    channel_id: str
    filename: str
    content_type: str
    content: bytes = field(repr=False)
    description: str | None = None
    width: int | None = None
    height: int | None = None

    @property
    def path(self) -> str:
        """Where it is served, as a part of a URL."""
        return f"/attachments/{self.channel_id}/{self.id}/{quote(self.filename)}"


@dataclass
class Reaction:
    """Who reacted with one emoji; `emoji` is Discord's partial emoji, `{"id", "name"}`."""

    emoji: Json
    user_ids: list[str] = field(default_factory=list)


@dataclass
class Poll:
    """A poll that ends at `expiry` (seconds since 1970); `votes` are user ids by answer id."""

    question: Json
    answers: list[Json]
    expiry: float
    multiselect: bool = False
    layout_type: int = 1
    votes: dict[int, list[str]] = field(default_factory=dict)
    finalized: bool = False


@dataclass
class Message:
    """One message. Times are seconds since 1970; `visible_to` is the person of an ephemeral message.

    `reactions` are by emoji, without variation selectors. `webhook_id` is the webhook or
    application that posted it, `webhook_name` the name that it posted under; `snapshots` are what a
    forward carries.
    """

    id: str
    channel_id: str
    author_id: str
    created: float
    content: str = ""
    type: int = 0
    flags: int = 0
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    mention_roles: list[str] = field(default_factory=list)
    mention_everyone: bool = False
    edited: float | None = None
    pinned: float | None = None
    nonce: str | int | None = None
    tts: bool = False
    reference: Json | None = None
    interaction: Json | None = None
    visible_to: str | None = None
    reactions: dict[str, Reaction] = field(default_factory=dict)
    poll: Poll | None = None
    snapshots: list[Json] = field(default_factory=list)
    webhook_id: str | None = None
    webhook_name: str | None = None


@dataclass(frozen=True)
class Page:
    """Which messages of a channel: at most `limit`, before, after or around an id ("" is not said)."""

    limit: int = 50
    before: str = ""
    after: str = ""
    around: str = ""

    def of(self, visible: list[Message]) -> list[Message]:
        """Those among `visible` (oldest first), the newest first."""
        if self.around:
            half, middle = self.limit // 2, int(self.around)
            older = [message for message in visible if int(message.id) <= middle][-(half + 1) :]
            newer = [message for message in visible if int(message.id) > middle][:half]
            return (older + newer)[::-1]
        if self.before:
            visible = [message for message in visible if int(message.id) < int(self.before)]
        if self.after:
            visible = [message for message in visible if int(message.id) > int(self.after)][: self.limit]
        return visible[-self.limit :][::-1]


@dataclass
class Messages:
    """Every message, by channel."""

    channels: dict[str, dict[str, Message]] = field(default_factory=dict)

    def add(self, message: Message) -> None:
        """Keep `message`, which is the newest of its channel."""
        self.channels.setdefault(message.channel_id, {})[message.id] = message

    def find(self, channel_id: str, message_id: str) -> Message | None:
        """The message, or None."""
        return self.channels.get(channel_id, {}).get(message_id)

    def get(self, channel_id: str, message_id: str) -> Message:
        """The message, or RestError 10008."""
        message = self.find(channel_id, message_id)
        if message is None:
            raise unknown("Message")
        return message

    def remove(self, message: Message) -> None:
        """Forget the message and its files."""
        self.channels.get(message.channel_id, {}).pop(message.id, None)

    def forget_channel(self, channel_id: str) -> None:
        """Forget all messages of a channel."""
        self.channels.pop(channel_id, None)

    def of(self, channel_id: str) -> list[Message]:
        """The channel's messages, oldest first."""
        return list(self.channels.get(channel_id, {}).values())

    def pins(self, channel_id: str) -> list[Message]:
        """The channel's pinned messages, the last pinned first."""
        pinned = [(message.pinned, message) for message in self.of(channel_id) if message.pinned is not None]
        return [message for _, message in sorted(pinned, key=lambda pin: pin[0], reverse=True)]

    def attachment(self, channel_id: str, attachment_id: str) -> Attachment | None:
        """A file of any message of the channel, or None."""
        for message in self.channels.get(channel_id, {}).values():
            for attachment in message.attachments:
                if attachment.id == attachment_id:
                    return attachment
        return None

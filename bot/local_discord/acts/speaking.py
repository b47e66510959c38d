"""Who may say what where: the checks that a message passes, the bot's and a person's alike.

Answers to interactions pass none of them, as on Discord. Changes nothing, except that it may leave out embeds
that the author may not send.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.local_discord.acts.references import SPOKEN
from bot.local_discord.clock import Clock
from bot.local_discord.errors import (
    RateLimited,
    RestError,
    missing_access,
    missing_permissions,
    thread_is_archived,
)
from bot.local_discord.forms.message import FORWARD, Draft
from bot.local_discord.permissions import Permission, may, may_see, require, sending_in
from bot.local_discord.state.channels import Channel, ChannelKind, Thread
from bot.local_discord.state.messages import Message
from bot.local_discord.state.world import World

__all__ = ["Speaking", "system_message"]

_WITHOUT_MESSAGES = {ChannelKind.CATEGORY, ChannelKind.FORUM, ChannelKind.MEDIA}
# Types of messages that nobody can delete, after the table of message types in Discord's documentation.
_LASTING = {1, 2, 3, 4, 5, 14, 15, 16, 17, 21}
_UNSLOWED = (
    Permission.MANAGE_MESSAGES,
    Permission.MANAGE_CHANNELS,
    Permission.MANAGE_THREADS,
    Permission.BYPASS_SLOWMODE,
)


@dataclass
class Speaking:
    """Refuses with a RestError, or returns."""

    world: World
    clock: Clock
    _said: dict[tuple[str, str], float] = field(default_factory=dict)

    def post(self, channel: Channel, user_id: str, draft: Draft, files: int = 0) -> None:
        """Whether `user_id` may post `draft` in the channel.

        Raises RestError 50001, 50007, 50008, 50013, 50083, 160005, 20016.
        """
        require(self.world, channel, user_id)
        if channel.type in _WITHOUT_MESSAGES:
            raise RestError(400, 50008, "Cannot send messages in a non-text channel")
        require(self.world, channel, user_id, sending_in(channel))
        self._check_thread(channel, user_id)
        self._check_direct(channel, user_id)
        for asked, permission in (
            (files, Permission.ATTACH_FILES),
            (draft.poll, Permission.SEND_POLLS),
            (draft.tts, Permission.SEND_TTS_MESSAGES),
        ):
            if asked:
                require(self.world, channel, user_id, permission)
        self.drop_embeds(channel, user_id, draft)
        if draft.embeds == [] and not (draft.content or draft.components or draft.poll or files):
            forwards = draft.reference is not None and draft.reference.get("type") == FORWARD
            if not forwards:
                raise missing_permissions()
        self._check_slowmode(channel, user_id)

    def drop_embeds(self, channel: Channel, user_id: str, draft: Draft) -> None:
        """Leave out the embeds of who lacks EMBED_LINKS.

        Discord does so without a word; only a new message that has nothing else is refused, with 50013
        (discord-api-docs, issues 2601 and 5648).
        """
        if draft.embeds and not may(self.world, channel, user_id, Permission.EMBED_LINKS):
            draft.embeds = []

    def read(self, channel: Channel, user_id: str) -> None:
        """Whether `user_id` may read what was said. Raises RestError 50001, 50013."""
        require(self.world, channel, user_id, Permission.READ_MESSAGE_HISTORY)

    def edit(self, message: Message, user_id: str) -> None:
        """Whether `user_id` may change the message. Raises RestError 50001, 50005, 50021, 50083."""
        channel = self._of(message, user_id)
        if message.author_id != user_id or message.webhook_name is not None:
            raise RestError(403, 50005, "Cannot edit a message authored by another user")
        if message.type not in SPOKEN:
            raise system_message()
        self.open(channel)

    def suppress(self, message: Message, user_id: str) -> None:
        """Whether `user_id` may hide another's embeds. Raises RestError 50001, 50013, 50083."""
        channel = self._of(message, user_id)
        require(self.world, channel, user_id, Permission.MANAGE_MESSAGES)
        self.open(channel)

    def delete(self, message: Message, user_id: str) -> None:
        """Whether `user_id` may remove the message. Raises RestError 50001, 50003, 50013, 50021."""
        channel = self._of(message, user_id)
        if message.author_id != user_id:
            self.manage(channel, user_id)
        if message.type in _LASTING:
            raise system_message()

    def delete_many(self, channel: Channel, user_id: str, messages: Iterable[Message]) -> None:
        """Whether `user_id` may remove all of them at once. Raises RestError 50001, 50003, 50013, 50021."""
        self.manage(channel, user_id)
        if any(message.type in _LASTING for message in messages):
            raise system_message()

    def manage(self, channel: Channel, user_id: str) -> None:
        """Whether `user_id` manages others' messages there. Raises RestError 50001, 50003, 50013."""
        require(self.world, channel, user_id)
        if channel.guild_id is None:
            raise RestError(400, 50003, "Cannot execute action on a DM channel")
        require(self.world, channel, user_id, Permission.MANAGE_MESSAGES)

    def open(self, channel: Channel) -> None:
        """Whether messages of the channel may be changed at all. Raises RestError 50083."""
        if isinstance(channel, Thread) and channel.archived:
            raise thread_is_archived()

    def said(self, channel: Channel, user_id: str) -> None:
        """Note that `user_id` has just posted, for the slow mode."""
        if channel.slowmode:
            self._said[channel.id, user_id] = self.clock()

    def _of(self, message: Message, user_id: str) -> Channel:
        channel = self.world.channel(message.channel_id)
        if not may_see(self.world, channel, user_id):
            raise missing_access()
        return channel

    def _check_thread(self, channel: Channel, user_id: str) -> None:
        if not isinstance(channel, Thread) or not channel.locked:
            return
        if may(self.world, channel, user_id, Permission.MANAGE_THREADS):
            return
        if channel.archived:
            raise thread_is_archived()  # who may not open a locked thread cannot do so by posting
        raise RestError(403, 160005, "Thread is locked")

    def _check_direct(self, channel: Channel, user_id: str) -> None:
        """A bot reaches whom it shares a server with; people here refuse no messages."""
        if channel.guild_id is not None or user_id != self.world.application.bot_id:
            return
        for other in channel.recipients:
            if other != user_id and not any(
                {user_id, other} <= guild.members.keys() for guild in self.world.guilds.values()
            ):
                raise RestError(403, 50007, "Cannot send messages to this user")

    def _check_slowmode(self, channel: Channel, user_id: str) -> None:
        """Slow mode is for people: bots, and who manages the channel, are exempt."""
        if not channel.slowmode or self.world.users[user_id].bot:
            return
        if any(may(self.world, channel, user_id, permission) for permission in _UNSLOWED):
            return
        wait = self._said.get((channel.id, user_id), 0.0) + channel.slowmode - self.clock()
        if wait > 0:
            text = "This action cannot be performed due to slowmode rate limit"
            raise RateLimited(round(wait, 3), message=text, code=20016)


def system_message() -> RestError:
    """403: what Discord itself says in a channel stays as it is."""
    return RestError(403, 50021, "Cannot execute action on a system message")

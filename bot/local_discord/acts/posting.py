"""Posting, editing and deleting messages: the state changes, and the events that tell of them.

Callers have checked who may do it (`speaking.py`) and have read the form; what a draft makes of a message is
`filling.py`, replies and forwards are `references.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.local_discord.acts.filling import Filling
from bot.local_discord.acts.nonces import Nonces
from bot.local_discord.acts.references import References, where
from bot.local_discord.clock import Clock
from bot.local_discord.errors import RestError
from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.message import Draft, check_state, empty_message
from bot.local_discord.forms.uploads import Upload
from bot.local_discord.reply import Json
from bot.local_discord.snowflake import isoformat
from bot.local_discord.state.channels import Channel, Thread
from bot.local_discord.state.messages import Message, MessageFlag
from bot.local_discord.state.world import World
from bot.local_discord.wire.messages import message_event
from bot.local_discord.wire.users import member_json

__all__ = ["Posting"]

_CHANGEABLE = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2


@dataclass
class Posting:
    """The one writer of messages. `polled` is called with each message that got a poll."""

    world: World
    bus: Bus
    clock: Clock
    make_id: Callable[[], str]
    polled: Callable[[Message], None] = lambda _: None

    def __post_init__(self) -> None:
        self._filling = Filling(self.world, self.clock, self.make_id)
        self._references = References(self.world)
        self._nonces = Nonces(self.world, self.clock)

    def post(
        self,
        channel_id: str,
        author_id: str,
        draft: Draft,
        files: dict[int, Upload] | None = None,
        *,
        kind: int = 0,
        interaction: Json | None = None,
        visible_to: str | None = None,
        extra_flags: int = 0,
        webhook_id: str | None = None,
        webhook_name: str | None = None,
        message_id: str = "",
        before: Callable[[], None] | None = None,
    ) -> Message:
        """Post a message and tell everyone who sees it.

        With `enforce_nonce`, the same nonce by the same author in the same channel within five minutes gives
        the message that exists. `extra_flags` are flags that no body may ask for (loading); `message_id` is
        an id that was made for the message already (a forum post's); `before` is called once nothing can be
        refused any more, and before anyone is told.
        Raises RestError 10003, 50035, and what `References` and `Filling` refuse.
        """
        self.world.channel(channel_id)
        existing = self._nonces.find(channel_id, author_id, draft.nonce) if draft.enforce_nonce else None
        if existing is not None:
            return existing
        message = Message(
            message_id or self.make_id(),
            channel_id,
            author_id,
            self.clock(),
            type=kind,
            nonce=draft.nonce,
            tts=draft.tts,
            interaction=interaction,
            visible_to=visible_to,
            flags=(draft.flags or 0) | extra_flags,
            webhook_id=webhook_id,
            webhook_name=webhook_name,
        )
        self._references.apply(message, draft)
        self._filling.fill(message, draft, files or {}, fresh=True)
        if before is not None:
            before()
        self._added(message)
        self._nonces.keep(message)
        if message.poll is not None:
            self.polled(message)
        return message

    def edit(self, message: Message, draft: Draft, files: dict[int, Upload] | None = None) -> Message:
        """Change what the draft says and leave the rest.

        Raises RestError 50006 (nothing would be left), 50035, 520003 (a poll).
        """
        loading = bool(message.flags & MessageFlag.LOADING)
        if not loading and (message.poll is not None or draft.poll is not None):
            raise RestError(400, 520003, "Cannot edit a poll message")
        form = Form()
        check_state(form, draft, message)
        form.check()
        if not _is_something(message, draft, files or {}):
            raise empty_message()
        self._filling.fill(message, draft, files or {})
        if draft.flags is not None:
            message.flags = (message.flags & ~_CHANGEABLE) | (draft.flags & _CHANGEABLE)
        if not loading:
            message.edited = self.clock()
        message.flags &= ~MessageFlag.LOADING
        self.publish("MESSAGE_UPDATE", message)
        if draft.poll is not None:
            self.polled(message)
        return message

    def suppress_embeds(self, message: Message, *, suppressed: bool) -> None:
        """Hide the message's embeds or show them again: the one edit of another's message."""
        flag = MessageFlag.SUPPRESS_EMBEDS
        message.flags = message.flags | flag if suppressed else message.flags & ~flag
        self.publish("MESSAGE_UPDATE", message)

    def delete(self, message: Message) -> None:
        """Remove the message."""
        channel = self._removed(message)
        self._send("MESSAGE_DELETE", {"id": message.id, **where(channel)}, message)
        if message.pinned is not None:
            self.pins_changed(channel)

    def delete_many(self, channel: Channel, messages: Iterable[Message]) -> None:
        """Remove several messages, none of them ephemeral, and tell of it once."""
        gone = list(messages)
        for message in gone:
            self._removed(message)
        if gone:
            body = {"ids": [message.id for message in gone], **where(channel)}
            self.bus.publish(Event.within(channel, "MESSAGE_DELETE_BULK", body, Intent.GUILD_MESSAGES))
        if any(message.pinned is not None for message in gone):
            self.pins_changed(channel)

    def notice(
        self,
        channel_id: str,
        author_id: str,
        kind: int,
        *,
        content: str = "",
        reference: str = "",
        of: str = "",
        embeds: list[Json] | None = None,
    ) -> Message:
        """Post a system message of type `kind` about `reference`, a message (or thread) of channel `of`."""
        message = Message(self.make_id(), channel_id, author_id, self.clock(), content=content, type=kind)
        message.embeds = embeds or []
        message.reference = {"type": 0, **where(self.world.channel(of or channel_id))}
        if reference:
            message.reference["message_id"] = reference
        self._added(message)
        return message

    def typing(self, channel: Channel, user_id: str) -> None:
        """Tell who sees the channel that somebody types in it."""
        body = {**where(channel), "user_id": user_id, "timestamp": int(self.clock())}
        guild = self.world.guild_of(channel)
        if guild is not None:
            body["member"] = member_json(self.world, guild, user_id)
        self.bus.publish(Event.within(channel, "TYPING_START", body, Intent.GUILD_MESSAGE_TYPING))

    def publish(self, name: str, message: Message) -> None:
        """Tell everyone who sees `message` of it as it now is."""
        self._send(name, message_event(self.world, message), message)

    def pins_changed(self, channel: Channel) -> None:
        """Tell who sees the channel that its pins are others now."""
        last = None if channel.last_pin is None else isoformat(channel.last_pin)
        body = {**where(channel), "last_pin_timestamp": last}
        self.bus.publish(Event.within(channel, "CHANNEL_PINS_UPDATE", body, Intent.GUILDS))

    def _added(self, message: Message) -> None:
        self.world.messages.add(message)
        channel = self.world.channel(message.channel_id)
        if message.visible_to is None:
            channel.last_message_id = message.id
            if isinstance(channel, Thread):
                channel.message_count += 1
                channel.total_message_sent += 1
                channel.active_at = message.created
        self.publish("MESSAGE_CREATE", message)

    def _removed(self, message: Message) -> Channel:
        self.world.messages.remove(message)
        channel = self.world.channel(message.channel_id)
        if message.visible_to is None and isinstance(channel, Thread):
            channel.message_count = max(0, channel.message_count - 1)
        return channel

    def _send(self, name: str, body: Json, message: Message) -> None:
        # An ephemeral message is nobody's business but one person's: the gateway does not carry it either.
        channel = self.world.channel(message.channel_id)
        if message.visible_to is None:
            self.bus.publish(Event.within(channel, name, body, Intent.GUILD_MESSAGES))
        else:
            self.bus.publish(Event.within(channel, name, body, people=frozenset({message.visible_to})))


def _is_something(message: Message, draft: Draft, files: dict[int, Upload]) -> bool:
    """Whether anything is left of the message after the edit."""
    kept = (
        message.attachments
        if draft.attachments is None
        else {one["id"] for one in draft.attachments} & {one.id for one in message.attachments}
    )
    return bool(
        (message.content if draft.content is None else draft.content)
        or (message.embeds if draft.embeds is None else draft.embeds)
        or (message.components if draft.components is None else draft.components)
        or draft.poll
        or files
        or kept
        or message.snapshots
    )

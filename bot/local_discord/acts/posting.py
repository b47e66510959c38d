"""Posting, editing, deleting and pinning messages: the state changes, and the events that tell of them.

Callers have checked who may do it and have read the form; what the message then is, is decided here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass

from bot.local_discord.clock import Clock
from bot.local_discord.errors import RestError, unknown
from bot.local_discord.events import Bus, Event, Intent
from bot.local_discord.forms.message import Draft
from bot.local_discord.forms.uploads import Upload
from bot.local_discord.reply import Json
from bot.local_discord.snowflake import isoformat
from bot.local_discord.state.channels import Channel, Thread
from bot.local_discord.state.messages import Attachment, Message, MessageFlag
from bot.local_discord.state.world import World
from bot.local_discord.wire.messages import message_event
from bot.local_discord.wire.users import member_json

__all__ = ["Posting"]

_NONCE_LIFETIME = 300.0
_PINS = 250
_REPLY, _PIN_NOTICE = 19, 6
_MENTION = re.compile(r"<@!?(\d+)>")
_ROLE_MENTION = re.compile(r"<@&(\d+)>")


@dataclass
class Posting:
    """The one writer of messages."""

    world: World
    bus: Bus
    clock: Clock
    make_id: Callable[[], str]

    def __post_init__(self) -> None:
        self._nonces: dict[tuple[str, str, str], tuple[float, Message]] = {}

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
    ) -> Message:
        """Post a message and tell everyone who sees it.

        With `enforce_nonce`, the same nonce by the same author in the same channel within five minutes gives
        the message that exists. `extra_flags` are flags that no body may ask for (loading).
        Raises RestError 10003, 10008 (the message that it answers).
        """
        self.world.channel(channel_id)
        key = (channel_id, author_id, draft.nonce or "")
        now = self.clock()
        if draft.enforce_nonce and draft.nonce:
            posted, existing = self._nonces.get(key, (-_NONCE_LIFETIME, None))
            is_fresh = now - posted < _NONCE_LIFETIME
            if existing and is_fresh and self.world.messages.find(channel_id, existing.id):
                return existing
        message = Message(
            self.make_id(),
            channel_id,
            author_id,
            now,
            type=kind,
            nonce=draft.nonce,
            tts=draft.tts,
            interaction=interaction,
            visible_to=visible_to,
            flags=(draft.flags or 0) | extra_flags,
        )
        if draft.reference is not None:
            message.type = _REPLY
            message.reference = self._reference(channel_id, draft.reference)
        self._fill(message, draft, files or {})
        self._added(message)
        if draft.nonce:
            self._nonces.pop(key, None)
            while self._nonces and now - next(iter(self._nonces.values()))[0] >= _NONCE_LIFETIME:
                del self._nonces[next(iter(self._nonces))]
            self._nonces[key] = (now, message)
        return message

    def edit(self, message: Message, draft: Draft, files: dict[int, Upload] | None = None) -> Message:
        """Change what the draft says and leave the rest."""
        self._fill(message, draft, files or {})
        if draft.flags is not None:
            changeable = MessageFlag.SUPPRESS_EMBEDS
            message.flags = (message.flags & ~changeable) | (draft.flags & changeable)
        if not message.flags & MessageFlag.LOADING:
            message.edited = self.clock()
        message.flags &= ~MessageFlag.LOADING
        self.publish("MESSAGE_UPDATE", message)
        return message

    def delete(self, message: Message) -> None:
        """Remove the message."""
        self.world.messages.remove(message)
        channel = self.world.channel(message.channel_id)
        if message.visible_to is None and isinstance(channel, Thread):
            channel.message_count = max(0, channel.message_count - 1)
        self._send("MESSAGE_DELETE", {"id": message.id, **_where(channel)}, message)
        if message.pinned is not None:
            self._pins_changed(message.channel_id)

    def pin(self, message: Message, by: str) -> None:
        """Pin the message, and say so in the channel as Discord does. Raises RestError 30003 (250 pins)."""
        if message.pinned is not None:
            return
        if len(self.world.messages.pins(message.channel_id)) >= _PINS:
            raise RestError(400, 30003, f"Maximum number of pinned messages reached ({_PINS})")
        message.pinned = self.world.channel(message.channel_id).last_pin = self.clock()
        self.publish("MESSAGE_UPDATE", message)
        self._pins_changed(message.channel_id)
        self.notice(message.channel_id, by, _PIN_NOTICE, reference=message.id)

    def unpin(self, message: Message) -> None:
        """Take the pin away."""
        if message.pinned is None:
            return
        message.pinned = None
        self.publish("MESSAGE_UPDATE", message)
        self._pins_changed(message.channel_id)

    def notice(
        self,
        channel_id: str,
        author_id: str,
        kind: int,
        *,
        content: str = "",
        reference: str = "",
        of: str = "",
    ) -> Message:
        """Post a system message of type `kind` about `reference`, a message (or thread) of channel `of`."""
        message = Message(self.make_id(), channel_id, author_id, self.clock(), content=content, type=kind)
        message.reference = {"type": 0, **_where(self.world.channel(of or channel_id))}
        if reference:
            message.reference["message_id"] = reference
        self._added(message)
        return message

    def typing(self, channel: Channel, user_id: str) -> None:
        """Tell who sees the channel that somebody types in it."""
        body = {**_where(channel), "user_id": user_id, "timestamp": int(self.clock())}
        guild = self.world.guild_of(channel)
        if guild is not None:
            body["member"] = member_json(self.world, guild, user_id)
        self.bus.publish(Event.within(channel, "TYPING_START", body, Intent.GUILD_MESSAGE_TYPING))

    def publish(self, name: str, message: Message) -> None:
        """Tell everyone who sees `message` of it as it now is."""
        self._send(name, message_event(self.world, message), message)

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

    def _send(self, name: str, body: Json, message: Message) -> None:
        # An ephemeral message is nobody's business but one person's: the gateway does not carry it either.
        channel = self.world.channel(message.channel_id)
        if message.visible_to is None:
            self.bus.publish(Event.within(channel, name, body, Intent.GUILD_MESSAGES))
        else:
            self.bus.publish(Event.within(channel, name, body, people=frozenset({message.visible_to})))

    def _pins_changed(self, channel_id: str) -> None:
        channel = self.world.channel(channel_id)
        last = None if channel.last_pin is None else isoformat(channel.last_pin)
        body = {**_where(channel), "last_pin_timestamp": last}
        intent = Intent.GUILDS if channel.guild_id is not None else Intent.DIRECT_MESSAGES
        self.bus.publish(Event.within(channel, "CHANNEL_PINS_UPDATE", body, intent))

    def _fill(self, message: Message, draft: Draft, files: dict[int, Upload]) -> None:
        if draft.content is not None:
            message.content = draft.content
            self._mention(message, draft.allowed_mentions)
        if draft.components is not None:
            message.components = draft.components
        if draft.attachments is not None or files:
            message.attachments = self._attachments(message, draft.attachments, files)
        if draft.embeds is not None:
            links = {
                f"attachment://{attachment.filename}": attachment.path for attachment in message.attachments
            }
            message.embeds = [_linked(embed, links) for embed in draft.embeds]

    def _mention(self, message: Message, allowed: Json | None) -> None:
        users = _unique(_MENTION.findall(message.content), self.world.users)
        guild = self.world.guild_of(self.world.channel(message.channel_id))
        roles = _unique(_ROLE_MENTION.findall(message.content), guild.roles if guild is not None else ())
        parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or [])
        named = allowed or {}
        message.mentions = [one for one in users if "users" in parse or one in _ids(named.get("users"))]
        message.mention_roles = [one for one in roles if "roles" in parse or one in _ids(named.get("roles"))]
        said = "@everyone" in message.content or "@here" in message.content
        message.mention_everyone = said and "everyone" in parse

    def _attachments(
        self, message: Message, listed: list[Json] | None, files: dict[int, Upload]
    ) -> list[Attachment]:
        described = {str(entry["id"]): entry for entry in listed or []}
        kept = [one for one in message.attachments if listed is None or one.id in described]
        fresh = [
            Attachment(
                self.make_id(),
                message.channel_id,
                upload.filename,
                upload.content_type,
                upload.content,
                described.get(str(number), {}).get("description"),
            )
            for number, upload in sorted(files.items())
        ]
        return kept + fresh

    def _reference(self, channel_id: str, reference: Json) -> Json | None:
        message_id = str(reference["message_id"])
        if self.world.messages.find(channel_id, message_id) is None and reference.get(
            "fail_if_not_exists", True
        ):
            raise unknown("Message")
        return {"type": 0, "message_id": message_id, **_where(self.world.channel(channel_id))}


def _where(channel: Channel) -> Json:
    where = {"channel_id": channel.id}
    return where if channel.guild_id is None else {**where, "guild_id": channel.guild_id}


def _ids(listed: list[str | int] | None) -> set[str]:
    return {str(one) for one in listed or []}


def _unique(found: list[str], known: Collection[str]) -> list[str]:
    return [one for one in dict.fromkeys(found) if one in known]


def _linked(embed: Json, links: dict[str, str]) -> Json:
    copy = dict(embed)
    for part in ("image", "thumbnail"):
        if isinstance(copy.get(part), dict) and copy[part].get("url") in links:
            copy[part] = {**copy[part], "url": links[copy[part]["url"]]}
    return copy

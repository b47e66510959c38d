"""Replies and forwards: what a message that points to another one becomes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.errors import RestError, invalid_form
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.message import FORWARD, Draft
from bot.local_discord.permissions import Permission, may, require
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel
from bot.local_discord.state.messages import Message, MessageFlag
from bot.local_discord.state.world import World
from bot.local_discord.wire.messages import snapshot_json

__all__ = ["SPOKEN", "References", "where"]

_REPLY = 19
SPOKEN = frozenset({0, 19, 20, 23})
"""The types of messages that somebody said; every other one is a system message."""


@dataclass
class References:
    """Resolves the reference of a draft."""

    world: World

    def apply(self, message: Message, draft: Draft) -> None:
        """Make `message` the reply or the forward that the draft asks for.

        Raises RestError 50035 (no such message, a system message), 160002 (its history may not be read),
        50001 (a forward from where the author cannot look), 50068 (what cannot be forwarded).
        """
        reference = draft.reference
        if reference is None:
            return
        if reference.get("type") == FORWARD:
            self._forward(message, draft, reference)
        else:
            self._reply(message, draft, reference)

    def _reply(self, message: Message, draft: Draft, reference: Json) -> None:
        channel = self.world.channel(message.channel_id)
        if not may(self.world, channel, message.author_id, Permission.READ_MESSAGE_HISTORY):
            raise _no_history()
        is_here = reference.get("channel_id") in {None, channel.id}
        found = self.world.messages.find(channel.id, reference["message_id"]) if is_here else None
        if found is None or found.visible_to is not None:
            if not reference.get("fail_if_not_exists", True):
                return  # an ordinary message then, as Discord documents
            raise _wrong(draft, "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        if found.type not in SPOKEN:
            raise _wrong(draft, "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message")
        message.type = _REPLY
        message.reference = {"type": 0, "message_id": found.id, **where(channel)}

    def _forward(self, message: Message, draft: Draft, reference: Json) -> None:
        source = self.world.channels.get(reference["channel_id"])
        if source is None:
            raise _wrong(draft, "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        require(self.world, source, message.author_id)
        if not may(self.world, source, message.author_id, Permission.READ_MESSAGE_HISTORY):
            raise _no_history()
        found = self.world.messages.find(source.id, reference["message_id"])
        if found is None or found.visible_to is not None:
            raise _wrong(draft, "MESSAGE_REFERENCE_UNKNOWN_MESSAGE", "Unknown message")
        if found.type not in SPOKEN or found.poll is not None:
            raise RestError(400, 50068, "Invalid message type")
        if draft.content or draft.embeds or draft.components or draft.attachments or draft.poll:
            raise _wrong(draft, "MESSAGE_REFERENCE_FORWARD_WITH_CONTENT", "A forward carries nothing else")
        message.flags |= MessageFlag.HAS_SNAPSHOT
        message.reference = {"type": FORWARD, "message_id": found.id, **where(source)}
        message.snapshots = list(found.snapshots) or [snapshot_json(self.world, found)]


def where(channel: Channel) -> Json:
    """The ids of a channel and its guild, as events and references name them."""
    ids = {"channel_id": channel.id}
    return ids if channel.guild_id is None else {**ids, "guild_id": channel.guild_id}


def _wrong(draft: Draft, code: str, message: str) -> RestError:
    form = Form()
    form.fail((*draft.path, "message_reference"), code, message)
    return invalid_form(form.tree())


def _no_history() -> RestError:
    return RestError(403, 160002, "Cannot reply without permission to read message history")

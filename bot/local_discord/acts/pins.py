"""Pinning messages and taking pins away."""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.acts.posting import Posting
from bot.local_discord.acts.references import SPOKEN
from bot.local_discord.acts.speaking import Speaking, system_message
from bot.local_discord.errors import RestError
from bot.local_discord.permissions import Permission, require
from bot.local_discord.state.channels import Channel
from bot.local_discord.state.messages import Message

__all__ = ["Pins"]

_PINS = 250
_PIN_NOTICE = 6


@dataclass
class Pins:
    """The one writer of pins."""

    posting: Posting
    speaking: Speaking

    def pin(self, message: Message, by: str) -> None:
        """Pin the message, and say so in the channel as Discord does.

        Raises RestError 50001, 50013, 50021, 50083, 30003 (250 pins).
        """
        channel = self._check(message, by)
        if message.type not in SPOKEN:
            raise system_message()
        if message.pinned is not None:
            return
        posting = self.posting
        if len(posting.world.messages.pins(channel.id)) >= _PINS:
            raise RestError(400, 30003, f"Maximum number of pinned messages reached ({_PINS})")
        message.pinned = channel.last_pin = posting.clock()
        posting.publish("MESSAGE_UPDATE", message)
        posting.pins_changed(channel)
        posting.notice(channel.id, by, _PIN_NOTICE, reference=message.id)

    def unpin(self, message: Message, by: str) -> None:
        """Take the pin away. Raises RestError 50001, 50013, 50083."""
        channel = self._check(message, by)
        if message.pinned is None:
            return
        message.pinned = None
        self.posting.publish("MESSAGE_UPDATE", message)
        self.posting.pins_changed(channel)

    def _check(self, message: Message, by: str) -> Channel:
        channel = self.posting.world.channel(message.channel_id)
        require(self.posting.world, channel, by, Permission.PIN_MESSAGES)
        self.speaking.open(channel)
        return channel

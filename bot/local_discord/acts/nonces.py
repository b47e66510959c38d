"""Nonces of the last five minutes: the same one, enforced, gives the message that exists.

After a restart they are read from the messages that were kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.local_discord.clock import Clock
from bot.local_discord.state.messages import Message
from bot.local_discord.state.world import World

__all__ = ["Nonces"]

_LIFETIME = 300.0


@dataclass
class Nonces:
    """Messages by channel, author and nonce, the oldest first."""

    world: World
    clock: Clock
    _posted: dict[tuple[str, str, str], Message] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Know those of a world that was here before."""
        horizon = self.clock() - _LIFETIME
        channels = self.world.messages.channels.values()
        kept = [one for channel in channels for one in channel.values() if one.created > horizon]
        for one in sorted(kept, key=lambda each: each.created):
            self.keep(one)

    def find(self, channel_id: str, author_id: str, nonce: str | int | None) -> Message | None:
        """What that author posted with that nonce in that channel, if it still is."""
        message = self._posted.get((channel_id, author_id, _text(nonce)))
        if message is None or self.clock() - message.created >= _LIFETIME:
            return None
        return self.world.messages.find(channel_id, message.id)

    def keep(self, message: Message) -> None:
        """Remember the message's nonce, if it has one, and forget old ones."""
        nonce = _text(message.nonce)
        if not nonce:
            return
        key = (message.channel_id, message.author_id, nonce)
        self._posted.pop(key, None)
        self._posted[key] = message
        horizon = self.clock() - _LIFETIME
        while self._posted:
            oldest = next(iter(self._posted))
            if self._posted[oldest].created > horizon:
                return
            del self._posted[oldest]


def _text(nonce: str | int | None) -> str:
    return "" if nonce is None else str(nonce)

"""What happens in the world, once, for everyone who listens: the gateway and the people's pages.

Publishing is synchronous, so that events keep the order of the changes they tell of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag
from typing import Self

from bot.local_discord.reply import Json
from bot.local_discord.state.channels import Channel

__all__ = ["PRIVILEGED", "Bus", "Event", "Intent"]


class Intent(IntFlag):
    """The gateway intents; 0 is for what is sent whatever the intents."""

    ALWAYS = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
"""What an application must have been granted before it may ask for it."""


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    `intent` is None for what no bot is told; which one counts, `gateway/intents.py` knows by the name, in
    direct messages too. `people` names the persons who are told; None is everyone whom the rest allows:
    members of `guild_id` if that is given, who see `channel` if that is given.
    """

    name: str
    body: Json
    intent: Intent | None = None
    people: frozenset[str] | None = None
    guild_id: str | None = None
    channel: Channel | None = None

    @classmethod
    def within(
        cls,
        channel: Channel,
        name: str,
        body: Json,
        intent: Intent | None = None,
        *,
        people: frozenset[str] | None = None,
    ) -> Self:
        """An event of a channel, for who sees it."""
        return cls(name, body, intent, people, channel.guild_id, channel)


class Bus:
    """Hands each event to every listener, in the order of listening."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Event], None]] = []

    def listen(self, listener: Callable[[Event], None]) -> None:
        """Call `listener` with every later event. It must not block and must not raise."""
        self._listeners.append(listener)

    def publish(self, event: Event) -> None:
        """Tell every listener."""
        for listener in self._listeners:
            listener(event)

"""What happens in the world, once, for everyone who listens: the gateway and the people's pages.

Publishing is synchronous, so that events keep the order of the changes they tell of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntFlag

from bot.local_discord.reply import Json

__all__ = ["PRIVILEGED", "Bus", "Event", "Intent"]


class Intent(IntFlag):
    """The gateway intents that gate an event here; 0 is sent whatever the intents."""

    ALWAYS = 0
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_TYPING = 1 << 11
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.MESSAGE_CONTENT
"""What an application must have been granted before it may ask for it."""


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    `intent` is None for what no bot is told. `people` names the persons who are told; None is everyone.
    """

    name: str
    body: Json
    intent: Intent | None = None
    people: frozenset[str] | None = None


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

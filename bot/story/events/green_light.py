"""Green lights asked for, answered and ended."""

from __future__ import annotations

from typing import Literal

from bot.story.events.happening import Happening
from bot.story.green_light import LightStatus


class LightAsked(Happening):
    """Somebody asked whether a draft may go."""

    type: Literal["LightAsked"] = "LightAsked"
    light: int
    draft: int
    quorum: int
    deadline: int | None = None
    lock: bool = False


class LightPlaced(Happening):
    """A light has its message, or, with `told`, the message that tells how it ended."""

    type: Literal["LightPlaced"] = "LightPlaced"
    light: int
    message: str
    told: bool = False


class LightSaid(Happening):
    """Somebody said go, or not yet, with the note that says what is missing."""

    type: Literal["LightSaid"] = "LightSaid"
    light: int
    go: bool
    note: int | None = None


class LightEnded(Happening):
    """A light takes no more answers."""

    type: Literal["LightEnded"] = "LightEnded"
    light: int
    status: LightStatus

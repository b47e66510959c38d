"""A green light: whether enough people say that a draft may go, by a time if there is one.

It is open who says what, unlike a vote. A light is about one draft; once the room works on another it can no
longer turn green.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from pydantic import Field

from bot.story.model import MemberId, Model

PEOPLE_LIMIT: Final = 100  # that a quorum may ask for
HOURS_LIMIT: Final = 14 * 24
LIGHTS_LIMIT: Final = 100  # of one room


class LightStatus(StrEnum):
    """Where a light stands."""

    OPEN = "open"
    GREEN = "green"  # enough people said go
    LAPSED = "lapsed"  # its time was up
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"  # the room worked on another draft when it ended


class GreenLight(Model):
    """One light that somebody asked for."""

    number: int
    draft: int
    asked_by: MemberId
    quorum: int = Field(ge=1)
    deadline: int | None = None  # ms since the epoch
    lock: bool = False  # lock the draft as soon as it is green
    go: tuple[MemberId, ...] = ()
    not_yet: tuple[MemberId, ...] = ()
    notes: tuple[int, ...] = ()  # what those who said "not yet" miss
    status: LightStatus = LightStatus.OPEN
    message: str | None = None  # where it is shown
    told: str | None = None  # the message that tells how it ended

    @property
    def is_open(self) -> bool:
        """Whether people may still say something."""
        return self.status is LightStatus.OPEN

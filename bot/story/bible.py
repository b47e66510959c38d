"""What a card of the bible is besides its words: details of a character, a secret, who changed it and when.

The words of earlier versions are not kept here: a room is read whole with every operation, and the log has
them (`bot.story.card_history`).
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

from pydantic import Field

from bot.story.model import MemberId, Model

NAME_LIMIT = 80
DETAIL_LIMIT = 300  # characters of a want, a need or a flaw
ALIASES_LIMIT = 8
SECRET_LIMIT = 1000
VERSIONS_KEPT = 20  # of a card's changes in the room; the log has all
SHARED_LIMIT = 25  # people who are told a secret; Discord's select of people takes no more

FRAME = 0  # the number under which form, length, tone and rating are a card


class Details(Model):
    """What drives a character: what they want, what they need instead, and what stands in their way."""

    want: str = Field(default="", max_length=DETAIL_LIMIT)
    need: str = Field(default="", max_length=DETAIL_LIMIT)
    flaw: str = Field(default="", max_length=DETAIL_LIMIT)

    def told(self) -> tuple[tuple[str, str], ...]:
        """Those that say something, with their names, in their order."""
        return tuple((name, text) for name, text in self.model_dump().items() if text)


class Scope(StrEnum):
    """Who knows a secret besides its owner."""

    MINE = "mine"
    SHARED = "shared"
    MODEL = "model"


class Secret(Model):
    """What not everybody may know about a card. `model`: it is written into the room's prompts."""

    text: str = Field(min_length=1, max_length=SECRET_LIMIT)
    owner: MemberId
    shared_with: tuple[MemberId, ...] = Field(default=(), max_length=SHARED_LIMIT)
    model: bool = False

    @property
    def scope(self) -> Scope:
        """The scope in one word; a secret that is shared may be the model's too."""
        if self.shared_with:
            return Scope.SHARED
        return Scope.MODEL if self.model else Scope.MINE

    @property
    def digest(self) -> str:
        """The hexadecimal SHA-256 of its words: what had them before is told from what has others."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def seen_by(self, viewer: MemberId | None) -> bool:
        """Whether a person may read it."""
        return viewer is not None and (viewer == self.owner or viewer in self.shared_with)


class Version(Model):
    """When a card came to be as it was from then on: the room's revision, the time in ms, and who did it."""

    revision: int
    at: int
    by: MemberId


class Frame(Model):
    """The card of what `Brief` says: form, length, tone and rating. Its author is who opened the room."""

    locked_by: MemberId | None = None
    versions: tuple[Version, ...] = ()  # none until it is changed

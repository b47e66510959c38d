"""What became of the premises."""

from __future__ import annotations

from typing import Literal

from bot.story.bible import Details
from bot.story.brief import Kind
from bot.story.events.happening import Happening
from bot.story.model import Person


class PremiseAdded(Happening):
    """A premise joined the brief."""

    type: Literal["PremiseAdded"] = "PremiseAdded"
    premise: int
    kind: Kind
    text: str
    author: Person | None = None  # where the words are not those of `by`
    name: str = ""
    aliases: tuple[str, ...] = ()
    details: Details | None = None


class PremiseEdited(Happening):
    """A premise was changed. What is None, as in events from before there were cards, stayed as it was."""

    type: Literal["PremiseEdited"] = "PremiseEdited"
    premise: int
    kind: Kind
    text: str
    name: str | None = None
    aliases: tuple[str, ...] | None = None
    details: Details | None = None


class PremiseWithdrawn(Happening):
    """Its author took a premise out."""

    type: Literal["PremiseWithdrawn"] = "PremiseWithdrawn"
    premise: int

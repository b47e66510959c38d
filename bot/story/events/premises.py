"""What became of the premises."""

from __future__ import annotations

from typing import Literal

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


class PremiseEdited(Happening):
    """Its author changed a premise."""

    type: Literal["PremiseEdited"] = "PremiseEdited"
    premise: int
    kind: Kind
    text: str


class PremiseWithdrawn(Happening):
    """Its author took a premise out."""

    type: Literal["PremiseWithdrawn"] = "PremiseWithdrawn"
    premise: int

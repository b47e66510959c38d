"""Acts taken back. The events that an act is taken back by come first; `ActUndone` says which act it was."""

from __future__ import annotations

from typing import Literal

from bot.story.events.happening import Happening
from bot.story.levels import Level


class ActUndone(Happening):
    """Somebody took back what the event of that revision did."""

    type: Literal["ActUndone"] = "ActUndone"
    act: int


class DraftsRestored(Happening):
    """The drafts in force are again those of before; `taken_back` stays in the tree as a branch."""

    type: Literal["DraftsRestored"] = "DraftsRestored"
    current: int | None = None  # where no draft was adopted before
    in_force: dict[Level, int]
    taken_back: int | None = None


class PremiseRestored(Happening):
    """A withdrawn premise is in the brief again."""

    type: Literal["PremiseRestored"] = "PremiseRestored"
    premise: int

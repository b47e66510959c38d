"""Parts that are kept in every rewriting, and how the story is built."""

from __future__ import annotations

from typing import Literal

from bot.story.events.happening import Happening


class PartsLocked(Happening):
    """Which parts of a draft stay as they are from now on; all of them, counted from 1."""

    type: Literal["PartsLocked"] = "PartsLocked"
    draft: int
    parts: tuple[int, ...]


class StructureChosen(Happening):
    """The room chose a structure form, by the name of its file."""

    type: Literal["StructureChosen"] = "StructureChosen"
    structure: str

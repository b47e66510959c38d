"""The levels of a story, from one sentence to a list of scenes, and what each is written from.

Every draft has a level, and each level one draft in force. A draft rests on the draft of another level that
it was written from; when that level has another draft in force, it is outdated.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """How far a story is told, from the shortest to the longest."""

    LOGLINE = "logline"
    SYNOPSIS = "synopsis"
    BEATS = "beats"
    OUTLINE = "outline"


LISTS: Final = frozenset({Level.BEATS, Level.OUTLINE})
"""The levels whose text is a numbered list of parts; the others are prose."""

RESTS_ON: Final[dict[Level, tuple[Level, ...]]] = {
    Level.LOGLINE: (Level.SYNOPSIS,),
    Level.SYNOPSIS: (Level.LOGLINE,),
    Level.BEATS: (Level.SYNOPSIS,),
    Level.OUTLINE: (Level.BEATS, Level.SYNOPSIS),
}
"""What a level is written from beside the premises, the best first."""

NEEDED: Final[dict[Level, Level]] = {Level.BEATS: Level.SYNOPSIS, Level.OUTLINE: Level.BEATS}
"""The level that must be written first; the others need premises alone."""


def below(level: Level) -> Level | None:
    """The next level down, which tells more; None below the outline."""
    levels = list(Level)
    at = levels.index(level) + 1
    return levels[at] if at < len(levels) else None

"""Credit: who contributed what to a room, and whose every sentence of a draft is.

`credits_of` counts and names contributions; `credit_of` reads a draft word by word. Both read the room alone.
"""

from bot.story.credit.room import (
    Credits,
    DraftCredit,
    ModelCredit,
    PersonCredit,
    TakeRef,
    credits_of,
    line_of,
    standing_draft,
    used_premises,
)
from bot.story.credit.sheet import DraftSheet, Part, SentenceCredit, Share, credit_of
from bot.story.credit.sources import Source, SourceKind

__all__ = [
    "Credits",
    "DraftCredit",
    "DraftSheet",
    "ModelCredit",
    "Part",
    "PersonCredit",
    "SentenceCredit",
    "Share",
    "Source",
    "SourceKind",
    "TakeRef",
    "credit_of",
    "credits_of",
    "line_of",
    "standing_draft",
    "used_premises",
]

"""Credit: who contributed what to a room, and whose every sentence of a draft is.

`credits_of` counts and names contributions; `credit_of` reads a draft word by word. Both read the room alone,
but for what cards said before they were changed, which is in its log (`wordings_of`).
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
from bot.story.credit.wordings import Wordings, were_changed, wordings_of

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
    "Wordings",
    "credit_of",
    "credits_of",
    "line_of",
    "standing_draft",
    "used_premises",
    "were_changed",
    "wordings_of",
]

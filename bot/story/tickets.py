"""Where a note stands, as a ticket.

Most of it is read from the room (`Room.status_of`): a note is answered by the first draft that is adopted
from a round on it. Only what people settle by hand is kept.
"""

from __future__ import annotations

from enum import StrEnum

from bot.story.model import MemberId, Model


class NoteStatus(StrEnum):
    """Where a note stands."""

    OPEN = "open"
    ANSWERED = "answered"
    DROPPED = "dropped"


class Settled(Model):
    """That somebody settled a note by hand: answered, by a draft if one is named, or dropped."""

    status: NoteStatus
    by: MemberId
    draft: int | None = None

"""Notes settled, opened again and given to somebody."""

from __future__ import annotations

from typing import Literal

from bot.story.events.happening import Happening
from bot.story.model import Person
from bot.story.tickets import NoteStatus


class NoteSettled(Happening):
    """Somebody settled a note by hand: answered, by `draft` if it is named, or dropped."""

    type: Literal["NoteSettled"] = "NoteSettled"
    note: int
    status: NoteStatus
    draft: int | None = None


class NoteReopened(Happening):
    """A settled note is open again; drafts that answered it before no longer do."""

    type: Literal["NoteReopened"] = "NoteReopened"
    note: int


class NoteAssigned(Happening):
    """A note was given to somebody to see to, or to nobody."""

    type: Literal["NoteAssigned"] = "NoteAssigned"
    note: int
    assigned: Person | None = None

"""Notes as tickets: written for later, settled, opened again, given to somebody, answered together."""

from __future__ import annotations

from bot.story.commands.command import PersonCommand
from bot.story.model import Person
from bot.story.tickets import NoteStatus


class AddNote(PersonCommand):
    """Write a note on the current draft without asking for a refinement."""

    text: str
    assigned: Person | None = None


class SettleNote(PersonCommand):
    """Say that a note is answered, or drop it."""

    note: int
    status: NoteStatus


class ReopenNote(PersonCommand):
    """Open a settled note again."""

    note: int


class AssignNote(PersonCommand):
    """Give a note to somebody to see to, or to nobody."""

    note: int
    assigned: Person | None = None


class AnswerNotes(PersonCommand):
    """Ask for a refinement of the current draft that answers several notes at once."""

    notes: tuple[int, ...]
    seed: int

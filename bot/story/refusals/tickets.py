"""Refusals about notes as tickets."""

from __future__ import annotations

from bot.story.refusals.refusal import Refusal


class NoSuchNote(Refusal):
    """No note has this number."""

    note: int


class NoteIsSettled(Refusal):
    """The note is answered or dropped already."""

    note: int


class NoteIsOpen(Refusal):
    """The note is open already."""

    note: int


class NotYourNote(Refusal):
    """Only its author, whom it was given to, who opened the room, or a moderator settles a note."""

    author: str


class NoNotes(Refusal):
    """A refinement that answers notes needs one that is open."""


class TooManyNotes(Refusal):
    """More notes at once than one refinement answers."""

    limit: int

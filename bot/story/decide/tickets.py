"""Notes as tickets: written for later, settled, opened again, given to somebody, answered together."""

from __future__ import annotations

from typing import Final

from bot.story import refusals as no
from bot.story.commands import AddNote, AnswerNotes, AssignNote, PersonCommand, ReopenNote, SettleNote
from bot.story.decide.locked import everything_is_locked
from bot.story.decide.room import closed, leaders
from bot.story.decide.rounds import cannot_ask, refinement
from bot.story.events import Event, NoteAssigned, NoteReopened, NoteSettled, NoteWritten
from bot.story.model import Person
from bot.story.refusals import Refusal
from bot.story.room import NOTE_LIMIT, Note, Room
from bot.story.text import clean
from bot.story.tickets import NoteStatus

NOTES_TOGETHER: Final = 10  # that one refinement may answer
NOTES_LIMIT: Final = 500  # of one room


def add(room: Room, command: AddNote) -> tuple[Event, ...] | Refusal:
    """Write a note on the current draft, for later."""
    if refusal := closed(room):
        return refusal
    return written(room, command, command.text, draft=room.current, assigned=command.assigned)


def settle(room: Room, command: SettleNote) -> tuple[Event, ...] | Refusal:
    """Say that an open note is answered, by the current draft, or drop it."""
    note = _own(room, command, command.note)
    if isinstance(note, Refusal):
        return note
    status = room.status_of(note)
    if status is command.status:
        return ()
    if command.status is NoteStatus.OPEN:
        return reopen(room, ReopenNote(at=command.at, by=command.by, leads=command.leads, note=note.number))
    if status is not NoteStatus.OPEN:
        return no.NoteIsSettled(note=note.number)
    draft = room.current if command.status is NoteStatus.ANSWERED else None
    return (NoteSettled(at=command.at, by=command.by, note=note.number, status=command.status, draft=draft),)


def reopen(room: Room, command: ReopenNote) -> tuple[Event, ...] | Refusal:
    """Open a settled note again."""
    note = _own(room, command, command.note)
    if isinstance(note, Refusal):
        return note
    if room.status_of(note) is NoteStatus.OPEN:
        return no.NoteIsOpen(note=note.number)
    return (NoteReopened(at=command.at, by=command.by, note=note.number),)


def assign(room: Room, command: AssignNote) -> tuple[Event, ...] | Refusal:
    """Give an open note to somebody; anybody may, as anybody may take it up."""
    if refusal := closed(room):
        return refusal
    note = room.note(command.note)
    if note is None:
        return no.NoSuchNote(note=command.note)
    if room.status_of(note) is not NoteStatus.OPEN:
        return no.NoteIsSettled(note=note.number)
    if note.assigned == (command.assigned.id if command.assigned else None):
        return ()
    return (NoteAssigned(at=command.at, by=command.by, note=note.number, assigned=command.assigned),)


def answer(room: Room, command: AnswerNotes) -> tuple[Event, ...] | Refusal:
    """Ask for a refinement of the current draft that answers open notes."""
    if refusal := cannot_ask(room):
        return refusal
    draft = room.draft(room.current)
    if draft is None:
        return no.NoDraftYet()
    numbers = tuple(dict.fromkeys(command.notes))
    if refusal := _cannot_answer(room, numbers) or everything_is_locked(room, draft):
        return refusal
    return (refinement(room, command, draft, notes=numbers, seed=command.seed),)


def _cannot_answer(room: Room, numbers: tuple[int, ...]) -> Refusal | None:
    if not numbers:
        return no.NoNotes()
    if len(numbers) > NOTES_TOGETHER:
        return no.TooManyNotes(limit=NOTES_TOGETHER)
    for number in numbers:
        note = room.note(number)
        if note is None:
            return no.NoSuchNote(note=number)
        if room.status_of(note) is not NoteStatus.OPEN:
            return no.NoteIsSettled(note=number)
    return None


def written(
    room: Room, command: PersonCommand, text: str, *, draft: int | None, assigned: Person | None = None
) -> tuple[Event, ...] | Refusal:
    """The event of a note in a person's words on a draft, which must be there."""
    if draft is None:
        return no.NoDraftYet()
    text = clean(text)
    if not text:
        return no.NoWords()
    if len(text) > NOTE_LIMIT:
        return no.TooLong(length=len(text), limit=NOTE_LIMIT)
    if len(room.notes) >= NOTES_LIMIT:
        return no.TooManyNotes(limit=NOTES_LIMIT)
    return (
        NoteWritten(
            at=command.at,
            by=command.by,
            note=len(room.notes) + 1,
            text=text,
            draft=draft,
            assigned=assigned,
        ),
    )


def _own(room: Room, command: PersonCommand, number: int) -> Note | Refusal:
    """A note that this person may settle: its author, who sees to it, and who leads."""
    if refusal := closed(room):
        return refusal
    note = room.note(number)
    if note is None:
        return no.NoSuchNote(note=number)
    if not command.leads and command.by.id not in (note.author, note.assigned, *leaders(room)):
        return no.NotYourNote(author=room.name_of(note.author))
    return note

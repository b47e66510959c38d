"""What settling a note, opening it again and giving it to somebody change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.events import NoteAssigned, NoteReopened, NoteSettled
from bot.story.evolving.changes import Change, who
from bot.story.room import Room
from bot.story.tickets import Settled


def _settled(room: Room, event: NoteSettled) -> dict[str, Any]:
    settled = Settled(status=event.status, by=who(event).id, draft=event.draft)
    return note_with(room, event.note, settled=settled)


def _reopened(room: Room, event: NoteReopened) -> dict[str, Any]:
    return note_with(room, event.note, settled=None, reopened=room.revision + 1)


def _assigned(room: Room, event: NoteAssigned) -> dict[str, Any]:
    return note_with(room, event.note, assigned=event.assigned.id if event.assigned else None)


def note_with(room: Room, number: int, **changes: object) -> dict[str, Any]:
    """The room's notes with one of them changed."""
    return {
        "notes": tuple(one.model_copy(update=changes) if one.number == number else one for one in room.notes)
    }


CHANGES: Final[dict[type[Any], Change]] = {
    NoteSettled: _settled,
    NoteReopened: _reopened,
    NoteAssigned: _assigned,
}

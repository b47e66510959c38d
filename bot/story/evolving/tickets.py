"""What settling a note, opening it again and giving it to somebody change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.events import NoteAssigned, NoteReopened, NoteSettled
from bot.story.evolving.changes import Change, who, with_one
from bot.story.room import Room
from bot.story.tickets import Settled


def _settled(room: Room, event: NoteSettled) -> dict[str, Any]:
    settled = Settled(status=event.status, by=who(event).id, draft=event.draft)
    return _note_with(room, event.note, settled=settled)


def _reopened(room: Room, event: NoteReopened) -> dict[str, Any]:
    return _note_with(room, event.note, settled=None, reopened=room.revision + 1)


def _assigned(room: Room, event: NoteAssigned) -> dict[str, Any]:
    return _note_with(room, event.note, assigned=event.assigned.id if event.assigned else None)


def _note_with(room: Room, number: int, **changes: object) -> dict[str, Any]:
    return {"notes": with_one(room.notes, number, **changes)}


CHANGES: Final[dict[type[Any], Change]] = {
    NoteSettled: _settled,
    NoteReopened: _reopened,
    NoteAssigned: _assigned,
}

"""What asking for a round, showing it and writing it change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.events import NoteWritten, RoundAsked, RoundFailed, RoundPlaced, TakeWritten
from bot.story.evolving.changes import Change, who, with_one
from bot.story.room import Note, Room
from bot.story.rounds import CANCELLED, Round, RoundStatus, Take


def _note_written(room: Room, event: NoteWritten) -> dict[str, Any]:
    note = Note(
        number=event.note,
        text=event.text,
        author=who(event).id,
        draft=event.draft,
        assigned=event.assigned.id if event.assigned else None,
    )
    return {"notes": (*room.notes, note)}


def _asked(room: Room, event: RoundAsked) -> dict[str, Any]:
    one = Round(
        number=event.round,
        purpose=event.purpose,
        asked_by=who(event).id,
        takes_wanted=event.takes,
        dials=event.dials,
        seed=event.seed,
        premises=event.premises,
        draft=event.draft,
        note=event.note,
        notes=event.notes,
        again_of=event.again_of,
        revision=room.revision + 1,
        level=event.level,
        work=event.work,
        source=event.source,
        locked=event.locked,
        structure=event.structure,
    )
    return {"rounds": (*room.rounds, one)}


def _placed(room: Room, event: RoundPlaced) -> dict[str, Any]:
    return _round_with(room, event.round, message=event.message)


def _take_written(room: Room, event: TakeWritten) -> dict[str, Any]:
    one = room.rounds[event.round - 1]
    take = Take(number=event.take, text=event.text, receipt=event.receipt)
    takes = tuple(sorted((*one.takes, take), key=lambda each: each.number))
    written = len(takes) == one.takes_wanted
    status = RoundStatus.WRITTEN if written else one.status
    return _round_with(room, event.round, takes=takes, status=status)


def _failed(room: Room, event: RoundFailed) -> dict[str, Any]:
    by = event.by.id if event.by and event.reason == CANCELLED else None
    return _round_with(room, event.round, status=RoundStatus.FAILED, failure=event.reason, cancelled_by=by)


def _round_with(room: Room, number: int, **changes: object) -> dict[str, Any]:
    return {"rounds": with_one(room.rounds, number, **changes)}


CHANGES: Final[dict[type[Any], Change]] = {
    NoteWritten: _note_written,
    RoundAsked: _asked,
    RoundPlaced: _placed,
    TakeWritten: _take_written,
    RoundFailed: _failed,
}

"""How an event changes a room: the only place where a room changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.story import events as e
from bot.story.brief import Premise
from bot.story.events import Event
from bot.story.model import Person
from bot.story.room import Draft, Note, Room, RoomStatus
from bot.story.rounds import Round, RoundStatus, Take


class BrokenLog(Exception):
    """A log that no room could have written, such as one that does not begin with RoomOpened."""


def evolve(room: Room | None, event: Event) -> Room:
    """The room after an event.

    Raises:
        BrokenLog: the event cannot follow.

    """
    if isinstance(event, e.RoomOpened):
        if room is not None:
            raise BrokenLog("a room is opened once")
        return _opened(event)
    if room is None:
        raise BrokenLog(f"{event.type} before RoomOpened")
    changes: dict[str, Any] = {"revision": room.revision + 1, "changed_at": event.at}
    changes |= _changes(room, event)
    changes["people"] = _people(room.people, event)
    return room.model_copy(update=changes)


def replay(events: Iterable[Event], room: Room | None = None) -> Room | None:
    """The room after all of the events, from nothing or from a snapshot."""
    for event in events:
        room = evolve(room, event)
    return room


def replayed(events: Iterable[Event]) -> Room:
    """The room that the whole log of it tells.

    Raises:
        BrokenLog: the events are not those of a room.

    """
    room = replay(events)
    if room is None:
        raise BrokenLog("no events")
    return room


def _opened(event: e.RoomOpened) -> Room:
    if event.by is None:
        raise BrokenLog("a room is opened by somebody")
    return Room(
        id=event.room,
        guild=event.guild,
        revision=1,
        opened_by=event.by.id,
        opened_at=event.at,
        changed_at=event.at,
        preset=event.preset,
        brief=event.brief,
        people={event.by.id: event.by.name},
    )


def _changes(room: Room, event: Event) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - one line an event
    match event:
        case e.BoardPlaced():
            return {"board": event.message}
        case e.PremiseAdded():
            return {"premises": (*room.premises, _premise(event))}
        case e.PremiseEdited():
            return _premise_with(room, event.premise, kind=event.kind, text=event.text)
        case e.PremiseWithdrawn():
            return _premise_with(room, event.premise, withdrawn=True)
        case e.NoteWritten():
            note = Note(number=event.note, text=event.text, author=_who(event).id, draft=event.draft)
            return {"notes": (*room.notes, note)}
        case e.RoundAsked():
            return {"rounds": (*room.rounds, _round(event))}
        case e.RoundPlaced():
            return _round_with(room, event.round, message=event.message)
        case e.TakeWritten():
            return _take_written(room, event)
        case e.RoundFailed():
            return _round_with(room, event.round, status=RoundStatus.FAILED, failure=event.reason)
        case e.DraftAdopted():
            return {"drafts": (*room.drafts, _draft(room, event)), "current": event.draft}
        case e.DraftChosen():
            return {"current": event.draft}
        case e.RoomLocked():
            return {"status": RoomStatus.LOCKED, "canon": event.draft}
        case e.RoomClosed():
            return {"status": RoomStatus.CLOSED}
        case e.RoomReopened():
            return {"status": RoomStatus.OPEN, "canon": None}
        case e.RoomOpened():
            raise BrokenLog("a room is opened once")


def _premise(event: e.PremiseAdded) -> Premise:
    added_by = _who(event).id
    author = event.author.id if event.author else added_by
    return Premise(id=event.premise, kind=event.kind, text=event.text, author=author, added_by=added_by)


def _premise_with(room: Room, number: int, **changes: object) -> dict[str, Any]:
    return {
        "premises": tuple(
            one.model_copy(update=changes) if one.id == number else one for one in room.premises
        )
    }


def _round(event: e.RoundAsked) -> Round:
    return Round(
        number=event.round,
        purpose=event.purpose,
        asked_by=_who(event).id,
        takes_wanted=event.takes,
        dials=event.dials,
        seed=event.seed,
        premises=event.premises,
        draft=event.draft,
        note=event.note,
        again_of=event.again_of,
    )


def _round_with(room: Room, number: int, **changes: object) -> dict[str, Any]:
    return {
        "rounds": tuple(
            one.model_copy(update=changes) if one.number == number else one for one in room.rounds
        )
    }


def _take_written(room: Room, event: e.TakeWritten) -> dict[str, Any]:
    one = room.rounds[event.round - 1]
    take = Take(number=event.take, text=event.text, receipt=event.receipt)
    takes = tuple(sorted((*one.takes, take), key=lambda each: each.number))
    written = len(takes) == one.takes_wanted
    status = RoundStatus.WRITTEN if written else one.status
    return _round_with(room, event.round, takes=takes, status=status)


def _draft(room: Room, event: e.DraftAdopted) -> Draft:
    return Draft(
        number=event.draft,
        parent=event.parent,
        round=event.round,
        take=event.take,
        adopted_by=_who(event).id,
        revision=room.revision + 1,
    )


def _who(event: e.Happening) -> Person:
    if event.by is None:
        raise BrokenLog(f"{type(event).__name__} needs somebody")
    return event.by


def _people(known: dict[str, str], event: Event) -> dict[str, str]:
    seen = [event.by, event.author if isinstance(event, e.PremiseAdded) else None]
    new = {person.id: person.name for person in seen if person and known.get(person.id) != person.name}
    return {**known, **new} if new else known

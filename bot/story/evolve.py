"""How an event changes a room: the only place where a room changes. Each family of events has its module."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from bot.story.events import Event, NoteAssigned, NoteWritten, PremiseAdded, RoomOpened
from bot.story.evolving import (
    ballots,
    cards,
    drafts,
    green_light,
    levels,
    premises,
    rooms,
    rounds,
    tickets,
    undoing,
)
from bot.story.evolving.changes import BrokenLog, Change
from bot.story.room import Room

_CHANGES: Final[dict[type[Any], Change]] = {
    **rooms.CHANGES,
    **premises.CHANGES,
    **cards.CHANGES,
    **rounds.CHANGES,
    **drafts.CHANGES,
    **levels.CHANGES,
    **ballots.CHANGES,
    **tickets.CHANGES,
    **green_light.CHANGES,
    **undoing.CHANGES,
}


def evolve(room: Room | None, event: Event) -> Room:
    """The room after an event.

    Raises:
        BrokenLog: the event cannot follow.

    """
    if isinstance(event, RoomOpened):
        if room is not None:
            raise BrokenLog("a room is opened once")
        return rooms.opened(event)
    if room is None:
        raise BrokenLog(f"{event.type} before RoomOpened")
    changes: dict[str, Any] = {"revision": room.revision + 1, "changed_at": event.at}
    changes |= _CHANGES[type(event)](room, event)
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


def _people(known: dict[str, str], event: Event) -> dict[str, str]:
    seen = [event.by, event.author if isinstance(event, PremiseAdded) else None]
    if isinstance(event, NoteWritten | NoteAssigned):
        seen.append(event.assigned)
    new = {person.id: person.name for person in seen if person and known.get(person.id) != person.name}
    return {**known, **new} if new else known


__all__ = ["BrokenLog", "evolve", "replay", "replayed"]

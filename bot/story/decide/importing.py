"""Making a room from the events of another: everything is kept but where it was shown.

Messages of the old thread, and votes whose sheets were not in the export, stand as withheld, so that
revisions keep their numbers. Rounds that nobody will write any more are given up.
"""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.commands import ImportRoom
from bot.story.events import (
    BallotClosed,
    BallotPlaced,
    BoardPlaced,
    Event,
    LightPlaced,
    RoomOpened,
    RoundFailed,
    RoundPlaced,
    VoteCast,
    Withheld,
)
from bot.story.evolve import replay
from bot.story.refusals import Refusal
from bot.story.room import Import, Room
from bot.story.rounds import LEFT_BEHIND


def import_room(room: Room | None, command: ImportRoom) -> tuple[Event, ...] | Refusal:
    """The log of the new room."""
    if room is not None:
        return no.AlreadyARoom()
    closed = {event.ballot for event in command.events if isinstance(event, BallotClosed)}
    events = tuple(_moved(event, command, closed) for event in command.events)
    try:
        there = replay(events)
    except Exception:  # noqa: BLE001 - made by hand, they may break a rule anywhere; deciding raises nothing
        return no.UnheldExport()
    if there is None:
        return no.UnheldExport()
    left = (RoundFailed(at=command.at, round=one.number, reason=LEFT_BEHIND) for one in there.open_rounds)
    return (*events, *left)


def _moved(event: Event, command: ImportRoom, closed: set[int]) -> Event:
    match event:
        case RoomOpened():
            by = Import(by=command.by, at=command.at)
            here = {"room": command.room, "guild": command.guild, "imports": (*event.imports, by)}
            return event.model_copy(update=here)
        case BoardPlaced() | RoundPlaced() | BallotPlaced() | LightPlaced():
            return Withheld(at=event.at, by=event.by)
        case VoteCast() if event.ballot not in closed:
            return Withheld(at=event.at, by=event.by)
    return event

"""Exporting a room, importing it elsewhere, and comparing the two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.story import Room, decide, replay
from bot.story.commands import ImportRoom
from bot.story.document import as_json
from bot.story.events import Event
from bot.story.importing import read_export
from bot.story.model import Person
from bot.story.refusals import Refusal
from bot.story.rounds import LEFT_BEHIND, RoundStatus
from bot.words import words

EVE = Person(id="77", name="Eve")


def bring(log: Sequence[Event]) -> ImportRoom:
    return ImportRoom(at=5, by=EVE, room="elsewhere", guild="another", events=tuple(log))


def assert_brought_back(room: Room, log: Sequence[Event]) -> None:
    """The room's JSON is read again whole, and the room that is made of it is the same, but for places."""
    read = read_export(as_json(log, say=words().say).encode())
    assert read == tuple(log)
    events = decide(None, bring(log))
    assert not isinstance(events, Refusal), events
    there = replay(events)
    assert there is not None
    assert (there.id, there.guild, there.imports[-1].by) == ("elsewhere", "another", EVE)
    assert there.people == {**room.people, EVE.id: EVE.name}
    assert without_places(there) == without_places(room)


def without_places(room: Room) -> dict[str, Any]:
    """A room without where it is shown, and with what was under way given up, as it is after an import."""
    told = room.model_dump(exclude={"id", "guild", "board", "imports", "people", "revision", "changed_at"})
    for one in told["rounds"]:
        del one["message"]
        if one["status"] is RoundStatus.OPEN:
            one |= {"status": RoundStatus.FAILED, "failure": LEFT_BEHIND}
    for shown in (*told["ballots"], *told["lights"]):
        del shown["message"], shown["told"]
    for ballot in told["ballots"]:
        if ballot["closing"] is None:
            ballot["voted"] = ()
    return told

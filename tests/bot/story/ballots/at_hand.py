"""Ballots at hand: a room with a round, and the commands on its ballot."""

from __future__ import annotations

from typing import Any

from bot.story import Room
from bot.story.ballots.ballot import (
    Ballot,
    Rest,
    Sheet,
)
from bot.story.brief import Brief
from bot.story.commands import (
    AskRound,
    CastVote,
    CloseBallot,
    OpenBallot,
    OpenRoom,
)
from bot.story.model import Person
from bot.story.room import Preset
from tests.bot.building import ANA, add_premise, after, record_take

MINUTE = 60_000


def with_round(*, takes: int = 3, preset: Preset = Preset.WRITERS) -> Room:
    """A room with a written round."""
    opening = OpenRoom(at=1, by=ANA, room="room", guild="g", preset=preset, brief=Brief(title="The Well"))
    room = after(None, opening, add_premise("A well-digger"), AskRound(at=2, by=ANA, takes=takes, seed=7))
    return after(room, *(record_take(1, take, f"Text {take}.") for take in range(takes)))


def open_ballot(by: Person = ANA, **given: Any) -> OpenBallot:
    return OpenBallot.model_validate({"at": 10, "by": by, "seed": 3, **given})


def cast(by: Person, *order: int, ballot: int = 1, rest: Rest = Rest.UNSAID, **given: Any) -> CastVote:
    sheet = Sheet(order=order, rest=rest)
    return CastVote.model_validate({"at": 20, "by": by, "ballot": ballot, "sheet": sheet, **given})


def closing(by: Person | None = ANA, at: int = 30, **given: Any) -> CloseBallot:
    return CloseBallot.model_validate({"at": at, "ballot": 1, "by": by, **given})


def closed_with(room: Room, *sheets: Sheet) -> Room:
    """The room after everybody voted and the ballot was closed."""
    people = [Person(id=f"p{number}", name=f"P{number}") for number in range(len(sheets))]
    handed_in = {person.id: sheet for person, sheet in zip(people, sheets, strict=True)}
    votes = [
        cast(person, *sheet.order, rest=sheet.rest) for person, sheet in zip(people, sheets, strict=True)
    ]
    return after(room, *votes, closing(sheets=handed_in))


def ballot_of(room: Room) -> Ballot:
    return room.ballots[-1]

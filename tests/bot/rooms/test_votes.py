"""Votes on real rooms: kept beside the log while their ballot is open, counted once, gone afterwards."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from bot.rooms import Rooms
from bot.store import DueStore, RoomStore, connect
from bot.story import Room
from bot.story import refusals as no
from bot.story.ballots.ballot import Closing, Sheet
from bot.story.commands import AskLight, CastVote, CloseBallot, OpenBallot
from bot.story.model import Person
from tests.bot.building import ANA, BO, add_premise, adopt, ask_round, open_room, record_take
from tests.bot.rooms.cutting import cutting_wire
from tests.bot.rooms.parts import KEYS, Parts, parts_on
from tests.redis_server import RedisServer

MINUTE = 60_000


def voter(number: int) -> Person:
    return Person(id=f"p{number}", name=f"P{number}")


def cast(number: int, *order: int) -> CastVote:
    return CastVote(at=20, by=voter(number), ballot=1, sheet=Sheet(order=order))


async def with_ballot(rooms: Rooms, *, quorum: int | None = None, deadline: int | None = None) -> Room:
    commands = (
        open_room(),
        add_premise("A well-digger"),
        ask_round(takes=3),
        *(record_take(1, take) for take in range(3)),
        OpenBallot(at=10, by=ANA, seed=3, quorum=quorum, deadline=deadline),
    )
    room: Room | None = None
    for number, command in enumerate(commands):
        room = (await rooms.act("room", command, operation=f"op{number}")).room
    assert room is not None
    assert room.ballots
    return room


async def everything_in(redis: Redis) -> str:
    """All that the log and the snapshot of the room say."""
    parts = parts_on(redis)
    room = await parts.rooms.read("room")
    events = await parts.rooms.events("room")
    return "\n".join([room.model_dump_json() if room else "", *(each.model_dump_json() for each in events)])


async def test_a_vote_lies_beside_the_log_until_the_ballot_is_closed(
    rooms: Rooms, store: RoomStore, redis: Redis
) -> None:
    await with_ballot(rooms)
    await rooms.act("room", cast(1, 2, 0, 1), operation="a")
    assert await store.votes("room") == {1: {"p1": Sheet(order=(2, 0, 1))}}
    assert await rooms.vote_of("room", 1, "p1") == Sheet(order=(2, 0, 1))
    assert await rooms.vote_of("room", 1, "p2") is None
    assert '"order"' not in await everything_in(redis)
    outcome = await rooms.act("room", CloseBallot(at=30, ballot=1, by=ANA), operation="b")
    assert outcome.room is not None
    assert [each.sheet.order for each in outcome.room.ballots[0].sheets] == [(2, 0, 1)]
    assert await store.votes("room") == {}


async def test_a_vote_is_changed_and_the_last_one_counts(rooms: Rooms) -> None:
    await with_ballot(rooms)
    await rooms.act("room", cast(1, 2, 0, 1), operation="a")
    await rooms.act("room", cast(1, 0, 1), operation="b")
    again = await rooms.act("room", cast(1, 2, 0, 1), operation="a")
    assert again.repeated, "the first one, delivered again"
    same = await rooms.act("room", cast(1, 0, 1, 2), operation="c")
    assert (same.events, same.repeated) == ((), False)
    outcome = await rooms.act("room", CloseBallot(at=30, ballot=1, by=ANA), operation="d")
    assert outcome.room is not None
    result = outcome.room.ballots[0].result
    assert result is not None
    assert (result.votes, result.leader) == (1, 0)


async def test_of_a_crowd_that_votes_at_once_everybody_counts_until_the_quorum_closes(
    rooms: Rooms, store: RoomStore
) -> None:
    await with_ballot(rooms, quorum=12)
    outcomes = await asyncio.gather(
        *(rooms.act("room", cast(n, n % 3, (n + 1) % 3), operation=f"v{n}") for n in range(20))
    )
    room = await rooms.read("room")
    assert room is not None
    ballot = room.ballots[0]
    assert (ballot.closing, len(ballot.voted)) == (Closing.QUORUM, 12)
    assert ballot.result is not None
    assert ballot.result.votes == 12 == sum(each.voters for each in ballot.sheets)
    late = [each.refusal for each in outcomes if each.refusal]
    assert late == [no.BallotIsClosed(ballot=1)] * 8
    assert await store.votes("room") == {}


async def test_a_vote_whose_answer_was_lost_is_cast_once(rooms: Rooms, embedded_redis: RedisServer) -> None:
    await with_ballot(rooms, quorum=2)
    async with cutting_wire(embedded_redis.port) as wire:
        client = connect(f"redis://127.0.0.1:{wire.port}/0")
        through = parts_on(client).rooms
        wire.cut = b"EVALSHA"
        with suppress(StoreUnavailable):  # the client may have tried again by itself
            await through.act("room", cast(1, 2, 0, 1), operation="a")
        await client.aclose()
        assert wire.lost == 1
    await rooms.act("room", cast(1, 2, 0, 1), operation="a")
    room = await rooms.read("room")
    assert room is not None
    assert (room.ballots[0].voted, room.ballots[0].is_open) == (("p1",), True)


async def test_a_deleted_room_takes_its_votes_with_it(rooms: Rooms, store: RoomStore, redis: Redis) -> None:
    await with_ballot(rooms)
    await rooms.act("room", cast(1, 2, 0, 1), operation="a")
    assert await redis.exists(KEYS.room("room").votes)
    assert await redis.pttl(KEYS.room("room").votes) > 0, "they expire with the room"
    await store.delete("room")
    assert await redis.keys("*{room}*") == []


async def test_a_room_is_marked_for_when_something_is_due_in_it(rooms: Rooms, redis: Redis) -> None:
    due = DueStore(redis, keys=KEYS)
    await with_ballot(rooms, deadline=10 + 5 * MINUTE)
    marks = await due.due(10 + 4 * MINUTE)
    assert [mark.room for mark in marks] == ["room"], "soon, in case its message was not posted"
    for mark in marks:
        await due.done(mark)
    assert await due.due(9 + 5 * MINUTE) == []
    (mark,) = await due.due(10 + 5 * MINUTE)
    await due.put_off(mark, 20 * MINUTE)
    assert await due.due(19 * MINUTE) == []
    assert await due.due(20 * MINUTE) == [mark]
    await due.done(mark)
    assert await due.due(10**12) == []
    await due.put_off(mark, 1)
    assert await due.due(10**12) == [], "what is done does not come back"


async def test_several_processes_that_meet_a_deadline_close_the_ballot_once(
    parts: Parts, redis: Redis
) -> None:
    await with_ballot(parts.rooms, deadline=10 + MINUTE)
    await parts.rooms.act("room", cast(1, 2, 0, 1), operation="a")
    closing = CloseBallot(at=10 + MINUTE, ballot=1)
    others = [parts_on(redis).rooms for _ in range(4)]
    outcomes = await asyncio.gather(*(each.act("room", closing, operation="due") for each in others))
    assert sum(bool(each.events) for each in outcomes) == 1
    events = await parts.rooms.events("room")
    assert [event.type for event in events].count("BallotClosed") == 1


@pytest.mark.parametrize("hours", [1, 24])
async def test_a_green_light_marks_its_room_too(rooms: Rooms, redis: Redis, hours: int) -> None:
    await with_ballot(rooms)
    await rooms.act("room", CloseBallot(at=30, ballot=1, by=ANA), operation="x")
    await rooms.act("room", adopt(1, 0), operation="y")
    deadline = 40 + hours * 60 * MINUTE
    await rooms.act("room", AskLight(at=40, by=BO, quorum=2, deadline=deadline), operation="z")
    marks = await DueStore(redis, keys=KEYS).due(deadline)
    assert max(mark.at for mark in marks) == deadline

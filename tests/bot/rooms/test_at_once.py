"""Several operations at the same moment: all are decided, each on the room as it is, and none is lost."""

from __future__ import annotations

import asyncio

from redis.asyncio import Redis

from bot.errors import Contended
from bot.rooms import Outcome, Rooms
from bot.rooms.rooms import TRIES
from bot.store import RoomStore
from bot.story import refusals as no
from bot.story.commands import Lock, PlaceBoard
from tests.bot.building import ANA, BO, add_premise, adopt, open_room
from tests.bot.rooms.parts import parts_on
from tests.bot.rooms.played import acted, check_log, with_takes


async def test_the_same_operation_delivered_at_the_same_moment_takes_effect_once(
    rooms: Rooms, store: RoomStore
) -> None:
    await acted(rooms, open_room())
    outcomes = await asyncio.gather(
        *(rooms.act("room", add_premise("Rain"), operation="x") for _ in range(5))
    )
    assert sorted(len(outcome.events) for outcome in outcomes) == [0, 0, 0, 0, 1]
    assert sum(outcome.repeated for outcome in outcomes) == 4
    room = await rooms.read("room")
    assert room is not None
    assert len(room.premises) == 1
    await check_log(store)


async def test_of_two_people_adopting_at_the_same_moment_one_is_told_who_was_first(
    rooms: Rooms, store: RoomStore
) -> None:
    room = await with_takes(rooms)
    outcomes = await asyncio.gather(
        rooms.act("room", adopt(1, 0, by=ANA, seen=room.revision), operation="ana"),
        rooms.act("room", adopt(1, 1, by=BO, seen=room.revision), operation="bo"),
    )
    after = await rooms.read("room")
    assert after is not None
    assert len(after.drafts) == 1
    first = after.drafts[0]
    told = no.AdoptedMeanwhile(who=after.name_of(first.adopted_by), letter="AB"[first.take or 0], draft=1)
    assert [outcome.refusal for outcome in outcomes].count(None) == 1
    assert told in [outcome.refusal for outcome in outcomes]
    await check_log(store)


async def test_adopting_and_locking_at_the_same_moment_are_both_decided_on_the_room_as_it_is(
    rooms: Rooms, store: RoomStore
) -> None:
    room = await with_takes(rooms)
    await rooms.act("room", adopt(1, 0, seen=room.revision), operation="first")
    seen = room.revision + 1
    lock, second = await asyncio.gather(
        rooms.act("room", Lock(at=6, by=ANA, draft=1), operation="lock"),
        rooms.act("room", adopt(1, 1, by=BO, seen=seen), operation="adopt"),
    )
    refusals = (lock.refusal, second.refusal)
    assert refusals in {
        (None, no.RoomIsLocked()),
        (no.DraftMovedOn(seen=1, current=2), None),
    }
    await check_log(store)


async def test_as_many_writers_as_there_are_tries_all_get_through(rooms: Rooms, store: RoomStore) -> None:
    await acted(rooms, open_room())
    outcomes = await asyncio.gather(
        *(rooms.act("room", add_premise(f"Premise {n}"), operation=f"w{n}") for n in range(TRIES))
    )
    assert all(len(outcome.events) == 1 for outcome in outcomes)
    room = await rooms.read("room")
    assert room is not None
    assert {premise.text for premise in room.premises} == {f"Premise {n}" for n in range(TRIES)}
    await check_log(store)


async def test_a_crowd_in_one_process_all_gets_through(rooms: Rooms, store: RoomStore) -> None:
    await acted(rooms, open_room())
    writers = 60
    outcomes = await asyncio.gather(
        *(rooms.act("room", PlaceBoard(at=2, message=f"m{n}"), operation=f"w{n}") for n in range(writers))
    )
    assert all(len(outcome.events) == 1 for outcome in outcomes)
    await check_log(store)


async def test_who_is_overtaken_at_every_try_is_told_and_nothing_of_theirs_is_written(
    rooms: Rooms, store: RoomStore, redis: Redis
) -> None:
    await acted(rooms, open_room())
    writers = 60
    each = [parts_on(redis).rooms for _ in range(writers)]  # as a process of its own
    results = await asyncio.gather(
        *(each[n].act("room", PlaceBoard(at=2, message=f"m{n}"), operation=f"w{n}") for n in range(writers)),
        return_exceptions=True,
    )
    written = {entry.operation async for entry in store.log("room")} - {"op0"}
    through = {f"w{n}" for n, result in enumerate(results) if isinstance(result, Outcome)}
    contended = [result for result in results if isinstance(result, Contended)]
    assert written == through
    assert len(through) >= TRIES
    assert contended, "sixty writers at once are more than eight tries can take"
    assert len(contended) + len(through) == writers
    await check_log(store)


async def test_a_contended_operation_can_be_sent_again(rooms: Rooms, redis: Redis) -> None:
    await acted(rooms, open_room())
    writers = 60
    left = {f"w{n}": PlaceBoard(at=2, message=f"m{n}") for n in range(writers)}
    rounds = 0
    while left and rounds < writers:
        results = await asyncio.gather(
            *(
                parts_on(redis).rooms.act("room", command, operation=operation)
                for operation, command in left.items()
            ),
            return_exceptions=True,
        )
        left = {
            operation: command
            for (operation, command), result in zip(left.items(), results, strict=True)
            if isinstance(result, Contended)
        }
        rounds += 1
    room = await rooms.read("room")
    assert room is not None
    assert room.revision == 1 + writers

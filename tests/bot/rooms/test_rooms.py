"""One operation on a room: carried out once, told when late, and never lost in between."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from bot.rooms import Outcome, Rooms
from bot.store import RoomStore, connect
from bot.store.codec import decode
from bot.store.fairness.places import Place
from bot.story import refusals as no
from bot.story import replay
from bot.story.commands import AskAgain, Command, PlaceBoard, WithdrawPremise, WriteNote
from bot.story.rounds import OPEN_ROUNDS_LIMIT
from tests.bot.building import ANA, BO, add_premise, adopt, ask_round, open_room
from tests.bot.rooms.cutting import cutting_wire
from tests.bot.rooms.parts import KEYS, Parts, parts_on
from tests.bot.rooms.played import acted, check_log, with_takes
from tests.redis_server import RedisServer, running


async def test_an_operation_changes_the_room_and_says_how(rooms: Rooms) -> None:
    await acted(rooms, open_room())
    outcome = await rooms.act("room", add_premise("Rain"), operation="x")
    assert [event.type for event in outcome.events] == ["PremiseAdded"]
    assert (outcome.refusal, outcome.repeated) == (None, False)
    assert await rooms.read("room") == outcome.room


async def test_a_room_that_is_none_is_read_as_none_and_refuses(rooms: Rooms, redis: Redis) -> None:
    assert await rooms.read("room") is None
    assert await rooms.act("room", add_premise("Rain"), operation="x") == Outcome(
        None, refusal=no.NoSuchRoom()
    )
    assert await redis.keys("*{room}*") == []


async def test_a_deleted_room_refuses_an_old_button(rooms: Rooms, store: RoomStore) -> None:
    room = await with_takes(rooms)
    await store.delete("room")
    outcome = await rooms.act("room", adopt(1, 0, seen=room.revision), operation="late")
    assert outcome == Outcome(None, refusal=no.NoSuchRoom())


async def test_the_same_operation_again_changes_nothing(rooms: Rooms, store: RoomStore) -> None:
    await acted(rooms, open_room())
    first = await rooms.act("room", add_premise("Rain"), operation="x")
    second = await rooms.act("room", add_premise("Rain"), operation="x")
    assert second == Outcome(first.room, repeated=True)
    await check_log(store)


async def test_a_refusal_leaves_no_trace(rooms: Rooms, store: RoomStore) -> None:
    room = await acted(rooms, open_room())
    outcome = await rooms.act("room", add_premise("\u200b"), operation="x")
    assert outcome == Outcome(room, refusal=no.NoWords())
    assert not (await store.load("room", operation="x")).repeated
    assert [entry.operation async for entry in store.log("room")] == ["op0"]


async def test_asking_for_what_already_is_changes_nothing(rooms: Rooms) -> None:
    room = await acted(rooms, open_room(), PlaceBoard(at=2, message="m"))
    assert await rooms.act("room", PlaceBoard(at=3, message="m"), operation="x") == Outcome(room)


async def test_every_way_of_asking_puts_its_round_in_the_outbox(parts: Parts, redis: Redis) -> None:
    rooms = parts.rooms
    room = await with_takes(rooms)
    await rooms.act("room", adopt(1, 0, seen=room.revision), operation="adopt")
    await rooms.act("room", AskAgain(at=6, by=BO, round=1, seed=1), operation="again")
    await rooms.act("room", WriteNote(at=7, by=BO, text="Darker", seed=2), operation="note")
    stored: Any = await redis.hgetall(KEYS.room("room").outbox)
    assert {key: decode(job)["round"] for key, job in stored.items()} == {
        b"room:1": 1,
        b"room:2": 2,
        b"room:3": 3,
    }
    assert await parts.relay.sweep() == 3


async def test_a_round_that_was_refused_or_repeated_is_not_asked_for(parts: Parts) -> None:
    rooms = parts.rooms
    await acted(rooms, open_room())
    await rooms.act("room", ask_round(), operation="x")
    assert await parts.relay.sweep() == 0
    await rooms.act("room", add_premise("Rain"), operation="y")
    await rooms.act("room", ask_round(), operation="z")
    await rooms.act("room", ask_round(), operation="z")
    assert await parts.relay.sweep() == 1
    assert await parts.queue.waiting() == 1


async def test_a_running_relay_queues_a_round_as_soon_as_it_is_asked_for(parts: Parts) -> None:
    rooms = parts.rooms
    await acted(rooms, open_room(), add_premise("A well-digger"))
    relay = asyncio.create_task(parts.relay.run(), name="relay")
    await asyncio.sleep(0.05)  # its first look is over, and the next by itself would come in a second
    await rooms.act("room", ask_round(), operation="x")
    await parts.queue.wait(0.5)
    assert await parts.queue.waiting() == 1
    relay.cancel()
    with pytest.raises(asyncio.CancelledError):
        await relay


async def test_people_see_their_place_and_none_once_it_is_being_written(parts: Parts) -> None:
    rooms = parts.rooms
    await acted(rooms, open_room(), add_premise("A well-digger"), ask_round(), ask_round())
    assert [place and place.before for place in await _places(rooms)] == [0, 1]
    await parts.queue.lease()
    assert [place and place.before for place in await _places(rooms)] == [None, 0]


async def test_a_round_that_the_queue_lost_is_queued_again_when_somebody_looks(
    parts: Parts, redis: Redis
) -> None:
    await acted(parts.rooms, open_room(), add_premise("A well-digger"), *[ask_round()] * OPEN_ROUNDS_LIMIT)
    await parts.relay.deliver("room")
    await redis.delete(*KEYS.queue.all)
    assert await parts.rooms.queued("room", 2) is not None
    assert await parts.queue.waiting() == OPEN_ROUNDS_LIMIT
    await redis.delete(*KEYS.queue.all)
    outcome = await parts.rooms.act("room", ask_round(), operation="one too many")
    assert isinstance(outcome.refusal, no.TooManyRounds)
    assert await parts.queue.waiting() == OPEN_ROUNDS_LIMIT, "or nobody would ever write here again"
    room = await parts.rooms.read("room")
    assert room is not None
    assert await parts.rooms.requeue(room) == 0
    lease = await parts.queue.lease()
    assert lease is not None
    assert (lease.guild, lease.job.asked_by, lease.job.cost > 0) == (room.guild, ANA.id, True)


async def _places(rooms: Rooms) -> list[Place | None]:
    return [await rooms.queued("room", number) for number in (1, 2)]


async def test_everything_that_happened_can_be_read_and_replays_to_the_room(rooms: Rooms) -> None:
    room = await with_takes(rooms)
    assert replay(await rooms.events("room")) == room
    assert await rooms.events("nowhere") == []


async def test_an_operation_of_several_steps_is_claimed_by_one_until_it_is_let_go(rooms: Rooms) -> None:
    assert [await rooms.claim("op"), await rooms.claim("op")] == [True, False]
    await rooms.unclaim("op")
    assert await rooms.claim("op")


@pytest.mark.parametrize(
    "command", [add_premise("Rain"), ask_round(), WithdrawPremise(at=3, by=ANA, premise=1)]
)
async def test_an_operation_takes_two_round_trips(rooms: Rooms, redis: Redis, command: Command) -> None:
    await acted(rooms, open_room(), add_premise("A well-digger"))
    before = await packets(redis)
    outcome = await rooms.act("room", command, operation="x", guild="guild")
    assert outcome.events
    assert await packets(redis) - before == 2 + 1, "read, append, and the INFO that counts"


async def test_a_refused_or_repeated_operation_takes_one_round_trip(rooms: Rooms, redis: Redis) -> None:
    await acted(rooms, open_room(), add_premise("A well-digger"))
    for command, operation in ((add_premise(""), "x"), (add_premise("A well-digger"), "op1")):
        before = await packets(redis)
        await rooms.act("room", command, operation=operation)
        assert await packets(redis) - before == 1 + 1


async def packets(redis: Redis) -> int:
    """How often the server read from a socket: once a trip."""
    info: Any = await redis.info("stats")
    count: int = info["total_reads_processed"]
    return count


async def test_redis_away_is_said_so_and_nothing_is_lost(
    embedded_redis: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running(embedded_redis.binary, tmp_path_factory.mktemp("away")) as own:
        client = connect(own.url)
        parts = parts_on(client)
        store, rooms = parts.store, parts.rooms
        room = await with_takes(rooms)
        own.kill()
        with pytest.raises(StoreUnavailable):
            await rooms.act("room", add_premise("Rain"), operation="rain")
        with pytest.raises(StoreUnavailable):
            await rooms.read("room")
        own.start()
        assert await rooms.read("room") == room
        again = await rooms.act("room", add_premise("Rain"), operation="rain")
        assert [event.type for event in again.events] == ["PremiseAdded"]
        await check_log(store)
        await client.aclose()


async def test_an_append_whose_reply_is_lost_is_made_once(redis: Redis, embedded_redis: RedisServer) -> None:
    async with cutting_wire(embedded_redis.port) as wire:
        client = connect(f"redis://127.0.0.1:{wire.port}/0")
        rooms = parts_on(client).rooms
        await acted(rooms, open_room())
        wire.cut = b"EVALSHA"
        outcome = await rooms.act("room", add_premise("Rain"), operation="rain")
        assert wire.lost == 1
        assert outcome.room is not None
        assert [premise.text for premise in outcome.room.premises] == ["Rain"]
        again = await rooms.act("room", add_premise("Rain"), operation="rain")
        assert again == Outcome(outcome.room, repeated=True)
        assert outcome.room.revision == 2
        await client.aclose()
    assert await parts_on(redis).rooms.read("room") == outcome.room

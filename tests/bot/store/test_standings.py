"""Long rooms, of which a process reads only what it does not know: whoever reads sees what is there."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.errors import StoreError
from bot.rooms import Rooms
from bot.store import Queue, Relay, RoomStore, Stale, connect
from bot.store.codec import decode
from bot.store.schema import SCHEMA, Schema
from bot.store.standings import WHOLE, Standing, Standings
from bot.story import Room, decide, replay
from bot.story.commands import PlaceBoard
from bot.story.refusals import Refusal
from tests.bot.building import add_premise, after, ask_round, open_room, record_take
from tests.bot.store.conftest import EMBEDDED, KEYS
from tests.redis_server import running

ROOM_KEYS = KEYS.room("room")
ALONE_AND_CLUSTER = pytest.mark.parametrize("server", ["valkey", "cluster"], indirect=True)


def process(redis: Redis, schema: Schema | None = None) -> Rooms:
    """The rooms as one process has them."""
    store = RoomStore(redis, keys=KEYS, days=1, schema=schema or SCHEMA)
    queue = Queue(redis, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: "token")
    return Rooms(store, queue, Relay(redis, queue, keys=KEYS))


async def lives(rooms: Rooms, events: int, *, first: int = 0) -> None:
    for number in range(first, first + events):
        command = PlaceBoard(at=number, message=f"m{number}") if number else open_room()
        await rooms.act("room", command, operation=f"op{number}")


def written_log(folder: Path) -> Path:
    """The file into which a server writes what changes."""
    return next(folder.glob("appendonlydir/*.incr.aof"))


async def lag(redis: Redis) -> int:
    """How many events the snapshot lies behind."""
    state: Any = await redis.hmget(ROOM_KEYS.state, ["revision", "at", "snapshot"])
    revision, at, snapshot = state
    assert decode(snapshot)["revision"] == int(at)
    return int(revision) - int(at)


async def test_a_short_rooms_snapshot_is_written_with_every_change(redis: Redis) -> None:
    await lives(process(redis), WHOLE)
    assert await lag(redis) == 0


@ALONE_AND_CLUSTER
async def test_many_processes_on_one_long_room_see_what_each_of_them_does(redis: Redis) -> None:
    random.seed(7)
    processes = [process(redis) for _ in range(3)]
    await lives(processes[0], WHOLE)
    expected = await processes[0].read("room")
    most = 0
    for number in range(150):
        rooms = process(redis) if number % 40 == 39 else random.choice(processes)
        command = add_premise(f"Card {number}")
        decision = decide(expected, command)
        assert not isinstance(decision, Refusal)
        expected = replay(decision, expected)
        outcome = await rooms.act("room", command, operation=f"card{number}")
        assert outcome.room == expected
        most = max(most, await lag(redis))
    assert 0 < most <= 16
    for rooms in (*processes, process(redis)):
        assert await rooms.read("room") == expected
        assert replay(await rooms.events("room")) == expected
        assert (await rooms.act("room", command, operation="card3")).repeated


@ALONE_AND_CLUSTER
async def test_a_history_that_a_failover_replaced_is_noticed(redis: Redis) -> None:
    one, other = process(redis), process(redis)
    await lives(one, WHOLE + 10)
    keys = (ROOM_KEYS.events, ROOM_KEYS.state, ROOM_KEYS.operations)
    replica = {key: await redis.dump(key) for key in keys}
    await lives(one, 3, first=WHOLE + 10)
    for key, stored in replica.items():
        assert stored is not None
        await redis.restore(key, 0, stored, replace=True)
    for number in range(3):  # the same revision, and another history
        await other.act("room", add_premise(f"Card {number}"), operation=f"new{number}")
    found = await one.read("room")
    assert found is not None
    assert len(found.premises) == 3
    assert found == await process(redis).read("room")


@ALONE_AND_CLUSTER
@pytest.mark.parametrize("events", [3, WHOLE + 10])
async def test_nothing_is_decided_on_a_history_that_a_failover_replaced(redis: Redis, events: int) -> None:
    one, other = process(redis), process(redis)
    await lives(one, events)
    replica = {key: await redis.dump(key) for key in (ROOM_KEYS.events, ROOM_KEYS.state)}
    await lives(one, 1, first=events)
    seen = await one.read("room")
    for key, stored in replica.items():
        assert stored is not None
        await redis.restore(key, 0, stored, replace=True)
    await other.act("room", add_premise("Meanwhile"), operation="new")
    assert seen is not None
    decision = decide(seen, add_premise("Late"))
    assert not isinstance(decision, Refusal)
    late = after(seen, add_premise("Late"))
    result = await one._store.append(late, seen=seen.revision, operation="late", events=decision)
    assert result == Stale(await other.read("room"))


async def test_a_stale_append_to_a_long_room_brings_the_room_as_it_is(redis: Redis) -> None:
    one, other = process(redis), process(redis)
    await lives(one, WHOLE + 5)
    seen = await one.read("room")
    await lives(other, 2, first=WHOLE + 5)
    assert seen is not None
    late = after(seen, add_premise("Late"))
    decision = decide(seen, add_premise("Late"))
    assert not isinstance(decision, Refusal)
    result = await one._store.append(late, seen=seen.revision, operation="late", events=decision)
    assert result == Stale(await other.read("room"))


async def test_a_room_that_was_deleted_and_opened_again_is_not_the_one_before(redis: Redis) -> None:
    one, other = process(redis), process(redis)
    await lives(one, WHOLE + 5)
    await other._store.delete("room")
    assert await one.read("room") is None
    await lives(other, WHOLE + 5)
    assert await one.read("room") == await other.read("room")


async def test_a_newer_program_writes_a_long_rooms_snapshot_anew(redis: Redis) -> None:
    older = process(redis)
    await lives(older, WHOLE + 5)
    assert await lag(redis) > 0

    def rename(stored: dict[str, Any]) -> dict[str, Any]:
        return {**stored, "guild": "renamed"} if "guild" in stored else stored

    newer = process(redis, Schema(snapshots=[rename], events=[rename]))
    assert (await newer.read("room") or Room).guild == "renamed"
    await lives(newer, 1, first=WHOLE + 5)
    assert await lag(redis) == 0
    assert (await newer.read("room") or Room).guild == "renamed"


def test_the_rooms_that_are_known_are_bounded_by_their_events() -> None:
    room = after(None, open_room())
    known = Standings()
    for number in range(30):
        long = room.model_copy(update={"id": f"room{number}", "revision": 9_000})
        known.keep(Standing(long, b"chain", 9_000, 1))
    assert [number for number in range(30) if known.find(f"room{number}")] == list(range(25, 30))
    known.keep(Standing(room, b"chain", 1, 1))
    assert known.find(room.id) is None, "a short one is read whole"


async def test_a_process_outlives_a_lost_second_after_which_rounds_are_what_it_never_knew(
    tmp_path: Path,
) -> None:
    with running(EMBEDDED, tmp_path, "--appendfsync", "always") as server:
        redis = connect(server.url)
        one, other = process(redis), process(redis)
        await lives(one, WHOLE + 16)
        await other.read("room")
        log = written_log(tmp_path)
        size = log.stat().st_size
        await lives(one, 2, first=WHOLE + 16)
        server.kill()
        with log.open("r+b") as file:
            file.truncate(size)
        server.start()
        for number, command in enumerate((add_premise("Mira"), ask_round(), record_take(1, 0))):
            await other.act("room", command, operation=f"new{number}")
        assert await one.read("room") == await process(redis).read("room")
        assert (await one.act("room", record_take(1, 1), operation="more")).events
        await redis.aclose()


@ALONE_AND_CLUSTER
async def test_a_snapshot_that_does_not_meet_its_log_is_no_room(redis: Redis) -> None:
    rooms = process(redis)
    await lives(rooms, WHOLE + 10)
    right = await rooms.read("room")
    at = int(await redis.hget(ROOM_KEYS.state, "at") or 0)
    await redis.hset(ROOM_KEYS.state, "at", at - 1)  # the tail begins within the snapshot
    with pytest.raises(StoreError, match=f"give revision {WHOLE + 11}, not {WHOLE + 10}"):
        await process(redis).read("room")
    await redis.hset(ROOM_KEYS.state, "at", at)
    await redis.xdel(ROOM_KEYS.events, f"{WHOLE + 10}-0")
    with pytest.raises(StoreError, match=f"give revision {WHOLE + 9}, not"):
        await process(redis).read("room")
    assert await rooms.read("room") == right, "whoever knows it already needs no tail"

"""A room in Redis: appended to once an operation, refused when stale, read back as it was."""

from __future__ import annotations

from typing import Any

import pytest
from redis.asyncio import Redis
from redis.asyncio.cluster import RedisCluster

from bot.errors import NewerSchema, StoreUnavailable
from bot.store import Appended, Job, Repeated, RoomStore, Stale, connect
from bot.store.codec import decode
from bot.store.schema import Schema
from bot.story import Room, decide, evolve, replay
from bot.story.commands import Command
from bot.story.events import Event
from bot.story.refusals import Refusal
from tests.bot.building import add_premise, ask_round, open_room, record_take
from tests.bot.store.conftest import EVERYWHERE, KEYS
from tests.redis_server import RedisServer, running

pytestmark = EVERYWHERE


def events_of(room: Room | None, command: Command) -> tuple[Event, ...]:
    decision = decide(room, command)
    assert not isinstance(decision, Refusal)
    return decision


async def opened(store: RoomStore) -> Room:
    events = events_of(None, open_room())
    room = evolve(None, events[0])
    assert await store.append(room, seen=0, operation="open", events=events) == Appended()
    return room


async def test_a_room_is_read_back_as_it_was_appended(store: RoomStore) -> None:
    room = await opened(store)
    assert (await store.load("room")).room == room


async def test_an_unknown_room_is_none(store: RoomStore) -> None:
    assert (await store.load("nowhere", operation="x")).room is None


async def test_an_operation_sent_twice_takes_effect_once(store: RoomStore) -> None:
    room = await opened(store)
    events = events_of(room, add_premise("A well-digger"))
    changed = evolve(room, events[0])
    first = await store.append(changed, seen=1, operation="op", events=events)
    second = await store.append(changed, seen=1, operation="op", events=events)
    assert (first, second) == (Appended(), Repeated(changed))
    assert (await store.load("room", operation="op")).repeated
    assert [entry.operation async for entry in store.log("room")] == ["open", "op"]


async def test_an_append_to_a_room_that_moved_on_is_stale_and_brings_the_room(store: RoomStore) -> None:
    room = await opened(store)
    first = events_of(room, add_premise("A well-digger"))
    changed = evolve(room, first[0])
    await store.append(changed, seen=1, operation="a", events=first)
    late = events_of(room, add_premise("A dry valley"))
    assert await store.append(evolve(room, late[0]), seen=1, operation="b", events=late) == Stale(changed)
    assert (await store.load("room")).room == changed


async def test_the_log_replays_to_the_snapshot_over_several_pages(store: RoomStore) -> None:
    room = await opened(store)
    for number in range(12):
        events = events_of(room, add_premise(f"Character {number} 井"))
        room = evolve(room, events[0])
        await store.append(room, seen=room.revision - 1, operation=f"op{number}", events=events)
    entries = [entry async for entry in store.log("room", page=5)]
    assert [entry.revision for entry in entries] == list(range(1, 14))
    assert replay(entry.event for entry in entries) == room


async def test_a_round_is_in_the_outbox_with_its_event(store: RoomStore, redis: Redis) -> None:
    room = await opened(store)
    events = events_of(room, add_premise("A well-digger"))
    job = Job(room="room", round=1, guild="guild", asked_at=3)
    await store.append(evolve(room, events[0]), seen=1, operation="op", events=events, jobs=[job])
    stored: Any = await redis.hgetall(KEYS.room("room").outbox)
    assert {key: decode(value) for key, value in stored.items()} == {b"room:1": job.model_dump()}


async def test_every_write_slides_the_expiry_of_every_key(store: RoomStore, redis: Redis) -> None:
    room = await opened(store)
    keys = KEYS.room("room")
    for key in (keys.events, keys.state, keys.operations):
        await redis.pexpire(key, 1000)
    events = events_of(room, add_premise("A well-digger"))
    await store.append(evolve(room, events[0]), seen=1, operation="op", events=events)
    for key in (keys.events, keys.state, keys.operations):
        assert await redis.pttl(key) > 80_000_000


async def test_an_operation_takes_two_round_trips(store: RoomStore, redis: Redis) -> None:
    room = await opened(store)
    await store.load("room")  # a server that just began has the script sent whole, once
    events = events_of(room, add_premise("A well-digger"))
    before = await trips(redis)
    await store.load("room", operation="op", asks=True)
    await store.append(evolve(room, events[0]), seen=1, operation="op", events=events)
    reads, _ = before
    # Reads from the socket count the packets: one a trip, and one for the INFO that counts them.
    assert (await trips(redis))[0] - reads == 2 + 1


async def test_a_redis_that_forgot_every_script_is_sent_each_once(store: RoomStore, redis: Redis) -> None:
    room = await opened(store)
    client: Any = redis
    everywhere = {"target_nodes": "primaries"} if isinstance(client, RedisCluster) else {}
    await client.execute_command("SCRIPT FLUSH", **everywhere)
    events = events_of(room, add_premise("A well-digger"))
    for sent_whole in (2, 0):
        await client.execute_command("CONFIG RESETSTAT", **everywhere)
        loaded = await store.load("room", operation="op", asks=True, due=(7,))
        assert loaded.room is not None
        assert loaded.room.revision >= 1
        await store.append(evolve(room, events[0]), seen=1, operation="op", events=events)
        assert await evals(redis) == sent_whole
    assert await redis.zscore(KEYS.queue.due, "room:7") == 7
    assert await redis.zscore(KEYS.queue.outboxes, "room") is not None
    assert [entry.operation async for entry in store.log("room")] == ["open", "op"]


async def evals(redis: Redis) -> int:
    """How many scripts were sent whole."""
    info: Any = redis.info("commandstats", **node_of_the_room(redis))
    return int((await info).get("cmdstat_eval", {"calls": 0})["calls"])


def node_of_the_room(redis: Redis) -> dict[str, Any]:
    client: Any = redis
    return {"target_nodes": client.get_node_from_key("{room}")} if isinstance(client, RedisCluster) else {}


async def trips(redis: Redis) -> tuple[int, int]:
    # Of a cluster, the node that has the room; what lies elsewhere is asked for in the same moment.
    asked: Any = redis.info("stats", **node_of_the_room(redis))
    info = await asked
    return info["total_reads_processed"], info["total_writes_processed"]


async def test_a_room_of_a_newer_version_is_refused_and_untouched(store: RoomStore, redis: Redis) -> None:
    room = await opened(store)
    newer = Schema(snapshots=[dict], events=[dict])
    events = events_of(room, add_premise("A well-digger"))
    ahead = RoomStore(redis, keys=KEYS, days=1, schema=newer)
    changed = evolve(room, events[0])
    assert await ahead.append(changed, seen=1, operation="new", events=events) == Appended()
    with pytest.raises(NewerSchema):
        await store.load("room")
    with pytest.raises(NewerSchema):
        await store.append(changed, seen=2, operation="old", events=events)
    with pytest.raises(NewerSchema):
        _ = [entry async for entry in store.log("room")]
    assert (await ahead.load("room")).room == changed


async def test_an_older_room_is_lifted_as_it_is_read(store: RoomStore, redis: Redis) -> None:
    room = await opened(store)

    def rename(stored: dict[str, Any]) -> dict[str, Any]:
        return {**stored, "guild": stored["guild"] + "-renamed"}

    lifted = RoomStore(redis, keys=KEYS, days=1, schema=Schema(snapshots=[rename], events=[rename]))
    found = (await lifted.load("room")).room
    assert found == room.model_copy(update={"guild": "guild-renamed"})
    assert replay([entry.event async for entry in lifted.log("room")]) == found


async def test_a_deleted_room_is_gone(store: RoomStore) -> None:
    await opened(store)
    assert await store.delete("room")
    assert (await store.load("room")).room is None


async def test_an_operation_is_claimed_by_one(store: RoomStore) -> None:
    assert [await store.claim("op"), await store.claim("op")] == [True, False]
    await store.unclaim("op")
    assert await store.claim("op")


async def test_redis_away_is_said_so_and_nothing_is_lost(
    server: RedisServer, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with running(server.binary, tmp_path_factory.mktemp("away"), "--appendfsync", "always") as own:
        client = connect(own.url)
        store = RoomStore(client, keys=KEYS, days=1)
        room = await opened(store)
        own.kill()
        with pytest.raises(StoreUnavailable):
            await store.load("room")
        own.start()
        assert (await store.load("room")).room == room
        await client.aclose()


async def test_long_texts_are_kept_whole(store: RoomStore) -> None:
    text = "井 " * 4000
    done = await opened(store)
    events: list[Event] = []
    for command in (add_premise("A well-digger"), ask_round(takes=1), record_take(1, 0, text)):
        made = events_of(done, command)
        events += made
        for event in made:
            done = evolve(done, event)
    await store.append(done, seen=1, operation="op", events=events)
    found = (await store.load("room")).room
    assert found is not None
    assert found.rounds[0].takes[0].text == text

"""Old events go to the archive and come back, and a room does not notice."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.errors import ArchiveMissing, NewerSchema
from bot.rooms import Rooms
from bot.store import Archive, Archiver, Back, DueStore, Kept, Mark, Queue, Relay, RoomStore
from bot.store.codec import decode
from bot.store.jobs import job_of
from bot.store.log import Entry
from bot.store.schema import Schema
from bot.story import Room, replay
from bot.story.ballots.ballot import Sheet
from bot.story.commands import AddPremise, AskLight, AskRound, CastVote, OpenBallot, PinCard
from tests.bot.building import ANA, BO, add_premise, adopt, ask_round, open_room, record_take
from tests.bot.store.conftest import KEYS

pytestmark = pytest.mark.parametrize("server", ["valkey", "cluster"], indirect=True)
ROOM_KEYS = KEYS.room("room")
EVENTS = 120


class House:
    """A room with its archive, as the processes have them."""

    def __init__(self, redis: Redis, folder: Path) -> None:
        self.redis = redis
        self.folder = folder
        self.archiver = Archiver(redis, Archive(folder), keys=KEYS, days=1)
        self.store = RoomStore(redis, keys=KEYS, days=1, archive=Archive(folder))
        queue = Queue(redis, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: "token")
        self.rooms = Rooms(self.store, queue, Relay(redis, queue, keys=KEYS))

    async def lives(self, events: int = EVENTS, first: int = 0) -> None:
        """So many events."""
        for number in range(first, first + events):
            command = add_premise(f"Card {number}") if number else open_room()
            await self.rooms.act("room", command, operation=f"op{number}")

    async def log(self, store: RoomStore | None = None) -> list[Entry]:
        return [entry async for entry in (store or self.anew()).log("room", page=50)]

    async def room(self) -> Room | None:
        """The room as a process sees it that knows nothing yet."""
        return (await self.anew().load("room")).room

    def anew(self) -> RoomStore:
        return RoomStore(self.redis, keys=KEYS, days=1, archive=Archive(self.folder))


@pytest.fixture
async def house(redis: Redis, tmp_path: Path) -> House:
    house = House(redis, tmp_path / "archive")
    await house.lives()
    return house


async def test_a_room_is_what_it_was_and_so_is_its_log(house: House) -> None:
    room, log = await house.room(), await house.log()
    done = await house.archiver.archive("room", Kept(events=20))
    # The snapshot of a long room lags a little, and what lies behind it stays.
    assert 80 <= done.taken_out <= EVENTS - 20
    assert done.written == done.taken_out
    assert await house.redis.xlen(ROOM_KEYS.events) == EVENTS - done.taken_out
    assert await house.room() == room
    assert await house.log() == log
    await house.lives(30, first=EVENTS)
    assert (await house.log())[:EVENTS] == log
    assert replay(entry.event for entry in await house.log()) == await house.room()


async def test_base_and_what_is_left_of_the_log_give_the_room(house: House) -> None:
    await house.archiver.archive("room", Kept(events=20))
    base = await house.redis.hget(ROOM_KEYS.state, "base")
    left = await RoomStore(house.redis, keys=KEYS, days=1).load("room")
    raws: Any = await house.redis.xrange(ROOM_KEYS.events)
    events = [entry.event for entry in await house.log()][-len(raws) :]
    assert replay(events, Room.model_validate(decode(base))) == left.room  # type: ignore[arg-type]  # bytes


async def test_without_the_archive_it_is_said_what_is_missing_and_the_room_works(
    house: House, tmp_path: Path
) -> None:
    await house.archiver.archive("room", Kept(events=20))
    for store in (
        RoomStore(house.redis, keys=KEYS, days=1),
        RoomStore(house.redis, keys=KEYS, days=1, archive=Archive(tmp_path / "another")),
    ):
        with pytest.raises(ArchiveMissing, match=r"the first \d+ events of room room are in the archive"):
            await house.log(store)
        assert (await store.load("room")).room is not None
    await house.lives(1, first=EVENTS)


async def test_run_again_it_goes_on_and_elsewhere_it_refuses(house: House, tmp_path: Path) -> None:
    await house.archiver.archive("room", Kept(events=50))
    again = await house.archiver.archive("room", Kept(events=10))
    assert again.taken_out > 0
    assert (await house.archiver.archive("room", Kept(events=10))).taken_out == 0
    elsewhere = Archiver(house.redis, Archive(tmp_path / "another"), keys=KEYS, days=1)
    with pytest.raises(ArchiveMissing, match="another folder"):
        await elsewhere.archive("room", Kept(events=0))
    assert len(await house.log()) == EVENTS


async def test_two_at_once_and_people_at_the_same_time_do_no_harm(house: House) -> None:
    async def archives() -> None:
        for events in (90, 60, 30, 10):
            await Archiver(house.redis, Archive(house.folder), keys=KEYS, days=1).archive(
                "room", Kept(events=events)
            )

    await asyncio.gather(archives(), archives(), house.lives(30, first=EVENTS))
    log = await house.log()
    assert [entry.operation for entry in log] == [f"op{number}" for number in range(EVENTS + 30)]
    assert replay(entry.event for entry in log) == await house.room()


async def test_killed_anywhere_and_run_again_nothing_is_lost(house: House) -> None:
    log = await house.log()
    for number in range(1, 40):  # at each of its first waits, and long after them
        task = asyncio.ensure_future(house.archiver.archive("room", Kept(events=EVENTS - 2 * number)))
        for _ in range(number):
            await asyncio.sleep(0)
        await asyncio.sleep(number / 20_000)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert await house.log() == log
    await house.archiver.archive("room", Kept(events=20))
    assert await house.log() == log


async def test_a_log_that_changed_under_it_stays(house: House) -> None:
    found = await house.archiver._read("room")
    assert found is not None
    await house.redis.xdel(ROOM_KEYS.events, "7-0")
    assert await house.archiver._take_out("room", found, 20) == 0
    assert await house.redis.xlen(ROOM_KEYS.events) == EVENTS - 1


async def test_archived_events_come_back(house: House) -> None:
    room, log = await house.room(), await house.log()
    done = await house.archiver.archive("room", Kept(events=20))
    assert await house.archiver.back("room") == Back(done.taken_out)
    assert await house.archiver.back("room") == Back()
    assert await house.log(RoomStore(house.redis, keys=KEYS, days=1)) == log
    assert await house.room() == room
    assert not await house.redis.exists(ROOM_KEYS.gathered)
    await house.lives(5, first=EVENTS)
    assert (await house.archiver.archive("room", Kept(events=20))).taken_out > 0
    assert len(await house.log()) == EVENTS + 5


async def test_a_room_is_written_whole_before_it_is_forgotten_and_comes_back(house: House) -> None:
    room, log = await house.room(), await house.log()
    await house.archiver.archive("room", Kept(events=20, whole_below=2 * 86_400_000))
    await house.store.delete("room")
    assert await house.room() is None
    assert await house.archiver.back("room") == Back(EVENTS, forgotten=True)
    assert await house.room() == room
    assert await house.log(RoomStore(house.redis, keys=KEYS, days=1)) == log
    assert await house.redis.pttl(ROOM_KEYS.state) > 80_000_000
    assert (await house.rooms.act("room", add_premise("Card 9"), operation="op9")).repeated
    await house.lives(3, first=EVENTS)
    assert len(await house.log()) == EVENTS + 3


async def test_what_was_open_in_a_forgotten_room_goes_on(house: House) -> None:
    now, hour = time.time_ns() // 1_000_000, 3_600_000
    await house.store.delete("room")
    commands = (
        *(open_room(), add_premise("A well-digger")),
        *(ask_round(takes=1), record_take(1, 0), adopt(1, 0)),
        *(ask_round(takes=2), record_take(2, 0, "Her well."), record_take(2, 1, "Another well.")),
        OpenBallot(at=now, by=ANA, round=2, seed=1, deadline=now + hour),
        CastVote(at=now, by=BO, ballot=1, sheet=Sheet(order=(0, 1))),
        AskLight(at=now - 2 * hour, by=ANA, quorum=2, deadline=now - hour),  # over before the room is back
        AskRound(at=now, by=ANA, takes=1, seed=7),
    )
    for number, command in enumerate(commands):
        assert (await house.rooms.act("room", command, operation=f"again{number}")).events, command
    await house.archiver.archive("room", Kept(events=0))
    room = await house.room()
    assert room is not None
    await house.redis.delete(*ROOM_KEYS.all)
    for key in (*KEYS.queue.all, KEYS.queue.outboxes, KEYS.queue.due):
        await house.redis.delete(key)

    done = await house.archiver.back("room")
    assert done == Back(room.revision, forgotten=True, rounds=1, votes_lost=1)
    assert await house.room() == room
    assert await house.redis.pttl(ROOM_KEYS.state) == -1, "it is in use"
    relay, queue = house.rooms._relay, house.rooms._queue
    assert await relay.sweep() == 1
    leased = await queue.lease()
    assert leased is not None
    assert leased.job == job_of(room, room.open_rounds[0], asked_at=now)
    due = DueStore(house.redis, keys=KEYS)
    assert await due.due(now) == [], "whoever looked before the room is back would take the mark away"
    soon, later = await due.due(now + hour)
    assert (soon.room, later) == ("room", Mark("room", now + hour))
    assert soon.at < now + 120_000


async def test_a_forgotten_room_that_comes_back_to_a_newer_program_is_lifted_once(house: House) -> None:
    def lift(stored: dict[str, Any]) -> dict[str, Any]:
        return {**stored, "guild": stored["guild"] + "+"} if "guild" in stored else stored

    newer = Schema(snapshots=[lift], events=[lift])
    await house.archiver.archive("room", Kept(events=0, whole_below=2 * 86_400_000))
    await house.store.delete("room")
    archive = Archive(house.folder)
    await Archiver(house.redis, archive, keys=KEYS, days=1, schema=newer).back("room")
    store = RoomStore(house.redis, keys=KEYS, days=1, schema=newer)
    room = (await store.load("room")).room
    assert room is not None
    assert room.guild == "guild+"
    assert replay([entry.event for entry in await house.log(store)]) == room


async def test_what_is_in_neither_is_said(house: House) -> None:
    with pytest.raises(ArchiveMissing, match="neither in Redis nor in"):
        await house.archiver.back("elsewhere")
    assert (await house.archiver.archive("elsewhere", Kept(events=0))).left == "it is not in Redis"


async def test_only_what_is_old_enough_goes(house: House) -> None:
    now = time.time_ns() // 1_000_000
    done = await house.archiver.archive("room", Kept(events=0, since=2))
    assert done.taken_out == 1, "only the opening was before"
    late = AddPremise(at=now, by=ANA, kind="character", text="Late")
    await house.rooms.act("room", late, operation="late")
    await house.lives(40, first=EVENTS)
    await house.archiver.archive("room", Kept(events=0, since=now - 1000))
    assert await house.redis.xlen(ROOM_KEYS.events) >= 41


async def test_every_room_is_found_whatever_its_prefix_has_beside_it(house: House, redis: Redis) -> None:
    await redis.set("test:{x", "no room")
    await house.rooms.act("second", open_room("second"), operation="second")
    assert sorted([room async for room in house.archiver.rooms()]) == ["room", "second"]


async def test_a_newer_programs_room_is_left_alone(house: House) -> None:
    newer = RoomStore(house.redis, keys=KEYS, days=1, schema=Schema(snapshots=[dict], events=[dict]))
    room = (await newer.load("room")).room
    assert room is not None
    pinned = PinCard(at=9, by=ANA, premise=1, pinned=True)
    await Rooms(newer, house.rooms._queue, house.rooms._relay).act("room", pinned, operation="newer")
    with pytest.raises(NewerSchema):
        await house.archiver.archive("room", Kept(events=0))

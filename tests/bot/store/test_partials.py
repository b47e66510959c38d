"""What was streamed of unfinished takes: the latest lease's to write, and gone with the take or the round."""

from __future__ import annotations

from typing import Any

import pytest
from redis.asyncio import Redis

from bot.store import Job, Lease, Partial, PartialStore, RoomStore
from bot.store.keys import Keys
from bot.store.partials import Streamed
from bot.story.commands import Command, FailRound
from bot.story.decide import decide
from bot.story.evolve import replay
from bot.story.refusals import Refusal
from bot.story.room import Room
from tests.bot.building import add_premise, ask_round, open_room, record_take

KEYS = Keys("partials")


@pytest.fixture
def partials(redis: Redis) -> PartialStore:
    return PartialStore(redis, keys=KEYS, days=1)


@pytest.fixture
def rooms(redis: Redis) -> RoomStore:
    return RoomStore(redis, keys=KEYS, days=1)


def lease(attempt: int = 1, worker: str = "a", round_number: int = 1) -> Lease:
    job = Job(room="room", round=round_number, guild="guild", asked_at=1)
    return Lease(job=job, attempt=attempt, dead=False, token=worker)


def partial(*tokens: str) -> Partial:
    streamed = Streamed(asked="0" * 32, tokens=tokens, resumed=(1,), until=1.5)
    return Partial(prompt_sha256="0" * 64, model="a/model", streams=(streamed,), shown="".join(tokens))


async def append(rooms: RoomStore, room: Room | None, *commands: Command) -> Room:
    """The room after commands, each appended to its log."""
    for number, command in enumerate(commands):
        decision = decide(room, command)
        assert not isinstance(decision, Refusal)
        seen, room = (room.revision if room else 0), replay(decision, room)
        assert room is not None
        await rooms.append(room, seen=seen, operation=f"{seen}-{number}", events=decision)
    assert room is not None
    return room


async def fields(redis: Redis) -> list[bytes]:
    found: Any = redis.hkeys(KEYS.room("room").partials)
    return sorted(await found)


async def test_what_one_worker_kept_the_next_one_finds(partials: PartialStore) -> None:
    assert await partials.claim(lease()) == {}
    kept = {0: partial("The", " lamp"), 2: partial("河", "灯")}
    assert await partials.keep(lease(), kept)
    assert await partials.keep(lease(), {0: partial("The", " lamp", " burns")})

    assert await partials.claim(lease(2, "b")) == {**kept, 0: partial("The", " lamp", " burns")}
    assert await partials.claim(lease(1, "c", round_number=2)) == {}


async def test_whoever_lost_the_lease_overwrites_nothing(partials: PartialStore) -> None:
    await partials.claim(lease(1, "a"))
    await partials.keep(lease(1, "a"), {0: partial("old")})
    await partials.claim(lease(2, "b"))

    assert not await partials.keep(lease(1, "a"), {0: partial("old", " and", " longer")})
    assert await partials.claim(lease(1, "a")) == {0: partial("old")}  # a late one is told, and may not write
    assert not await partials.keep(lease(1, "a"), {0: partial("old", " again")})
    assert await partials.keep(lease(2, "b"), {0: partial("new")})


async def test_after_a_release_the_attempt_is_the_same_and_the_later_lease_counts(
    partials: PartialStore,
) -> None:
    await partials.claim(lease(1, "a"))
    await partials.claim(lease(1, "b"))

    assert not await partials.keep(lease(1, "a"), {0: partial("old")})
    assert await partials.keep(lease(1, "b"), {0: partial("new")})


async def test_a_take_that_is_recorded_takes_its_partial_along(
    redis: Redis, partials: PartialStore, rooms: RoomStore
) -> None:
    room = await append(rooms, None, open_room(), add_premise("Mara"), ask_round(takes=2))
    await partials.claim(lease())
    await partials.keep(lease(), {0: partial("a"), 1: partial("b")})
    room = await append(rooms, room, record_take(1, 0))
    assert await fields(redis) == [b"1", b"1:1"]

    await append(rooms, room, record_take(1, 1))
    assert await fields(redis) == []
    assert not await partials.keep(lease(), {1: partial("late")})
    assert await fields(redis) == []


async def test_a_round_that_ends_leaves_nothing_and_others_keep_theirs(
    redis: Redis, partials: PartialStore, rooms: RoomStore
) -> None:
    room = await append(rooms, None, open_room(), add_premise("Mara"), ask_round(), ask_round())
    for number in (1, 2):
        await partials.claim(lease(round_number=number))
        await partials.keep(lease(round_number=number), {0: partial("a"), 1: partial("b")})
    await append(rooms, room, FailRound(at=9, round=1, reason="cancelled"))

    assert await fields(redis) == [b"2", b"2:0", b"2:1"]
    assert not await partials.keep(lease(), {0: partial("late")})


async def test_what_a_late_worker_claimed_of_a_round_that_is_over_is_let_go_of(
    redis: Redis, partials: PartialStore
) -> None:
    await partials.claim(lease())
    await partials.keep(lease(), {0: partial("a")})
    await partials.forget(lease())

    assert await fields(redis) == []


async def test_a_room_that_goes_takes_all_of_it_along(
    redis: Redis, partials: PartialStore, rooms: RoomStore
) -> None:
    await append(rooms, None, open_room(), add_premise("Mara"), ask_round())
    await partials.claim(lease())
    await partials.keep(lease(), {0: partial("a")})
    assert 0 < await redis.pttl(KEYS.room("room").partials) <= 86_400_000

    await rooms.delete("room")
    assert await fields(redis) == []


async def test_what_another_version_kept_is_nothing(redis: Redis, partials: PartialStore) -> None:
    await partials.claim(lease())
    await partials.keep(lease(), {1: partial("a")})
    written: Any = redis.hset(KEYS.room("room").partials, "1:0", "{}")
    await written

    assert await partials.claim(lease(2, "b")) == {1: partial("a")}

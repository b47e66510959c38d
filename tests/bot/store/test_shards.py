"""Leases of shards on real servers: who has which, what a token is worth, and how a shard changes hands."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.errors import Fenced
from bot.store import Appended, RoomStore, ShardStore
from bot.store.shards import Beat, ShardLease, Stream
from bot.story import decide
from bot.story.refusals import Refusal
from tests.bot.building import add_premise, after, open_room
from tests.bot.store.conftest import KEYS

Make = Callable[..., ShardStore]


@pytest.fixture
def make(redis: Redis) -> Make:
    names = count(1)

    def make(count: int = 4, wanted: Sequence[int] | None = None, seconds: float = 10) -> ShardStore:
        name = f"gateway-{next(names)}"
        return ShardStore(redis, keys=KEYS, gateway=name, count=count, wanted=wanted, seconds=seconds)

    return make


def held(beat: Beat) -> list[ShardLease]:
    return list(beat.held.values())


def stream(seq: int) -> Stream:
    return Stream(id="a-stream", seq=seq, url="ws://127.0.0.1/")


async def test_gateways_share_the_shards_and_settle_whoever_comes_and_goes(make: Make) -> None:
    gateways = [make(count=5) for _ in range(3)]
    holding: dict[ShardStore, list[ShardLease]] = {}

    async def settle() -> list[int]:
        for _ in range(3):
            for gateway, leases in holding.items():
                beat = await gateway.beat(leases)
                surplus = sorted(beat.held)[beat.share :]
                await gateway.give([beat.held[each] for each in surplus], leaves=False)
                holding[gateway] = [lease for lease in held(beat) if lease.shard not in surplus]
        every = [lease.shard for leases in holding.values() for lease in leases]
        assert sorted(every) == [0, 1, 2, 3, 4]  # each once
        return [len(leases) for leases in holding.values()]

    holding[gateways[0]] = []
    assert await settle() == [5]
    holding[gateways[1]] = []
    assert await settle() == [3, 2]
    holding[gateways[2]] = []
    assert await settle() == [2, 2, 1]
    await gateways[0].give(holding.pop(gateways[0]), leaves=True)
    assert await settle() == [3, 2]


async def test_what_is_given_back_is_taken_at_once_with_its_stream_and_a_greater_token(make: Make) -> None:
    first, second = make(count=1), make(count=1)
    (lease,) = held(await first.beat([]))
    assert lease.stream is None
    assert held(await second.beat([])) == []
    for _ in range(3):  # both are told of each other's coming
        await second.wait()
    began = time.monotonic()
    waiting = asyncio.create_task(second.wait())
    await asyncio.sleep(0.05)
    assert await first.give([ShardLease(0, lease.token, stream(7))], leaves=True) == 1
    await waiting
    assert time.monotonic() - began < 0.5
    (taken,) = held(await second.beat([]))
    assert taken.stream == stream(7)
    assert taken.token > lease.token
    # Who gave it back, or lost it, changes nothing any more.
    assert await first.give([ShardLease(0, lease.token, stream(99))], leaves=False) == 0
    assert 0 not in (await first.beat([lease])).held
    (still,) = held(await second.beat([taken]))
    assert still == taken


async def test_a_gateway_that_falls_silent_loses_its_shards_and_is_told_so(make: Make) -> None:
    silent, other = make(count=2, seconds=0.3), make(count=2, seconds=0.3)
    before = await silent.beat([])
    assert set(before.held) == {0, 1}
    before_stream = [ShardLease(each.shard, each.token, stream(each.shard)) for each in held(before)]
    await silent.beat(before_stream)
    await asyncio.sleep(0.35)
    after = await other.beat([])
    assert {each.shard: each.stream for each in held(after)} == {0: stream(0), 1: stream(1)}
    assert all(after.held[each].token > before.held[each].token for each in (0, 1))
    assert (await silent.beat(before_stream)).held == {}


async def test_a_stream_that_discord_has_forgotten_is_given_to_nobody(make: Make, redis: Redis) -> None:
    gateway = make(count=1)
    (lease,) = held(await gateway.beat([]))
    assert await gateway.give([ShardLease(0, lease.token, stream(7))], leaves=True) == 1
    long_ago = str(time.time_ns() // 1_000_000 - 301_000)
    stored: Any = redis.hset(KEYS.gateways(1).shards, "stood:0", long_ago)
    await stored
    (taken,) = held(await make(count=1).beat([]))
    assert taken.stream is None


async def test_named_shards_are_had_by_one_gateway_at_a_time_and_others_are_left_alone(make: Make) -> None:
    old, new, rest = make(wanted=(1, 3)), make(wanted=(1, 3)), make(wanted=(0,))
    leases = held(await old.beat([]))
    assert [each.shard for each in leases] == [1, 3]
    assert held(await new.beat([])) == []
    assert [each.shard for each in held(await rest.beat([]))] == [0]
    await old.give(leases, leaves=True)
    assert set((await new.beat([])).held) == {1, 3}


async def test_tokens_grow_though_the_last_one_is_forgotten(make: Make, redis: Redis) -> None:
    (before,) = held(await make(count=1).beat([]))
    await redis.flushdb()
    await asyncio.sleep(0.005)
    (after,) = held(await make(count=1).beat([]))
    assert after.token > before.token


async def test_a_bucket_s_shards_identify_one_after_the_other(make: Make) -> None:
    one, other = make(), make()
    began = time.monotonic()
    await one.identify_turn(0, seconds=0.3)
    await one.identify_turn(1, seconds=0.3)
    assert time.monotonic() - began < 0.2
    await other.identify_turn(0, seconds=0.3)
    assert time.monotonic() - began >= 0.3


async def test_an_append_under_an_older_token_than_the_room_saw_is_refused_and_leaves_nothing(
    store: RoomStore,
) -> None:
    async def act(text: str, fence: int) -> None:
        room = (await store.load("room")).room
        events = decide(room, add_premise(text) if room else open_room())
        assert not isinstance(events, Refusal)
        now, seen = after(room, add_premise(text) if room else open_room()), room.revision if room else 0
        result = await store.append(now, seen=seen, operation=text, events=events, fence=fence)
        assert result == Appended()

    for text, fence in (("opening", 5), ("of the same gateway", 5), ("of a worker, which has no shard", 0)):
        await act(text, fence)
    with pytest.raises(Fenced):
        await act("late", 4)
    await act("of the gateway that took over", 6)
    with pytest.raises(Fenced):
        await act("of the one before", 5)
    kept = [entry.operation async for entry in store.log("room")]
    assert kept == [
        "opening",
        "of the same gateway",
        "of a worker, which has no shard",
        "of the gateway that took over",
    ]

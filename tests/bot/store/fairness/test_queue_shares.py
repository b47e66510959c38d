"""Shares, caps and room, one scene each; what holds in general is in `test_bounds.py`."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from itertools import count

import pytest
from redis.asyncio import Redis

from bot.store import Job, Lease, Queue
from bot.store.fairness.shares import DEFAULT, Shares
from tests.bot.store.conftest import EVERYWHERE, KEYS

pytestmark = EVERYWHERE

_numbers = count(1)


def job(guild: str = "a", room: str = "", person: str = "p", *, cost: int = 1000, tokens: int = 0) -> Job:
    return Job(
        room=room or f"{guild}-room",
        round=next(_numbers),
        guild=guild,
        asked_at=1,
        asked_by=person,
        cost=cost,
        tokens=tokens,
    )


@pytest.fixture
def shares(redis: Redis) -> Shares:
    return Shares(redis, keys=KEYS)


async def put(queue: Queue, *jobs: Job) -> list[Job]:
    for each in jobs:
        assert await queue.put(each)
    return list(jobs)


async def leased(queue: Queue, *, room: int | None = None, lends: bool = True) -> Lease:
    lease = await queue.lease(room=room, lends=lends)
    assert lease is not None
    return lease


async def written(queue: Queue, rounds: int) -> Sequence[Lease]:
    """So many rounds, one after the other."""
    leases = []
    for _ in range(rounds):
        leases.append(await leased(queue))
        await queue.finish(leases[-1])
    return leases


async def test_guilds_are_served_by_weight(queue: Queue, shares: Shares) -> None:
    await shares.change("b", {"weight": 3})
    await put(queue, *(job(guild) for guild in "ab" for _ in range(20)))
    served = Counter(lease.guild for lease in await written(queue, 16))
    assert served == {"a": 4, "b": 12}


async def test_a_cheap_guild_has_more_rounds_for_the_same(queue: Queue) -> None:
    await put(queue, *(job("dear", cost=4000) for _ in range(20)), *(job("cheap") for _ in range(20)))
    served = Counter(lease.guild for lease in await written(queue, 20))
    assert served == {"dear": 4, "cheap": 16}


async def test_what_was_not_used_is_given_back_and_what_was_used_beyond_is_charged(queue: Queue) -> None:
    await put(queue, *(job(guild) for guild in ("thrifty", "lavish") for _ in range(20)))
    served: Counter[str] = Counter()
    for _ in range(16):
        lease = await leased(queue)
        served[lease.guild] += 1
        await queue.finish(lease, used=500 if lease.guild == "thrifty" else 1500)
    assert served == {"thrifty": 12, "lavish": 4}


async def test_rooms_and_then_people_take_turns(queue: Queue) -> None:
    crowd = [job(room="crowded", person="loud") for _ in range(4)]
    await put(queue, *crowd, job(room="crowded", person="shy"), job(room="calm", person="shy"))
    order = [(lease.room, lease.job.asked_by) for lease in await written(queue, 6)]
    assert order[:3] == [("crowded", "loud"), ("calm", "shy"), ("crowded", "shy")]
    assert order[3:] == [("crowded", "loud")] * 3


async def test_the_last_place_is_lent_to_nobody(queue: Queue) -> None:
    await put(queue, *(job("loud", person=f"p{number}") for number in range(5)))
    assert {(await leased(queue, lends=False)).guild for _ in range(2)} == {"loud"}
    assert await queue.lease(lends=False) is None, "two in flight, and the place is kept"
    await put(queue, job("quiet"))
    assert (await leased(queue, lends=False)).guild == "quiet"
    assert (await leased(queue)).guild == "loud", "other places are lent while nobody else waits"


async def test_one_persons_second_round_waits_for_others_rounds(queue: Queue) -> None:
    await put(queue, job(person="ana"), job(person="ana"), job(person="bo"))
    people = [(await leased(queue)).job.asked_by for _ in range(3)]
    assert people == ["ana", "bo", "ana"]


async def test_caps_and_weights_hold_from_the_next_lease_on(queue: Queue, shares: Shares) -> None:
    await put(queue, *(job("loud", person=f"p{number}") for number in range(5)))
    for _ in range(2):
        await leased(queue, lends=False)
    assert await queue.lease(lends=False) is None
    await shares.change("loud", {"rounds": 3})
    await leased(queue, lends=False)
    assert await queue.lease(lends=False) is None
    await shares.change(DEFAULT, {"rounds": 1, "person_rounds": 0})
    await shares.change("loud", {"rounds": None})
    assert await queue.lease(lends=False) is None
    await shares.change(DEFAULT, {"rounds": 0})
    await leased(queue, lends=False)


async def test_a_paused_guild_waits_and_banks_nothing(queue: Queue, shares: Shares) -> None:
    await put(queue, *(job(guild) for guild in ("a", "b") for _ in range(20)))
    await shares.pause("a", paused=True)
    assert {lease.guild for lease in await written(queue, 8)} == {"b"}
    place = await queue.place("a-room", (await _first_waiting(queue, "a")))
    assert place is not None
    assert place.paused
    await shares.pause("a", paused=False)
    served = Counter(lease.guild for lease in await written(queue, 8))
    assert served == {"a": 4, "b": 4}


async def _first_waiting(queue: Queue, guild: str) -> int:
    one = job(guild)
    await queue.put(one)
    return one.round


async def test_a_round_waits_for_room_at_the_servers_and_small_ones_pass_it_eight_times(queue: Queue) -> None:
    await put(queue, job("busy", tokens=600))
    running = await leased(queue, room=1000)
    await put(queue, job("big", tokens=900), *(job("small", tokens=50) for _ in range(20)))
    passing = []
    while lease := await queue.lease(room=1000):
        passing.append(lease)
        await queue.finish(lease)
    assert [lease.guild for lease in passing] == ["small"] * 8, "then everything waits for it"
    await queue.finish(running)
    assert (await leased(queue, room=1000)).guild == "big"


async def test_a_round_larger_than_all_room_is_written_alone(queue: Queue) -> None:
    await put(queue, job("huge", tokens=5000))
    huge = await leased(queue, room=1000)
    await put(queue, job("small", tokens=50))
    assert await queue.lease(room=1000) is None
    await queue.finish(huge)
    assert (await leased(queue, room=1000)).guild == "small"


async def test_a_dead_workers_round_keeps_its_turn_and_is_charged_once(
    make_queue: Callable[..., Queue], shares: Shares
) -> None:
    queue = make_queue(lease_seconds=0.05)
    await put(queue, *(job(guild) for guild in ("a", "b") for _ in range(3)))
    lost = await leased(queue)
    await asyncio.sleep(0.08)
    again = await leased(queue)
    assert (again.job_id, again.attempt) == (lost.job_id, 2)
    (one, other) = (await shares.read()).guilds
    assert {one.ahead, other.ahead} == {0, 1000}


async def test_lines_that_disagree_end_no_lease(queue: Queue, redis: Redis) -> None:
    """Nothing of ours leaves them so; a lease that looked for ever would stop Redis for everybody."""
    one, _ = await put(queue, job(), job())
    await queue.release(await leased(queue))
    await redis.zrem(KEYS.queue.ready, one.id)
    await redis.zadd(KEYS.queue.people, {f"a-room\0{0:016}\0nobody": 0})
    await redis.zadd(KEYS.queue.rooms, {f"a\0{0:016}\0nowhere": 0})
    await redis.zadd(KEYS.queue.open, {"nothing waits": 0})
    assert len({lease.job_id for lease in await written(queue, 2)}) == 2
    assert await queue.lease() is None


async def test_a_lease_looks_at_so_many_guilds_and_the_next_goes_on(
    queue: Queue, redis: Redis, shares: Shares
) -> None:
    await redis.zadd(KEYS.queue.open, {f"idle{number}": 0 for number in range(1500)})
    await put(queue, job("last"))
    await redis.zadd(KEYS.queue.open, {"last": 1})
    assert await queue.lease() is None
    await queue.wait(5)  # it rings for whoever is to go on
    assert (await leased(queue)).guild == "last"
    assert (await shares.read()).flying == 1


async def test_many_workers_share_out_as_one(make_queue: Callable[..., Queue]) -> None:
    queue = make_queue()
    guilds = ("a", "b", "c", "d")
    await put(queue, *(job(guild, person=f"p{number}") for guild in guilds for number in range(30)))
    order: list[Lease] = []

    async def work() -> None:
        for _ in range(10):
            lease = await leased(queue)
            order.append(lease)
            await asyncio.sleep(0)
            await queue.finish(lease)

    workers: list[Coroutine[None, None, None]] = [work() for _ in range(8)]
    await asyncio.gather(*workers)
    assert len({lease.job_id for lease in order}) == 80
    assert set(Counter(lease.guild for lease in order).values()) <= {19, 20, 21}


async def test_a_guild_that_owes_nothing_is_forgotten(queue: Queue, redis: Redis) -> None:
    for number in range(50):
        await put(queue, job(f"g{number}"))
    await written(queue, 50)
    await put(queue, *(job("steady") for _ in range(3)))
    await written(queue, 3)
    assert await redis.zcard(KEYS.queue.idle) <= 2
    assert 0 < await redis.pttl(KEYS.queue.idle) <= 86_400_000


@pytest.mark.parametrize(
    ("name", "value"), [("weight", 0), ("weight", 1e9), ("rounds", 1.5), ("waiting", -1), ("colour", 1)]
)
async def test_a_share_that_makes_no_sense_is_not_set(shares: Shares, name: str, value: float) -> None:
    with pytest.raises(ValueError, match=r"."):
        await shares.change(DEFAULT, {name: value})
    assert (await shares.read()).default.values == {}

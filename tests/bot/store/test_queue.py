"""The queue: one worker a round, taken up when a worker dies, counted, in the order of asking."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.store import Job, Queue
from bot.store import queue as queues
from bot.store.fairness.places import Place
from bot.store.fairness.shares import Shares
from tests.bot.store.conftest import EVERYWHERE, KEYS

pytestmark = EVERYWHERE


def job(number: int, room: str = "room") -> Job:
    return Job(room=room, round=number, guild="guild", asked_at=number)


async def test_rounds_are_leased_in_the_order_of_asking(queue: Queue) -> None:
    for number in (1, 2, 3):
        await queue.put(job(number))
    leases = [await queue.lease() for _ in range(4)]
    assert [lease and lease.round for lease in leases] == [1, 2, 3, None]


async def test_a_round_is_queued_once(queue: Queue) -> None:
    assert [await queue.put(job(1)), await queue.put(job(1))] == [True, False]
    assert await queue.waiting() == 1


async def test_people_can_see_their_place(queue: Queue) -> None:
    await queue.put(job(1))
    await queue.put(job(2))
    assert [place and place.before for place in await places(queue)] == [0, 1]
    await queue.lease()
    assert [place and place.before for place in await places(queue)] == [None, 0]


async def places(queue: Queue) -> list[Place | None]:
    return [await queue.place("room", number) for number in (1, 2)]


async def test_a_finished_round_is_gone_and_its_lease_with_it(queue: Queue, redis: Redis) -> None:
    await queue.put(job(1))
    lease = await queue.lease()
    assert lease is not None
    assert await queue.finish(lease)
    assert not await queue.finish(lease)
    keys = KEYS.queue
    for key in (keys.jobs, keys.facts, keys.ready, keys.leases, keys.holders, keys.holding, keys.attempts):
        assert not await redis.exists(key), key


async def test_a_dead_workers_round_goes_to_another_first_and_is_counted(
    make_queue: Callable[..., Queue],
) -> None:
    queue = make_queue(lease_seconds=0.05)
    await queue.put(job(1))
    await queue.put(job(2))
    lost = await queue.lease()
    await asyncio.sleep(0.08)
    again = await queue.lease()
    assert lost is not None
    assert again is not None
    assert (again.round, again.attempt, again.dead) == (1, 2, False)
    assert not await queue.renew(lost), "the dead worker's lease is no longer its own"
    assert not await queue.finish(lost)
    assert await queue.finish(again)


async def test_a_renewed_lease_is_kept(make_queue: Callable[..., Queue]) -> None:
    queue = make_queue(lease_seconds=0.2)
    await queue.put(job(1))
    lease = await queue.lease()
    assert lease is not None
    for _ in range(4):
        await asyncio.sleep(0.08)
        assert await queue.renew(lease)
        assert await queue.lease() is None


async def test_after_its_attempts_a_round_is_dead_and_stays_until_its_apology_is_written(
    make_queue: Callable[..., Queue],
) -> None:
    queue = make_queue(lease_seconds=0.02, attempts=2)
    await queue.put(job(1))
    seen = []
    for _ in range(4):
        lease = await queue.lease()
        assert lease is not None
        seen.append((lease.attempt, lease.dead))
        await asyncio.sleep(0.04)
    assert seen == [(1, False), (2, False), (3, True), (4, True)]


async def test_a_round_given_back_does_not_count_as_an_attempt(queue: Queue) -> None:
    await queue.put(job(1))
    for _ in range(5):
        lease = await queue.lease()
        assert lease is not None
        assert lease.attempt == 1
        await queue.release(lease)


async def test_a_round_put_off_waits_its_time_and_counts(queue: Queue) -> None:
    await queue.put(job(1))
    lease = await queue.lease()
    assert lease is not None
    await queue.defer(lease, 0.1)
    assert await queue.lease() is None
    assert await queue.waiting() == 1
    await asyncio.sleep(0.15)
    again = await queue.lease()
    assert again is not None
    assert again.attempt == 2


async def test_a_round_left_to_others_waits_its_time_and_does_not_count(queue: Queue) -> None:
    await queue.put(job(1))
    for _ in range(3):
        lease = await queue.lease()
        assert lease is not None
        assert lease.attempt == 1
        await queue.leave(lease, 0.05)
        assert await queue.lease() is None
        await asyncio.sleep(0.1)


async def test_an_attempt_that_is_spared_counts_for_nothing_until_the_round_may_be_the_reason(
    queue: Queue, redis: Redis
) -> None:
    await queue.put(job(1))
    counted = []
    for _ in range(5):
        lease = await queue.lease()
        assert lease is not None
        counted.append((lease.attempt, lease.unspared))
        await queue.spare(lease, 0.2)
        assert await queue.lease() is None
        await asyncio.sleep(0.25)
    assert counted == [(1, False), (1, False), (1, False), (1, False), (2, True)]
    lease = await queue.lease()
    assert lease is not None
    assert lease.unspared
    assert await queue.finish(lease)
    assert not await redis.exists(KEYS.queue.counts)


async def test_what_a_newer_program_says_of_a_round_goes_on_with_it(queue: Queue) -> None:
    newer = Job.model_validate({**job(1).model_dump(), "colour": "blue"})
    await queue.put(newer)
    lease = await queue.lease()
    assert lease is not None
    assert lease.job.model_dump()["colour"] == "blue"


async def test_waiting_ends_when_a_round_comes(queue: Queue) -> None:
    async def later() -> None:
        await asyncio.sleep(0.05)
        await queue.put(job(1))

    start = time.monotonic()
    async with asyncio.TaskGroup() as group:
        group.create_task(later())
        await queue.wait(5)
    assert time.monotonic() - start < 0.9  # one blocking read is 1 s
    await queue.wait(0.05)


async def test_many_workers_never_share_a_round(queue: Queue) -> None:
    for number in range(60):
        await queue.put(job(number))

    async def work() -> list[int]:
        rounds = []
        while lease := await queue.lease():
            rounds.append(lease.round)
            await queue.finish(lease)
        return rounds

    async with asyncio.TaskGroup() as group:
        workers = [group.create_task(work()) for _ in range(8)]
    assert sorted(number for worker in workers for number in worker.result()) == list(range(60))


async def test_a_lease_whose_answer_was_lost_is_answered_again(redis: Redis) -> None:
    queue = Queue(redis, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: "the same")
    await queue.put(job(1))
    await queue.put(job(2))
    first, again = await queue.lease(), await queue.lease()
    assert first is not None
    assert again == first
    shares = await Shares(redis, keys=KEYS).read()
    assert (shares.flying, shares.waiting) == (1, 1)
    assert await queue.finish(first)
    second = await queue.lease()
    assert second is not None
    assert second.round == 2, "a token that holds nothing more takes the next"


# A dictionary that no program has yet; no bytes of `encode`; broken on the way.
@pytest.mark.parametrize("stored", [b"x\xbb\x00\x00\x00\x09zz", b"{}", None])
async def test_a_job_that_cannot_be_read_is_left_to_others_and_the_rest_goes_on(
    queue: Queue, redis: Redis, monkeypatch: pytest.MonkeyPatch, stored: bytes | None
) -> None:
    monkeypatch.setattr(queues, "UNREADABLE_SECONDS", 0.05)
    await queue.put(job(1))
    await queue.put(job(2))
    name, whole = "room:1", await redis.hget(KEYS.queue.jobs, "room:1")
    assert isinstance(whole, bytes)
    await redis.hset(KEYS.queue.jobs, name, stored or whole[:6] + b"\xff" + whole[7:])
    with capture_logs() as logs:
        lease = await queue.lease()
    assert lease is not None
    assert lease.round == 2
    assert [(each["event"], each["job"]) for each in logs] == [("queue.job_unreadable", "room:1")]
    await redis.hset(KEYS.queue.jobs, name, whole)
    await asyncio.sleep(0.1)
    later = await queue.lease()  # by a program that can
    assert later is not None
    assert (later.round, later.attempt) == (1, 1)


async def test_many_jobs_that_cannot_be_read_do_not_hold_up_a_lease(queue: Queue, redis: Redis) -> None:
    for number in range(20):
        await queue.put(job(number))
        await redis.hset(KEYS.queue.jobs, f"room:{number}", b"{}")
    assert await queue.lease() is None
    assert await redis.zcard(KEYS.queue.later) == 8
    await queue.cancel("room", 0)  # as a person who takes it back
    assert not await queue.has("room", 0)

"""The relay: every job goes from its room's outbox to the queue, whatever lies in the others."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from bot.errors import StoreUnavailable
from bot.store import Job, Queue, Relay, confirming
from bot.store import relay as relays
from bot.store.codec import encode
from tests.bot.store.conftest import EVERYWHERE, KEYS

pytestmark = EVERYWHERE

_UNKNOWN = b"x\xbb\x00\x00\x00\x09zz"  # packed with a dictionary that no program has yet


@pytest.fixture
def relay(redis: Redis, queue: Queue) -> Relay:
    return Relay(redis, queue, keys=KEYS)


@asynccontextmanager
async def running(relay: Relay) -> AsyncIterator[None]:
    task = asyncio.create_task(relay.run(), name="relay")
    try:
        yield
        assert not task.done(), "it ended by itself"
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def job(number: int, room: str = "room") -> Job:
    return Job(room=room, round=number, guild="guild", asked_at=number)


async def intend(redis: Redis, room: str, seconds_ago: float = 0) -> None:
    await redis.zadd(KEYS.queue.outboxes, {room: int((time.time() - seconds_ago) * 1000)})


async def fill_outbox(redis: Redis, *jobs: Job) -> None:
    for one in jobs:
        await redis.hset(KEYS.room(one.room).outbox, one.id, encode(one))


async def test_every_outbox_is_moved_once(relay: Relay, queue: Queue, redis: Redis) -> None:
    await intend(redis, "a")
    await intend(redis, "b")
    await fill_outbox(redis, job(1, "a"), job(2, "a"), job(1, "b"))
    assert await relay.sweep() == 3
    assert await relay.sweep() == 0
    assert await queue.waiting() == 3


async def test_a_relay_that_died_between_queue_and_outbox_doubles_nothing(
    relay: Relay, queue: Queue, redis: Redis
) -> None:
    await intend(redis, "a")
    await fill_outbox(redis, job(1, "a"))
    await queue.put(job(1, "a"))
    await relay.sweep()
    assert await queue.waiting() == 1


async def test_an_intent_is_forgotten_only_when_it_is_old_and_its_outbox_empty(
    relay: Relay, redis: Redis
) -> None:
    await intend(redis, "fresh")
    await intend(redis, "old", seconds_ago=500)
    await intend(redis, "old-and-full", seconds_ago=500)
    await fill_outbox(redis, job(1, "old-and-full"))
    await relay.sweep()
    left: list[bytes] = await redis.zrange(KEYS.queue.outboxes, 0, -1)  # type: ignore[assignment]  # bytes here
    assert sorted(left) == [b"fresh", b"old-and-full"]


async def test_what_cannot_be_read_is_passed_over_and_said_once(
    relay: Relay, queue: Queue, redis: Redis
) -> None:
    for room in ("bad", "worse", "good"):
        await intend(redis, room)
    await fill_outbox(redis, job(1, "bad"), job(2, "bad"), job(1, "good"))
    await redis.hset(KEYS.room("bad").outbox, "bad:1", _UNKNOWN)
    await redis.set(KEYS.room("worse").outbox, "no outbox at all")
    with capture_logs() as logs:
        for _ in range(3):
            await relay.sweep()
    assert await queue.waiting() == 2, "the other job of its room is moved too"
    assert await redis.hkeys(KEYS.room("bad").outbox) == [b"bad:1"]
    said = sorted((each["event"], each["room"], each["failure"]) for each in logs)
    assert said == [
        ("relay.passed_over", "bad", "ValueError"),
        ("relay.passed_over", "worse", "ResponseError"),
    ]
    assert await relay.deliver("bad") == 0


async def test_many_outboxes_are_read_in_pieces(
    relay: Relay, queue: Queue, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "_AT_ONCE", 4)
    for number in range(11):
        await intend(redis, f"r{number}")
        await fill_outbox(redis, job(1, f"r{number}"))
    assert await relay.sweep() == 11
    assert await queue.waiting() == 11


async def test_a_nudge_moves_its_own_room_at_once(
    relay: Relay, queue: Queue, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relays, "SWEEP_SECONDS", 60)
    async with running(relay), asyncio.timeout(5):
        await asyncio.sleep(0.1)
        await fill_outbox(redis, job(1, "hers"), job(1, "others"))
        relay.nudge("hers")
        while not await queue.waiting():  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.01)
    assert await queue.has("hers", 1)
    assert not await queue.has("others", 1)


async def test_a_job_that_no_replica_has_stays_in_its_outbox(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirming, "BLOCK_SECONDS", 0.05)
    queue = Queue(redis, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: "token", replicas=9)
    relay = Relay(redis, queue, keys=KEYS)
    await intend(redis, "a")
    await fill_outbox(redis, job(1, "a"))
    with pytest.raises(StoreUnavailable):
        await relay.deliver("a")
    assert await relay.sweep() == 0, "the queue has it, but it is written again and still not confirmed"
    assert await queue.waiting() == 1
    assert await redis.hlen(KEYS.room("a").outbox) == 1

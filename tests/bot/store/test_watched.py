"""Every call of Redis is counted by a name of our own, wherever Redis stands; and the queue is seen."""

from __future__ import annotations

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.store import Job, Queue, QueueSeen, RoomStore, connect, watched
from bot.telemetry import Metrics
from bot.top.figures import Figures
from tests.bot.store.conftest import KEYS

NOW = 1_900_000_000_000


def names(metrics: Metrics) -> dict[str, float]:
    """How often each call was made."""
    counts = Figures.read(metrics.text().decode(), 0).series["storyroom_redis_call_seconds_count"]
    return {dict(labels)["call"]: count for labels, count in counts.items()}


async def test_calls_are_named_after_scripts_and_commands(redis_url: str) -> None:
    metrics = Metrics()
    redis = watched(connect(redis_url), metrics.redis)
    try:
        queue = Queue(redis, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: "token")
        await RoomStore(redis, keys=KEYS, days=1).load("7")
        await queue.put(Job(room="7", round=1, guild="5", asked_at=NOW))
        lease = await queue.lease()
        assert lease is not None
        await queue.finish(lease)
        await queue.waiting()
        await queue.wait(0.01)
    finally:
        await redis.aclose()
    found = names(metrics)
    assert {"pipeline_load", "enqueue", "lease", "settle", "pipeline_zcard", "blpop"} <= set(found)
    assert "script" not in found
    assert "pipeline" not in found
    # A script that the server does not have yet is no failure: it is sent whole then.
    assert "storyroom_redis_failures_total" not in Figures.read(metrics.text().decode(), 0).series


async def test_a_call_that_fails_is_counted_by_its_kind(redis_url: str) -> None:
    metrics = Metrics()
    redis = watched(connect(redis_url), metrics.redis)
    try:
        await redis.set("here", "a word")
        with pytest.raises(ResponseError):
            await redis.incr("here")
    finally:
        await redis.aclose()
    found = Figures.read(metrics.text().decode(), 0)
    assert found.total("storyroom_redis_failures_total", call="incrby", failure="ResponseError") == 1


async def test_the_queue_is_seen_with_its_guilds(redis: Redis, queue: Queue) -> None:
    seen = QueueSeen(redis, keys=KEYS)
    await seen.ping()
    empty = await seen.read(NOW)
    assert (empty.waiting, empty.oldest_seconds, (await seen.guilds()).guilds) == (0, 0.0, ())
    for number, guild in enumerate(("5", "5", "6")):
        await queue.put(Job(room=f"{number}", round=1, guild=guild, asked_at=NOW - 30_000 + 1000 * number))
    lease = await queue.lease()
    assert lease is not None
    found = await seen.read(NOW)
    assert (found.waiting, found.leased, found.put_off) == (2, 1, 0)
    assert 28.0 <= found.oldest_seconds <= 30.0
    guilds = await seen.guilds()
    assert guilds.count == len(guilds.guilds)
    assert sum(each.waiting for each in guilds.guilds) == 2
    await queue.defer(lease, 60)
    assert (await seen.read(NOW)).put_off == 1

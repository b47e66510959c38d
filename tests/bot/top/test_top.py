"""`storyroom top`: what it shows is what is there, and it costs the same whatever is queued."""

from __future__ import annotations

import asyncio
import io
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from rich.console import Console

from bot.store import Job, Queue, QueueSeen, watched
from bot.store.codec import encode
from bot.store.fairness.shares import Shares, defaults
from bot.store.keys import Keys
from bot.store.scripts import Script
from bot.telemetry import Metrics
from bot.telemetry.counted.queue import QueueReading
from bot.telemetry.counted.writing import Server
from bot.telemetry.heartbeat import Heartbeat
from bot.telemetry.readiness import Readiness
from bot.telemetry.watch import Watch
from bot.top import Looking, Picture, view
from bot.top.figures import Figures
from bot.top.picture import GuildShown, ProcessShown

ROOT = Path(__file__).parents[3]
KEYS = Keys("sr")
NOW = 1_900_000_000_000


def queue_at(redis: Redis) -> Queue:
    return Queue(redis, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: "token")


async def fill(redis: Redis, rounds: int, *, guilds: int) -> None:
    enqueue = Script(redis, "fair", "enqueue").text
    pipe = redis.pipeline(transaction=False)  # `Queue.put`, many in a trip
    for number in range(rounds):
        job = Job(room=f"{number}", round=1, guild=f"{number % guilds}", asked_at=NOW - 90_000)
        given: list[bytes | str | int] = ["", defaults(), job.id, encode(job)]
        given += [job.guild, job.room, "", 0, 0]
        pipe.eval(enqueue, len(KEYS.queue.all), *KEYS.queue.all, *given)
    await pipe.execute()


async def nothing() -> None:
    """Nothing is read for a scrape."""


@pytest.fixture
async def metrics() -> Metrics:
    found = Metrics()
    found.about(version="1.2.3", role="worker")
    found.tgi.serve(lambda: [Server("http://tgi:8080/", 3, failures={"Unreachable": 1}, running=2)])
    return found


@pytest.fixture
async def address(metrics: Metrics) -> AsyncIterator[str]:
    watch = Watch(metrics, Heartbeat(metrics), Readiness(), before_scrape=nothing)
    async with watch.listening("127.0.0.1:0") as port:
        yield f"127.0.0.1:{port}"


async def looked(redis: Redis, *addresses: str) -> Picture:
    async with aiohttp.ClientSession() as http:
        return await Looking(QueueSeen(redis, keys=KEYS), http, addresses, now=lambda: NOW).look()


def drawn(picture: Picture) -> str:
    paper = io.StringIO()
    Console(width=140, file=paper).print(view(picture))
    return paper.getvalue()


async def test_ten_thousand_rounds_cost_no_more_than_ten(redis: Redis) -> None:
    costs = []
    for rounds in (10, 10_000):
        await fill(redis, rounds, guilds=500)
        calls = Metrics()
        seen = QueueSeen(watched(redis, calls.redis), keys=KEYS)
        began = time.perf_counter()
        reading, guilds = await seen.read(NOW), await seen.guilds()
        assert time.perf_counter() - began < 1.0
        costs.append(
            sum(Figures.read(calls.text().decode(), 0).series["storyroom_redis_call_seconds_count"].values())
        )
        assert (reading.waiting, reading.leased, reading.oldest_seconds) == (rounds, 0, 90.0)
        assert (guilds.count, len(guilds.guilds)) == (min(rounds, 500), min(rounds, 100))
    assert costs[0] == costs[1] <= 5


async def test_who_waits_and_who_is_written_stands_by_guild(redis: Redis) -> None:
    await fill(redis, 9, guilds=2)
    assert await queue_at(redis).lease() is not None
    found = await looked(redis)
    assert found.queue is not None
    assert (found.queue.waiting, found.queue.leased) == (8, 1)
    assert {each.guild: each.waiting + each.writing for each in found.guilds} == {"0": 5, "1": 4}
    assert sum(each.writing for each in found.guilds) == 1
    assert max(each.served for each in found.guilds) > 0


async def test_the_rounds_of_a_paused_server_wait_for_no_worker(redis: Redis) -> None:
    await fill(redis, 9, guilds=2)
    await Shares(redis, keys=KEYS).pause("0", paused=True)
    assert await queue_at(redis).lease() is not None  # of the other, whose turn was second
    found = await looked(redis)
    assert found.queue is not None
    assert (found.queue.waiting, found.queue.paused, found.queue.leased) == (3, 5, 1)
    assert found.queue.oldest_seconds == 90.0
    assert "paused 5" in drawn(found)


async def test_a_process_tells_what_it_does_and_a_dead_one_is_named(
    redis: Redis, metrics: Metrics, address: str
) -> None:
    async with aiohttp.ClientSession() as http:
        ticks = iter((0.0, 2.0))
        looking = Looking(
            QueueSeen(redis, keys=KEYS),
            http,
            [address, "127.0.0.1:1"],
            clock=lambda: next(ticks),
            now=lambda: NOW,
        )
        first = await looking.look()
        metrics.rounds.took(seconds=1.0, tokens_in=5, tokens_out=40, redraws=["loop"])
        metrics.rounds.ended("written")
        metrics.rounds.ended("given_up")
        second = await looking.look()
    assert first.tokens is None
    process, dead = second.processes
    assert (process.role, process.version, process.tokens, process.rounds) == ("worker", "1.2.3", 20.0, 0.5)
    assert process.errors == 0.5
    assert not dead.answers
    assert [(each.endpoint, each.running, each.closed) for each in second.endpoints] == [
        ("http://tgi:8080/", 2, 1)
    ]
    text = drawn(second)
    assert "127.0.0.1:1" in text
    assert "away" in text
    assert "20.0" in text


async def test_redis_being_away_is_said_and_the_processes_are_shown_all_the_same(address: str) -> None:
    async with aiohttp.ClientSession() as http:
        away = Redis(port=1, retry=Retry(NoBackoff(), 0))
        found = await Looking(QueueSeen(away, keys=KEYS), http, [address], now=lambda: NOW).look()
        await away.aclose()
    assert found.queue is None
    assert "Redis does not answer" in drawn(found)
    assert found.processes[0].answers


async def test_a_script_reads_one_object(redis: Redis, redis_url: str, address: str, tmp_path: Path) -> None:
    await fill(redis, 3, guilds=1)
    command = (sys.executable, "-m", "bot", "top", "--once", "--json", "--at", address)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("STORYROOM_")}
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=tmp_path,
        env={**clean, "PYTHONPATH": str(ROOT), "STORYROOM_REDIS_URL": redis_url},
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    (line,) = out.decode().splitlines()
    found = Picture.model_validate_json(line)
    assert found.queue is not None
    assert found.queue.waiting == 3
    assert found.tokens == 0.0
    assert json.loads(line)["processes"][0]["role"] == "worker"


@settings(deadline=None, max_examples=40)
@given(
    st.text(max_size=40),
    st.integers(0, 10**9),
    st.floats(0, 1e9),
    st.none() | st.floats(0, 1e9),
    st.sampled_from(["waiting", "full", "paused"]),
)
def test_any_look_can_be_drawn(name: str, count: int, number: float, rate: float | None, state: str) -> None:
    queue = QueueReading(
        waiting=count,
        put_off=count,
        leased=count,
        outboxes=count,
        deadlines_late=count,
        oldest_seconds=number,
    )
    guild = GuildShown(guild=name, waiting=count, writing=count, served=number, state=state)
    process = ProcessShown(address=name, answers=True, tokens=rate, errors=rate, memory_bytes=count)
    picture = Picture(
        at=NOW, queue=queue, guild_count=count, guilds=(guild,), processes=(process,), tokens=rate
    )
    assert drawn(picture)
    assert Picture.model_validate_json(picture.model_dump_json()) == picture

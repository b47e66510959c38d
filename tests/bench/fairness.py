"""10,000 guilds on the real scripts: what a lease costs, how even the shares are, what a flood does.

Redis is real and so is the time its scripts take; the time in which rounds are written is simulated, a second
for every 1,000 of cost, so that hours pass in seconds. A plain queue, first come first served, is simulated
beside it on the same rounds.
"""

from __future__ import annotations

import asyncio
import heapq
import random
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeAlias

from redis.asyncio import Redis

from bot.store import Job, Lease, Queue, connect
from bot.store.fairness.places import Place, Seconds
from bot.store.keys import Keys
from tests.bench.figures import Figure, percentile
from tests.redis_server import binaries, running

GUILDS = 10_000
_WORKERS, _PLACES = 20, 3  # each
_LOAD = 0.7  # of all places, by all guilds but the one that floods
_ROUNDS = 8_000
_FLOOD = 2_000
_LOOK_MS = 30_000
_SAMPLE = 20  # of so many rounds of the flood one looks at its place
_LEAST, _MOST = 800, 6_000  # cost of a round
_MS_A_COST = 1.0

_Asked: TypeAlias = tuple[int, str, int]  # at, by which guild, cost


@dataclass
class _House:
    redis: Redis
    queue: Queue
    now: int = 1_000_000


@asynccontextmanager
async def _house() -> AsyncIterator[_House]:
    with tempfile.TemporaryDirectory() as folder, running(binaries()["valkey"], Path(folder)) as server:
        redis = connect(server.url)
        tokens = count()
        queue = Queue(
            redis,
            keys=Keys(),
            lease_seconds=86_400,
            attempts=3,
            token=lambda: str(next(tokens)),
            now=lambda: house.now,
        )
        house = _House(redis, queue)
        yield house
        await redis.aclose()


async def measure() -> list[Figure]:
    async with _house() as few:
        some = await _crowded(few, 100)
    async with _house() as many:
        all_of_them = await _crowded(many, GUILDS)
        memory: Any = await many.redis.info("memory")
    calm, _ = await _day(flood=False)
    flooded, estimates = await _day(flood=True)
    fifo = _first_come(_asked(flood=True))
    return [
        Figure(
            "a lease with 100 guilds waiting, three rounds each, p50 and p99, ms",
            f"{percentile(some.leases, 0.5):.2f}, {percentile(some.leases, 0.99):.2f}",
        ),
        Figure(
            f"a lease with {GUILDS:,} guilds waiting, p50 and p99, ms",
            f"{percentile(all_of_them.leases, 0.5):.2f}, {percentile(all_of_them.leases, 0.99):.2f}",
        ),
        Figure(
            "of that within Redis, on the mean, 100 and 10,000 guilds, µs",
            f"{some.script:.0f}, {all_of_them.script:.0f}",
        ),
        Figure(
            f"Redis's memory with {3 * GUILDS:,} rounds waiting",
            f"{int(memory['used_memory_peak']) / 2**20:.0f} MiB",
        ),
        Figure(
            "largest lead of one waiting guild over another, in rounds of the largest cost",
            f"{all_of_them.spread / _MOST:.2f}",
            "at most 2",
        ),
        Figure("a quiet guild's wait to begin, p50 and p95, s, nobody floods", _waits(calm)),
        Figure(f"the same while one guild floods {_FLOOD:,} rounds", _waits(flooded)),
        Figure("the same in a plain queue, first come first served", _waits(fifo)),
        Figure(
            "who waited 10 s or more and was told when it begins: within half and twice of what was said",
            f"{_honest(estimates):.0%} of {len(_told(estimates)):,}",
        ),
    ]


@dataclass
class _Crowded:
    leases: list[float]  # ms each
    script: float  # µs, on the mean
    spread: float


async def _crowded(house: _House, guilds: int) -> _Crowded:
    """Every guild has three rounds waiting; 3,000 leases, each round finished before the next."""
    chance = random.Random(7)
    jobs = [
        Job(
            room=f"{guild}r{number}",
            round=1,
            guild=str(guild),
            asked_at=0,
            asked_by=f"p{number}",
            cost=chance.randint(_LEAST, _MOST),
        )
        for number in range(3)
        for guild in range(guilds)
    ]
    for start in range(0, len(jobs), 50):
        await asyncio.gather(*map(house.queue.put, jobs[start : start + 50]))
    await house.redis.config_resetstat()
    leases: list[float] = []
    served: dict[str, float] = {str(guild): 0.0 for guild in range(guilds)}
    waiting = {str(guild): 3 for guild in range(guilds)}
    spread = 0.0
    flying: list[Lease] = []
    for _ in range(min(3_000, 2 * guilds)):
        start_at = time.perf_counter()
        lease = await house.queue.lease()
        leases.append((time.perf_counter() - start_at) * 1000)
        if lease is None:
            break
        served[lease.guild] += lease.job.cost
        waiting[lease.guild] -= 1
        flying.append(lease)
        if len(flying) > _WORKERS * _PLACES:
            await house.queue.finish(flying.pop(0))
    still = [served[guild] for guild, left in waiting.items() if left]
    spread = max(still) - min(still) if still else 0.0
    stats: Any = await house.redis.info("commandstats")
    return _Crowded(leases, stats["cmdstat_evalsha"]["usec_per_call"], spread)


def _asked(*, flood: bool) -> list[_Asked]:
    """Rounds of quiet guilds, evenly over time, and those of the one that floods, all at once."""
    chance = random.Random(11)
    mean = (_LEAST + _MOST) / 2 * _MS_A_COST
    every = mean / (_LOAD * _WORKERS * _PLACES)
    at = 0.0
    rounds: list[_Asked] = []
    for _ in range(_ROUNDS):
        at += chance.expovariate(1 / every)
        rounds.append((int(at), f"g{chance.randrange(GUILDS)}", chance.randint(_LEAST, _MOST)))
    loud = [(60_000, "loud", chance.randint(_LEAST, _MOST)) for _ in range(_FLOOD)]
    return sorted(rounds + loud if flood else rounds)


async def _day(*, flood: bool) -> tuple[list[float], list[tuple[Place, float]]]:
    """Seconds that rounds of quiet guilds waited, and what was said of those that did not begin at once."""
    async with _house() as house:
        return await _Day(house, _asked(flood=flood)).played()


class _Day:
    """Workers and their places, in simulated time."""

    def __init__(self, house: _House, asked: Sequence[_Asked]) -> None:
        self.house = house
        self.base = house.now
        self.asked = asked
        self.free = [_PLACES] * _WORKERS
        self.ends: list[tuple[int, int, int, Lease]] = []
        self.order = count()
        self.said: dict[str, list[tuple[int, Place]]] = {}
        self.watched: dict[str, Job] = {}  # rounds of the flood that look at their place now and then
        self.looked = 0
        self.waits: list[float] = []
        self.estimates: list[tuple[Place, float]] = []

    async def played(self) -> tuple[list[float], list[tuple[Place, float]]]:
        for number, (at, guild, cost) in enumerate(self.asked):
            await self._until(self.base + at)
            job = Job(
                room=f"{guild}r{number % 40}",
                round=number,
                guild=guild,
                asked_at=self.house.now,
                asked_by=f"{guild}p{number % 30}",
                cost=cost,
            )
            await self.house.queue.put(job)
            await self._lease()
            is_asked = guild != "loud" or number % _SAMPLE == 0
            if is_asked and (place := await self.house.queue.place(job.room, job.round)):
                self.said[job.id] = [(self.house.now, place)]
                self.watched[job.id] = job
        return self.waits, self.estimates

    async def _until(self, moment: int) -> None:
        while self.ends and self.ends[0][0] <= moment:
            self.house.now, _, worker, lease = heapq.heappop(self.ends)
            await self.house.queue.finish(lease, used=lease.job.cost)
            self.free[worker] += 1
            await self._lease()
        self.house.now = moment
        if self.house.now - self.looked >= _LOOK_MS:
            self.looked = self.house.now
            for job in list(self.watched.values()):
                if place := await self.house.queue.place(job.room, job.round):
                    self.said[job.id].append((self.house.now, place))

    async def _lease(self) -> None:
        while (free := max(self.free)) > 0:
            worker = self.free.index(free)
            lease = await self.house.queue.lease(lends=free > 1)
            if lease is None:
                return
            self.free[worker] -= 1
            if lease.guild != "loud":
                self.waits.append((self.house.now - lease.job.asked_at) / 1000)
            self.watched.pop(lease.job_id, None)
            for at, place in self.said.pop(lease.job_id, []):
                self.estimates.append((place, (self.house.now - at) / 1000))
            end = self.house.now + int(lease.job.cost * _MS_A_COST)
            heapq.heappush(self.ends, (end, next(self.order), worker, lease))


def _first_come(asked: Sequence[_Asked]) -> list[float]:
    places = [0] * (_WORKERS * _PLACES)
    waits = []
    for at, guild, cost in asked:
        begins = max(at, heapq.heappop(places))
        heapq.heappush(places, begins + int(cost * _MS_A_COST))
        if guild != "loud":
            waits.append((begins - at) / 1000)
    return waits


def _waits(seconds: Sequence[float]) -> str:
    return f"{percentile(seconds, 0.5):.1f}, {percentile(seconds, 0.95):.1f}"


def _told(estimates: Sequence[tuple[Place, float]]) -> list[tuple[Seconds, float]]:
    return [
        (begins, waited)
        for place, waited in estimates
        if waited >= 10 and (begins := place.begins) is not None
    ]


def _honest(estimates: Sequence[tuple[Place, float]]) -> float:
    told = _told(estimates)
    fair = [begins.low / 2 <= waited <= 2 * begins.high for begins, waited in told]
    return sum(fair) / max(1, len(fair))

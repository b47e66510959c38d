"""The REST budget on real servers: no second sees too many requests; what one process learned, all know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.store import RestBudget
from bot.store.rest_budget import FRESH_SECONDS, SLOW_AT, STOP_AT, Rate
from tests.bot.store.conftest import KEYS

Make = Callable[..., RestBudget]


@pytest.fixture
def make(redis: Redis) -> Make:
    names = count(1)

    def make(limit: int = 50) -> RestBudget:
        return RestBudget(redis, keys=KEYS, process=f"process-{next(names)}", limit=limit)

    return make


@pytest.mark.parametrize("limit", [2, 10, 50, 1200])
def test_the_rate_keeps_every_second_under_the_limit(limit: int) -> None:
    rate = Rate.under(limit)
    assert (1 + FRESH_SECONDS) * rate.steady + rate.burst <= limit + 1e-9
    assert rate.steady >= limit * 0.7 or limit < 4


async def test_however_many_ask_they_are_granted_the_rate_together_and_no_more(make: Make) -> None:
    granted = 0
    began = time.monotonic()

    async def ask(budget: RestBudget, wanted: int) -> None:
        nonlocal granted
        while time.monotonic() < began + 1.0:
            grant = await budget.take(wanted)
            assert grant.requests <= wanted
            granted += grant.requests
            await asyncio.sleep(0 if grant.requests else grant.wait)

    await asyncio.gather(*(ask(make(), wanted) for wanted in (1, 1, 3, 8)))
    rate = Rate.under(50)
    assert rate.steady / 2 <= granted <= rate.burst + rate.steady * (time.monotonic() - began)


async def test_a_route_that_waits_waits_for_all_and_until_the_latest_moment(make: Make) -> None:
    one, other = make(), make()
    await one.note(route="PATCH /channels/1/messages/:id", seconds=0.4, counts=True)
    await one.note(route="PATCH /channels/1/messages/:id", seconds=0.1, counts=True)
    await one.note(route="global", seconds=0.05, counts=True)
    grant = await other.take(1)
    assert grant.requests == 1
    assert grant.invalid == 3
    assert grant.processes == 1
    assert 0.3 < grant.later["PATCH /channels/1/messages/:id"] <= 0.41
    assert set(grant.later) == {"PATCH /channels/1/messages/:id", "global"}
    await asyncio.sleep(0.5)
    grant = await one.take(1)
    assert grant.later == {}
    assert grant.processes == 2


async def test_invalid_answers_slow_all_down_well_before_discord_bars_the_address(
    make: Make, redis: Redis
) -> None:
    budget = make()
    minute = int(time.time()) // 60

    async def counted(minutes_ago: int, answers: int) -> None:
        stored: Any = redis.hset(KEYS.rest.invalid, str(minute - minutes_ago), str(answers))
        await stored

    async def cost() -> float:
        """The ms after which another may be asked, beyond what may be asked at once."""
        assert (await budget.take(1)).requests == 1
        before = float(await redis.get(KEYS.rest.spent) or 0)
        assert (await budget.take(1)).requests == 1
        return float(await redis.get(KEYS.rest.spent) or 0) - before

    await counted(20, 50_000)
    await counted(5, SLOW_AT - 1)
    assert (await budget.take(1)).invalid == SLOW_AT - 1  # what is long ago is forgotten
    assert await cost() == pytest.approx(1000 / budget.rate.steady, abs=0.01)
    await counted(4, (STOP_AT - SLOW_AT) * 3 // 4 + 1)
    assert await cost() == pytest.approx(4000 / budget.rate.steady, abs=0.01)
    await counted(3, STOP_AT)
    stopped = await budget.take(1)
    assert (stopped.requests, stopped.wait) == (0, 5.0)

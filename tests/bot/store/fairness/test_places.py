"""Places and estimates: as many before as there turn out to be, and nothing said that was not measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.store import Job, Queue
from bot.store.fairness.places import Place
from tests.bot.store.fairness.test_queue_shares import job, leased, put, written


def place(**values: object) -> Place:
    whose = {"id": "r:1", "guild": "a", "before": 3, "own": 3, "paused": False, "words": "", "flying": 2}
    measures = {"cost": 1000, "measured": 9, "pace": 0.01, "spread": 0.002, "busy": 2}
    return Place.model_validate({**whose, **measures, **values})


@pytest.mark.parametrize(
    "values", [{"measured": 2}, {"paused": True}, {"pace": 0.0}, {"own": 6}, {"still": 24.5}]
)
def test_nothing_is_said_of_time_where_too_little_is_known(values: dict[str, object]) -> None:
    assert place(**values).begins is None


def test_the_range_is_as_wide_as_the_measures_were() -> None:
    narrow, wide = place(spread=0.001).begins, place(spread=0.005).begins
    assert narrow is not None
    assert wide is not None
    assert wide.low < narrow.low <= 17.5 <= narrow.high < wide.high  # 3.5 rounds of 10 s, two at a time


def test_who_is_next_at_a_free_place_begins_at_once() -> None:
    begins = place(before=0, own=0, flying=1).begins
    assert begins is not None
    assert begins.high == 0


def test_how_often_ones_guild_had_a_turn_of_late_tells_more_than_the_pace_of_all() -> None:
    begins = place(own=9, every=6.0, turns=5, over=10.0).begins
    assert begins is not None
    assert begins.low < 60 < begins.high


async def test_a_place_is_how_many_are_leased_first(queue: Queue) -> None:
    jobs: list[Job] = []
    for asked in ("a x 1", "a x 1", "a x 1", "a x 2", "a y 3", "b x 1", "b x 1", "c x 1", "c x 1", "c y 1"):
        guild, room, person = asked.split()
        jobs += await put(queue, job(guild, f"{guild}{room}", person, cost=1000))
    places = {each.id: await queue.place(each.room, each.round) for each in jobs}
    order = [lease.job_id for lease in await written(queue, len(jobs))]
    for each in jobs:
        found = places[each.id]
        assert found is not None
        assert abs(found.before - order.index(each.id)) <= 2, "guilds with equal counters go in any order"


async def test_places_are_given_to_one_process_at_a_time_and_forgotten_with_their_rounds(
    make_queue: Callable[..., Queue],
) -> None:
    queue = make_queue()
    now = 1_000_000
    queue._now = lambda: now
    first, second = await put(queue, job(), job())
    assert await queue.places_due(limit=10, every=10) == [], "they were just shown"
    now += 5000
    due = await queue.places_due(limit=10, every=10)
    assert [(each.id, each.before) for each in due] == [(first.id, 0), (second.id, 1)]
    assert await queue.places_due(limit=10, every=10) == [], "another process has them"
    await queue.place_shown(second.room, second.round, "It is next.")
    await queue.finish(await leased(queue))
    now += 11_000
    (left,) = await queue.places_due(limit=10, every=10)
    assert (left.id, left.before, left.words) == (second.id, 0, "It is next.")
    await queue.finish(await leased(queue))
    await queue.place_shown(second.room, second.round, "too late")
    assert not await queue._redis.exists(queue._keys.said)


@dataclass
class Clock:
    now: int = 1_000_000

    def __call__(self) -> int:
        return self.now


async def four_rounds(queue: Queue, clock: Clock) -> None:
    """Of 20 s each, so that something is known of what they take."""
    queue._now = clock
    for _ in range(4):
        await put(queue, job(cost=1000))
        lease = await leased(queue)
        clock.now += 20_000
        await queue.finish(lease, used=2000)


async def test_what_rounds_took_of_late_tells_when_the_next_begins(make_queue: Callable[..., Queue]) -> None:
    queue, clock = make_queue(lease_seconds=3600), Clock()
    await four_rounds(queue, clock)
    await put(queue, job(cost=1000))
    await leased(queue)
    waits = (await put(queue, job(cost=1000)))[0]
    found = await queue.place(waits.room, waits.round)
    assert found is not None
    assert found.begins is not None
    assert found.begins.low <= 10 <= found.begins.high + 1, "half of a round of 20 s is left"
    clock.now += 40_000
    late = await queue.place(waits.room, waits.round)
    assert late is not None
    assert late.begins is not None, "a round may take longer than most"
    clock.now += 1000
    still = await queue.place(waits.room, waits.round)
    assert still is not None
    assert still.begins is None, "twice a round's time, and nothing was finished"
    clock.now += 3_600_001
    stale = await queue.place(waits.room, waits.round)
    assert stale is not None
    assert stale.begins is None, "an hour says nothing any more"


async def test_a_while_with_nothing_to_do_does_not_count_against_the_estimate(
    make_queue: Callable[..., Queue],
) -> None:
    queue, clock = make_queue(lease_seconds=3600), Clock()
    await four_rounds(queue, clock)
    clock.now += 600_000
    await put(queue, job(cost=1000))
    await leased(queue)
    waits = (await put(queue, job(cost=1000)))[0]
    found = await queue.place(waits.room, waits.round)
    assert found is not None
    assert found.begins is not None

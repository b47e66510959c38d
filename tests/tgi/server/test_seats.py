"""Seats: never more at once than there are, nobody overtaken, nothing lost to whoever leaves."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tgi.server.conftest import Serve, post
from tests.tgi.server.scripted import Scripted
from tgi.errors import ServeError
from tgi.server.limits import Limits
from tgi.server.seats import Seats

ROOM = 10


@given(
    st.integers(1, 3),
    st.lists(st.tuples(st.integers(1, ROOM), st.sampled_from(["stays", "leaves", "gives up"])), max_size=12),
)
def test_seats_and_room_are_kept_and_come_back(seats: int, guests: list[tuple[int, str]]) -> None:
    async def play() -> None:
        places = Seats(seats, ROOM)
        inside: dict[int, int] = {}
        order: list[int] = []

        async def guest(number: int, tokens: int) -> None:
            await places.take(tokens)
            inside[number] = tokens
            order.append(number)
            assert len(inside) <= seats
            assert sum(inside.values()) <= ROOM

        tasks: dict[int, asyncio.Task[None]] = {}
        for number, (tokens, manner) in enumerate(guests):
            tasks[number] = asyncio.create_task(guest(number, tokens))
            await asyncio.sleep(0)
            if manner == "gives up":
                tasks[number].cancel()
                await asyncio.sleep(0)
            if manner == "leaves" and inside:
                places.leave(inside.pop(min(inside)))
                await asyncio.sleep(0)
        while inside:
            places.leave(inside.pop(min(inside)))
            for _ in range(3):
                await asyncio.sleep(0)
        assert order == sorted(order)
        gave_up = {number for number, task in tasks.items() if task.cancelled()}
        assert set(order) | gave_up == set(tasks)
        async with asyncio.timeout(1):  # all of it is there again
            await places.take(ROOM)

    asyncio.run(play())


async def test_a_batch_takes_no_more_tokens_than_it_may(serve: Serve, engine: Scripted) -> None:
    engine.waits_after = 0
    http = await serve(Limits(max_total_tokens=100, max_batch_total_tokens=120))
    async with asyncio.TaskGroup() as group:
        for _ in range(2):  # each takes 4 + 70 tokens
            group.create_task(post(http, "/generate", max_new_tokens=70))
        while engine.running == 0:  # noqa: ASYNC110 - has no event
            await asyncio.sleep(0.001)
        await asyncio.sleep(0.05)
        assert engine.running == 1
        engine.go.set()
    assert engine.most_running == 1


def test_a_batch_without_room_for_the_longest_request_is_refused() -> None:
    with pytest.raises(ServeError, match="--max-total-tokens must be <= --max-batch-total-tokens"):
        Limits(max_total_tokens=100, max_batch_total_tokens=99)


async def test_a_holder_and_a_waiter_who_leave_at_once_leave_nothing_behind(
    serve: Serve, engine: Scripted
) -> None:
    engine.seats, engine.waits_after = 1, 1
    http = await serve(Limits(max_total_tokens=100, max_batch_total_tokens=100))
    left = asyncio.create_task(post_several(http))
    while engine.running == 0:  # noqa: ASYNC110 - has no event
        await asyncio.sleep(0.001)
    left.cancel()
    while engine.running:  # noqa: ASYNC110 - has no event
        await asyncio.sleep(0.001)
    engine.go.set()
    async with asyncio.timeout(5):
        assert await post(http, "/generate", max_new_tokens=1) == {"generated_text": "a"}


async def post_several(http: aiohttp.ClientSession) -> None:
    async with http.post("/v1/completions", json={"prompt": ["a", "b", "c"], "max_tokens": 50}) as answer:
        await answer.read()

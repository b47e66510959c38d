"""A generation that is closed closes its connection, and a thousand of them leave nothing behind."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import psutil
import pytest
from aiohttp import web

from tests.serving import listening
from tests.tgi.server.engine.upstream.conftest import Open, drawn, text_of
from tests.tgi.server.engine.upstream.fakes import Fake, FakeSglang, FakeVllm
from tgi.errors import EngineFailed
from tgi.server.engine import Dials
from tgi.server.engine.upstream import Upstream


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(2):
        while not so():  # noqa: ASYNC110 - the other end of a connection has no event to give
            await asyncio.sleep(0.005)


async def until_idle(fake: Fake) -> None:
    await until(lambda: fake.running == 0)


async def begun(upstream: Upstream) -> None:
    """Take one token and go."""
    async with aclosing(upstream.generate([2], Dials(), limit=50)) as tokens:
        async for _ in tokens:
            return


@pytest.mark.parametrize("fake", [FakeVllm(waits_after=2), FakeSglang(waits_after=2)])
async def test_closing_a_generation_frees_its_slot(open_upstream: Open, fake: Fake) -> None:
    upstream = await open_upstream(fake)
    async with aclosing(upstream.generate([2], Dials(), limit=50)) as tokens:
        assert (await anext(tokens)).id == 300
        assert fake.running == 1
    await until_idle(fake)


async def test_cancelling_while_a_prompt_is_read_frees_its_slot(open_upstream: Open) -> None:
    fake = FakeVllm(waits_after=0)
    waiting = asyncio.create_task(begun(await open_upstream(fake)), name="waits for its first token")
    await until(lambda: fake.running == 1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await until_idle(fake)


async def test_a_thousand_cancelled_generations_leave_nothing(open_upstream: Open) -> None:
    fake = FakeVllm(waits_after=1)
    upstream = await open_upstream(fake, seats=8)
    await begun(upstream)
    await until_idle(fake)
    process = psutil.Process()
    gc.collect()
    before = (process.num_fds(), len(asyncio.all_tasks()))
    for _ in range(125):
        await asyncio.gather(*(begun(upstream) for _ in range(8)))
    await until_idle(fake)
    gc.collect()
    await asyncio.sleep(0.05)
    after = (process.num_fds(), len(asyncio.all_tasks()))
    assert len(fake.asked) == 1001
    assert after[0] <= before[0] + 4  # small calls keep a connection or two
    assert after[1] <= before[1] + 4
    fake.go.set()
    assert text_of(await drawn(upstream)) == "Once upon a time"


async def test_no_more_connections_than_seats_and_a_few(open_upstream: Open) -> None:
    fake = FakeVllm(waits_after=1)
    upstream = await open_upstream(fake, seats=2)
    running = [asyncio.create_task(drawn(upstream), name=f"text {number}") for number in range(30)]
    await until(lambda: fake.running == 18)
    await asyncio.sleep(0.05)
    assert fake.running == 18
    fake.go.set()
    assert {text_of(tokens) for tokens in await asyncio.gather(*running)} == {"Once upon a time"}


async def test_a_connection_that_was_closed_while_idle_is_opened_anew(open_upstream: Open) -> None:
    """The upstream reads a second request on the same connection and hangs up, as a race would have it."""
    fake = FakeVllm()
    connections: set[object] = set()

    @web.middleware
    async def once(request: web.Request, handler: Any) -> web.StreamResponse:
        assert request.transport is not None
        if request.transport in connections and request.method == "POST":
            request.transport.abort()
        connections.add(request.transport)
        response: web.StreamResponse = await handler(request)
        return response

    built = fake.app()
    built.middlewares.append(once)
    async with listening(built) as url:
        upstream = await open_upstream(url)
        for _ in range(4):
            assert len(await upstream.tokenize("a")) == 2
        assert text_of(await drawn(upstream)) == "Once upon a time"
    assert len(connections) > 4


async def test_closing_the_engine_ends_what_runs(open_upstream: Open) -> None:
    fake = FakeVllm(waits_after=1)
    upstream = await open_upstream(fake)
    async with aclosing(upstream.generate([2], Dials(), limit=50)) as tokens:
        await anext(tokens)
        closing = asyncio.create_task(upstream.close(), name="close")
        with pytest.raises(EngineFailed):
            await asyncio.wait_for(anext(tokens), 1)
        await closing
    await until_idle(fake)
    with pytest.raises(EngineFailed, match="closed"):
        await upstream.tokenize("a")


async def test_closing_the_engine_ends_what_waits(open_upstream: Open) -> None:
    fake = FakeVllm(waits_after=0)
    upstream = await open_upstream(fake)
    waiting = asyncio.create_task(begun(upstream), name="waits for its first token")
    await until(lambda: fake.running == 1)
    await upstream.close()
    with pytest.raises(EngineFailed):
        await asyncio.wait_for(waiting, 1)

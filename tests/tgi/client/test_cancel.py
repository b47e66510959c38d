from __future__ import annotations

import asyncio
import gc
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.wire import (
    CHUNKED,
    INFO,
    Exchange,
    Script,
    answers,
    chunk,
    event,
    token,
    tokens,
)
from tgi.client import Budgets, TgiClient, Token
from tgi.errors import BrokenStream

PROMPT = 1.0


class Watched:
    """A stream that goes on until the client leaves, and when that was."""

    def __init__(self, *, silent: bool = False) -> None:
        self.begun = asyncio.Event()
        self.left: asyncio.Queue[float] = asyncio.Queue()
        self._silent = silent

    async def __call__(self, exchange: Exchange) -> None:
        if not self._silent:
            await exchange.send(CHUNKED, chunk(event(token(1, "a"))))
        self.begun.set()
        self.left.put_nowait(await exchange.gone())


async def consume(tgi: TgiClient, begun: asyncio.Event | None = None) -> None:
    async with aclosing(tgi.stream("Once")) as events:
        async for _ in events:
            if begun is not None:
                begun.set()


async def left_after(script: Watched, since: float) -> float:
    return await asyncio.wait_for(script.left.get(), 2) - since


@pytest.mark.parametrize("silent", [False, True], ids=["after a token", "before any answer"])
async def test_a_cancelled_stream_is_seen_by_the_server_within_100_ms(
    serve: Serve, connect: Connect, *, silent: bool
) -> None:
    script = Watched(silent=silent)
    tgi = await connect(await serve(script))
    took = []
    for _ in range(3):
        script.begun.clear()
        task = asyncio.create_task(consume(tgi))
        await script.begun.wait()
        await asyncio.sleep(0.01)
        task.cancel()
        since = asyncio.get_running_loop().time()
        with pytest.raises(asyncio.CancelledError):
            await task
        took.append(await left_after(script, since))
    # The quickest of three: what else the machine does is not the client's doing.
    assert min(took) < 0.1


async def test_a_cancelled_whole_generation_is_seen_by_the_server_at_once(
    serve: Serve, connect: Connect
) -> None:
    script = Watched(silent=True)
    tgi = await connect(await serve(script))
    task = asyncio.create_task(tgi.generate("Once"))
    await script.begun.wait()
    task.cancel()
    since = asyncio.get_running_loop().time()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await left_after(script, since) < PROMPT


async def test_leaving_the_loop_under_aclosing_drops_the_connection(serve: Serve, connect: Connect) -> None:
    script = Watched()
    tgi = await connect(await serve(script))
    async with aclosing(tgi.stream("Once")) as events:
        async for _ in events:
            break
    assert await left_after(script, asyncio.get_running_loop().time()) < PROMPT


async def test_leaving_the_loop_without_aclosing_drops_it_once_collected(
    serve: Serve, connect: Connect
) -> None:
    script = Watched()
    tgi = await connect(await serve(script))
    async for happened in tgi.stream("Once"):
        assert isinstance(happened, Token)
        break
    gc.collect()
    assert await left_after(script, asyncio.get_running_loop().time()) < PROMPT


async def test_an_error_in_the_consumer_drops_the_connection(serve: Serve, connect: Connect) -> None:
    script = Watched()
    tgi = await connect(await serve(script))
    events = tgi.stream("Once")
    await anext(events)
    with pytest.raises(ZeroDivisionError):
        await events.athrow(ZeroDivisionError())
    assert await left_after(script, asyncio.get_running_loop().time()) < PROMPT


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_streams_cancelled_at_any_moment_leave_nothing_behind(serve: Serve, connect: Connect) -> None:
    script = Watched()
    servers = [await serve(script, info=INFO | {"max_concurrent_requests": 16}) for _ in range(2)]
    tgi = await connect(*servers, limit=None, budgets=Budgets())
    assert await tgi.health()
    for server in servers:
        await server.emptied()
    before = asyncio.all_tasks()
    sockets_before = open_files()
    for turn in range(25):
        running = [asyncio.create_task(consume(tgi)) for _ in range(60)]
        for _ in range(turn % 5):  # from before anything is sent to well past the first token
            await asyncio.sleep(0.003)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
    for server in servers:
        await server.emptied()

    assert asyncio.all_tasks() == before
    assert open_files() <= sockets_before
    assert [(each.load.running, each.load.tokens) for each in tgi._endpoints.all] == [(0, 0)] * 2
    assert tgi._opened is not None
    connector = tgi._opened.connection._http.connector
    assert connector is not None
    assert not connector._acquired
    begun = [asyncio.Event() for _ in range(32)]
    running = [asyncio.create_task(consume(tgi, each)) for each in begun]
    async with asyncio.timeout(5):
        await asyncio.gather(*(each.wait() for each in begun))  # every place is back
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_a_cancelled_stream_gives_its_place_to_the_next(serve: Serve, connect: Connect) -> None:
    script = Watched()
    tgi = await connect(await serve(script), limit=1)
    for _ in range(3):
        async with aclosing(tgi.stream("Once")) as events:
            assert isinstance(await anext(events), Token)


async def test_closing_the_client_breaks_the_streams_that_are_open(serve: Serve) -> None:
    server = await serve(Watched())
    async with TgiClient([server.url], limit=1) as tgi:
        events = tgi.stream("Once")
        await anext(events)
    with pytest.raises(BrokenStream):
        await anext(events)


async def test_closing_the_client_breaks_a_stream_that_waits(serve: Serve) -> None:
    server = await serve(Watched())
    async with TgiClient([server.url], limit=1) as tgi:
        begun = asyncio.Event()
        waiting = asyncio.create_task(consume(tgi, begun))
        await begun.wait()
        await asyncio.sleep(0.01)
    with pytest.raises(BrokenStream):
        await asyncio.wait_for(waiting, 2)


async def test_closing_the_client_ends_a_generation_that_waits(serve: Serve) -> None:
    script = Watched(silent=True)
    server = await serve(script)
    async with TgiClient([server.url], limit=1) as tgi:
        waiting = asyncio.create_task(tgi.generate("Once"))
        await script.begun.wait()
    with pytest.raises(BrokenStream):
        await asyncio.wait_for(waiting, 2)


async def test_closing_the_client_ends_its_retries(serve: Serve) -> None:
    paused, go_on = asyncio.Event(), asyncio.Event()

    async def pause(_: float) -> None:
        paused.set()
        await go_on.wait()

    server = await serve(answers(429))
    async with TgiClient([server.url], limit=1, sleep=pause) as tgi:
        waiting = asyncio.create_task(tgi.generate("Once"))
        await paused.wait()
    go_on.set()
    with pytest.raises(BrokenStream, match="client was closed"):
        await waiting


async def test_a_server_that_holds_the_stream_open_after_its_end_does_not_hold_the_caller(
    serve: Serve, connect: Connect
) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(CHUNKED, *(chunk(event(payload)) for payload in tokens("ab")))
        await exchange.gone()

    held: Script = script
    server = await serve(held)
    tgi = await connect(server)
    await asyncio.wait_for(consume(tgi), 2)
    await server.emptied()


async def test_a_client_is_used_inside_its_block_only() -> None:
    tgi = TgiClient(["http://127.0.0.1:1"])
    with pytest.raises(RuntimeError, match="async with"):
        await tgi.info()

"""Servers that go: taken out by hand, or found going, while their streams run to the end."""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing

import pytest
from structlog.testing import capture_logs

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.several import WRITES, Held, of_callers, read, settled, streaming
from tests.tgi.client.wire import WireServer
from tgi.client import Finished, TgiClient, Token
from tgi.errors import BrokenStream, NoEndpoint


async def test_nothing_new_goes_to_a_drained_server_and_its_streams_finish(
    serve: Serve, connect: Connect
) -> None:
    held, other = Held(), await serve(WRITES)
    server = await serve(held)
    tgi = await connect(server, other)
    async with aclosing(tgi.stream("Twice")) as events:
        assert isinstance(await anext(events), Token)
        draining = asyncio.create_task(tgi.drain(server.url))
        await asyncio.sleep(0)
        assert [await read(tgi) for _ in range(5)] == ["ab"] * 5
        assert not draining.done()
        held.go.set()
        assert [type(each) async for each in events] == [Token, Finished]
    assert await asyncio.wait_for(draining, 2)
    assert len(server.requests) == 1


async def test_a_drained_server_is_asked_again_once_it_is_readmitted(serve: Serve, connect: Connect) -> None:
    server = await serve(WRITES)
    tgi = await connect(server)
    assert await tgi.drain(server.url)
    with pytest.raises(NoEndpoint, match=f"{server.url} is being drained"):
        await read(tgi)
    tgi.readmit(server.url + "/")
    assert await read(tgi) == "ab"


async def test_waiting_for_a_drained_server_has_its_limit(serve: Serve, connect: Connect) -> None:
    server = await serve(Held())
    tgi = await connect(server)
    async with streaming(tgi):
        assert not await tgi.drain(server.url, grace=0.05)
    assert await tgi.drain(server.url, grace=0.05)


async def test_only_a_server_of_this_client_can_be_drained(serve: Serve, connect: Connect) -> None:
    tgi = await connect(await serve(WRITES))
    with pytest.raises(ValueError, match="address"):
        await tgi.drain("http://elsewhere")
    with pytest.raises(ValueError, match="address"):
        tgi.readmit("http://elsewhere")


async def test_who_waits_for_a_place_at_a_server_that_is_drained_is_told(
    serve: Serve, connect: Connect
) -> None:
    held = Held()
    server = await serve(held)
    server.info = (server.info or {}) | {"max_concurrent_requests": 1}
    tgi = await connect(server, limit=None)
    async with streaming(tgi):
        waiting = asyncio.create_task(read(tgi))
        await asyncio.sleep(0.02)
        await tgi.drain(server.url, grace=0.01)
        with pytest.raises(NoEndpoint, match="drained"):
            await asyncio.wait_for(waiting, 2)


async def test_a_server_that_takes_no_new_connection_is_left_to_its_streams(
    serve: Serve, connect: Connect
) -> None:
    held, other = Held(), await serve(WRITES)
    going = await serve(held)
    tgi = await connect(going, other)
    async with aclosing(tgi.stream("Twice")) as events:
        assert isinstance(await anext(events), Token)
        stop_listening(going)
        with capture_logs() as logged:
            async with streaming(tgi, prompt_tokens=9000):
                assert [await read(tgi) for _ in range(5)] == ["ab"] * 5
        assert [each["by"] for each in logged if each["event"] == "tgi.draining"] == ["itself"]
        assert tgi._endpoints.all[0].breaker.state(time.monotonic()).value != "closed"
        held.go.set()
        assert [type(each) async for each in events] == [Token, Finished]
    assert len(of_callers(going)) == 1
    assert len(of_callers(other)) == 6


def stop_listening(server: WireServer) -> None:
    """Refuse new connections and keep those that stand, as a server does that is told to end."""
    assert server._server is not None
    server._server.close()


async def test_closing_with_a_grace_lets_what_runs_finish_and_takes_nothing_new(serve: Serve) -> None:
    held = Held()
    server = await serve(held)
    async with TgiClient([server.url]) as tgi:
        events = tgi.stream("Twice")
        assert isinstance(await anext(events), Token)
        closing = asyncio.create_task(tgi.aclose(grace=5))
        await asyncio.sleep(0.01)
        with pytest.raises(RuntimeError, match="async with"):
            await read(tgi)
        held.go.set()
        assert [type(each) async for each in events] == [Token, Finished]
        await asyncio.wait_for(closing, 1)


async def test_the_grace_is_not_longer_than_it_was_said(serve: Serve) -> None:
    server = await serve(Held())
    async with TgiClient([server.url]) as tgi:
        events = tgi.stream("Twice")
        assert isinstance(await anext(events), Token)
        await asyncio.wait_for(tgi.aclose(grace=0.05), 1)
        with pytest.raises(BrokenStream):
            await anext(events)
        await tgi.aclose()


async def test_who_waits_for_a_place_when_the_client_closes_is_told(serve: Serve) -> None:
    server = await serve(Held())
    server.info = (server.info or {}) | {"max_concurrent_requests": 1}
    async with TgiClient([server.url]) as tgi:
        events = tgi.stream("Twice")
        assert isinstance(await anext(events), Token)
        waiting = asyncio.create_task(read(tgi))
        await settled(lambda: tgi._endpoints._waiters)
    with pytest.raises(BrokenStream, match="client was closed"):
        await asyncio.wait_for(waiting, 2)
    await events.aclose()

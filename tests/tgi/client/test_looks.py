"""Looks at servers: what counts as health, and when one that failed is asked again."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.several import (
    THREE,
    WRITES,
    Clock,
    Held,
    fails,
    hangs,
    html,
    looks_at,
    of_callers,
    read,
    router_without_shards,
    settled,
    streaming,
    unused_url,
)
from tests.tgi.client.wire import Exchange, Script, WireServer, answers
from tgi.client import Budgets, TgiClient
from tgi.errors import (
    GenerationFailed,
    NoEndpoint,
)


async def test_a_server_that_has_cooled_is_tried_with_one_token_while_another_does_the_work(
    serve: Serve, connect: Connect
) -> None:
    clock = Clock()
    server, other = await serve(router_without_shards), await serve(WRITES)
    tgi = await connect(server, other, breaking=THREE, clock=clock)
    await fails(tgi)
    async with asyncio.timeout(5):
        while tgi._endpoints.all[0].breaker.state(clock.now).value == "closed":
            assert await read(tgi) == "ab"
            await asyncio.sleep(0.01)
    asked = len(server.requests)
    assert len(of_callers(server)) == 1, "one take was lost to it, and no other"
    for _ in range(5):
        assert await read(tgi) == "ab"
    assert len(server.requests) == asked

    server.script = WRITES
    clock.now += 11
    assert await read(tgi) == "ab"
    await settled(lambda: len(server.requests) == asked + 1)
    await settled(lambda: tgi._endpoints.all[0].breaker.failures == 0)
    assert looks_at(server)[-1] is server.requests[-1]
    assert await read(tgi) == "ab"
    assert len(of_callers(server)) == 2, "it is asked again, first as before"


async def test_a_question_to_a_server_on_trial_has_it_write_a_token_first(
    serve: Serve, connect: Connect
) -> None:
    clock = Clock()
    server = await serve(router_without_shards)
    tgi = await connect(server, breaking=THREE, clock=clock)
    await fails(tgi, times=3)
    clock.now += 11
    with pytest.raises(GenerationFailed):
        await tgi.tokenize("Once")
    assert [each.path for each in server.requests[3:]] == ["/generate_stream"]

    async def works(exchange: Exchange) -> None:
        await (WRITES if exchange.path == "/generate_stream" else router_without_shards)(exchange)

    server.script = works
    clock.now += 21
    assert await tgi.tokenize("Once") == []
    assert [each.path for each in server.requests[4:]] == ["/generate_stream", "/tokenize"]


async def test_answers_of_a_router_alone_do_not_hide_that_generations_fail(
    serve: Serve, connect: Connect
) -> None:
    tgi = await connect(await serve(router_without_shards), breaking=THREE, clock=Clock())
    for _ in range(3):
        await tgi.info()
        await tgi.tokenize("Once")
        await fails(tgi)
    await fails(tgi, NoEndpoint)


async def health_of(serve: Serve, connect: Connect, *scripts: Script) -> tuple[bool, list[str | None]]:
    servers: list[WireServer | str] = [await serve(script) for script in scripts]
    tgi = await connect(*servers, unused_url())
    looks = await tgi.look()
    return await tgi.health(), [
        None if each.trouble is None else type(each.trouble).__name__ for each in looks
    ]


async def test_health_is_a_token_and_nothing_less(serve: Serve, connect: Connect) -> None:
    assert await health_of(serve, connect, router_without_shards) == (
        False,
        ["GenerationFailed", "Unreachable"],
    )
    assert await health_of(serve, connect, WRITES) == (True, [None, "Unreachable"])
    assert await health_of(serve, connect, html, answers(429), WRITES) == (
        True,
        ["UnexpectedAnswer", "Overloaded", None, "Unreachable"],
    )


async def test_a_look_at_a_server_that_hangs_ends_with_its_own_budget(serve: Serve, connect: Connect) -> None:
    tgi = await connect(await serve(hangs), budgets=Budgets(probe=0.05))
    async with asyncio.timeout(2):
        assert not await tgi.health()


async def test_a_token_seen_by_a_look_ends_the_cool_down(serve: Serve, connect: Connect) -> None:
    server = await serve(router_without_shards)
    tgi = await connect(server, breaking=THREE, clock=Clock())
    await fails(tgi, times=3)
    assert not await tgi.health()
    server.script = WRITES
    with capture_logs() as logged:
        assert await tgi.health()
    assert [(each["event"], each["state"]) for each in logged] == [("tgi.breaker", "closed")]
    assert await read(tgi) == "ab"


async def test_looks_end_with_the_client(serve: Serve) -> None:
    clock = Clock()
    server, other = await serve(router_without_shards), await serve(Held())
    before = asyncio.all_tasks()
    async with TgiClient([server.url, other.url], clock=clock, limit=8) as tgi:
        await fails(tgi)
        server.script = hangs
        async with streaming(tgi):
            await settled(lambda: len(server.requests) == 2)
            assert [
                each.get_name() for each in asyncio.all_tasks() - before if "look" in each.get_name()
            ] == [f"tgi look at {server.url}"]
    await other.emptied()
    await server.emptied()
    assert not [each for each in asyncio.all_tasks() - before if "look" in each.get_name()]

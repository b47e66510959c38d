"""What a client tells of its servers to those who watch: counts, breakers, load, and nothing of a key."""

from __future__ import annotations

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.several import Clock, Held, fails, read, router_without_shards
from tests.tgi.client.wire import streams, tokens
from tgi.client import Breaking, TgiClient


async def test_requests_tokens_and_failures_are_counted_by_server(serve: Serve, connect: Connect) -> None:
    clock = Clock()
    server = await serve(streams(*tokens("ab")))
    tgi = await connect(server, clock=clock)
    (before,) = tgi.conditions()
    assert (before.requests, dict(before.failures), before.wrote_ago) == (0, {}, None)
    await read(tgi)
    await read(tgi)
    clock.now += 7
    (after,) = tgi.conditions()
    assert (after.requests, after.state, after.running, after.outstanding) == (2, "closed", 0, 0)
    assert after.wrote_ago == 7


async def test_a_server_that_fails_is_told_with_its_breaker(serve: Serve, connect: Connect) -> None:
    clock = Clock()
    server = await serve(router_without_shards)
    breaking = Breaking(in_a_row=3, cool_down=10, cap=100)
    tgi = await connect(server, breaking=breaking, clock=clock, chance=lambda: 0.0)
    await fails(tgi, times=3)
    (found,) = tgi.conditions()
    assert (found.requests, sum(found.failures.values()), found.state) == (3, 3, "open")
    assert found.wrote_ago is None
    clock.now += 20
    assert tgi.conditions()[0].state == "half-open"


async def test_what_runs_is_told_while_it_runs(serve: Serve, connect: Connect) -> None:
    held = Held()
    server = await serve(held)
    tgi = await connect(server)
    stream = tgi.stream("Mara")
    await anext(stream)
    (found,) = tgi.conditions()
    assert found.running == 1
    assert found.outstanding > 0
    await stream.aclose()
    assert tgi.conditions()[0].running == 0


def test_an_address_is_told_without_who_may_ask_there() -> None:
    tgi = TgiClient(["http://name:word@127.0.0.1:9/tgi?key=word"])
    assert [each.address for each in tgi.conditions()] == ["http://127.0.0.1:9/tgi"]

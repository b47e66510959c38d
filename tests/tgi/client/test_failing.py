"""Servers that fail: when they are left out, and what it takes to be asked again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.several import (
    LOST,
    THREE,
    WRITES,
    Clock,
    Held,
    drops,
    fails,
    hangs,
    html,
    read,
    router_without_shards,
    settled,
)
from tests.tgi.client.wire import CHUNKED, Exchange, Script, answers, as_json, tokens
from tgi.client import Breaking, Budgets, Retry
from tgi.errors import (
    ClientError,
    GenerationFailed,
    NoEndpoint,
    Overloaded,
    Refused,
    TimedOut,
    Unauthorized,
    Unreachable,
)


async def test_a_server_that_fails_again_and_again_is_not_asked_until_it_has_cooled(
    serve: Serve, connect: Connect
) -> None:
    clock = Clock()
    server = await serve(router_without_shards)
    tgi = await connect(server, breaking=THREE, clock=clock, chance=lambda: 0.0)
    with capture_logs() as logged:
        await fails(tgi, times=3)
        await fails(tgi, NoEndpoint, times=5)
    assert len(server.requests) == 3

    clock.now += 4.9
    await fails(tgi, NoEndpoint)
    clock.now += 0.2
    await fails(tgi)
    assert len(server.requests) == 4
    (opened,) = [each for each in logged if each["event"] == "tgi.breaker"]
    assert (opened["endpoint"], opened["state"], opened["failures"]) == (server.url, "open", 3)


async def test_the_error_says_which_server_failed_how_and_when_it_is_asked_again(
    serve: Serve, connect: Connect
) -> None:
    server = await serve(router_without_shards)
    tgi = await connect(server, breaking=THREE, clock=Clock(), chance=lambda: 0.0)
    await fails(tgi, times=3)
    with pytest.raises(NoEndpoint) as caught:
        await read(tgi)
    assert str(caught.value) == (
        f"No text generation server may be asked now: {server.url} keeps failing (a generation failed) "
        "and is asked again in 5 s."
    )


async def test_each_failed_trial_doubles_the_wait_and_a_good_one_ends_it(
    serve: Serve, connect: Connect
) -> None:
    clock = Clock()
    server = await serve(router_without_shards)
    tgi = await connect(server, breaking=THREE, clock=clock, chance=lambda: 0.0)
    await fails(tgi, times=3)
    for seconds in (5, 10, 20, 40, 50, 50):
        clock.now += seconds - 0.1
        await fails(tgi, NoEndpoint)
        clock.now += 0.2
        await fails(tgi)
    server.script = WRITES
    clock.now += 51
    assert [await read(tgi) for _ in range(3)] == ["ab"] * 3


async def test_one_real_request_is_the_trial_and_the_others_wait_for_how_it_goes(
    serve: Serve, connect: Connect
) -> None:
    clock = Clock()
    server = await serve(router_without_shards)
    tgi = await connect(server, breaking=THREE, clock=clock)
    await fails(tgi, times=3)
    clock.now += 11
    asked, go = asyncio.Event(), asyncio.Event()

    async def slowly(exchange: Exchange) -> None:
        asked.set()
        await go.wait()
        await WRITES(exchange)

    server.script = slowly
    waiting = [asyncio.create_task(read(tgi)) for _ in range(4)]
    await asked.wait()
    await asyncio.sleep(0.05)
    assert len(server.requests) == 3 + 1
    go.set()
    assert await asyncio.gather(*waiting) == ["ab"] * 4


async def test_a_trial_that_fails_is_told_to_all_who_wait(serve: Serve, connect: Connect) -> None:
    clock = Clock()
    server = await serve(router_without_shards)
    tgi = await connect(server, breaking=THREE, clock=clock)
    await fails(tgi, times=3)
    clock.now += 11
    results = await asyncio.gather(*(read(tgi) for _ in range(4)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in results) == ["GenerationFailed"] + ["NoEndpoint"] * 3


async def test_a_trial_that_is_cancelled_leaves_the_next_request_to_try(
    serve: Serve, connect: Connect
) -> None:
    clock = Clock()
    server = await serve(router_without_shards)
    tgi = await connect(server, breaking=THREE, clock=clock)
    await fails(tgi, times=3)
    clock.now += 11
    silent = Held()
    silent.go.set()

    async def says_nothing(exchange: Exchange) -> None:
        await exchange.gone()

    server.script = says_nothing
    trial = asyncio.create_task(read(tgi))
    await settled(lambda: len(server.requests) == 4)
    trial.cancel()
    await asyncio.gather(trial, return_exceptions=True)
    server.script = WRITES
    assert await read(tgi) == "ab"


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (answers(429), Overloaded),
        (answers(422, as_json({"error": "no", "error_type": "validation"}), "application/json"), Refused),
        (answers(401), Unauthorized),
    ],
)
async def test_a_server_that_turns_requests_away_by_the_rules_has_not_failed(
    serve: Serve, connect: Connect, script: Script, kind: type[ClientError]
) -> None:
    server = await serve(script)
    tgi = await connect(server, breaking=Breaking(in_a_row=1))
    await fails(tgi, kind, times=5)
    assert len(server.requests) == 5


async def breaks_off(exchange: Exchange) -> None:
    await exchange.send(CHUNKED)
    exchange.drop()


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        (drops, Unreachable),
        (answers(503), Unreachable),
        (html, ClientError),
        (hangs, TimedOut),
        (breaks_off, ClientError),
        (router_without_shards, GenerationFailed),
    ],
)
async def test_a_server_that_fails_in_any_way_is_left_out(
    serve: Serve, connect: Connect, script: Script, kind: type[ClientError]
) -> None:
    server = await serve(script)
    tgi = await connect(
        server, breaking=Breaking(in_a_row=2, cool_down=30), budgets=Budgets(first_token=0.05)
    )
    await fails(tgi, kind, times=2)
    await fails(tgi, NoEndpoint)
    assert len(server.requests) == 2


async def test_streams_that_break_after_their_first_token_count_too(serve: Serve, connect: Connect) -> None:
    async def breaks_later(exchange: Exchange) -> None:
        await exchange.send(CHUNKED, b"")
        begun = tokens("abc")[0]
        await exchange.send(*(_chunked(begun), _chunked(LOST)))
        exchange.drop()

    server = await serve(breaks_later)
    tgi = await connect(server, breaking=Breaking(in_a_row=2, cool_down=30))
    await fails(tgi, times=2)
    await fails(tgi, NoEndpoint)


def _chunked(payload: Mapping[str, Any]) -> bytes:
    content = b"data: " + as_json(payload) + b"\n\n"
    return f"{len(content):x}\r\n".encode() + content + b"\r\n"


async def test_retries_never_more_than_double_the_load(serve: Serve, connect: Connect) -> None:
    async def pause(_: float) -> None:
        pass

    server = await serve(answers(429))
    tgi = await connect(server, retry=Retry(attempts=4, reserve=0), sleep=pause)
    for _ in range(50):
        await fails(tgi, Overloaded)
    assert 90 <= len(server.requests) <= 100


async def test_a_lone_request_may_use_its_attempts_out_of_the_reserve(serve: Serve, connect: Connect) -> None:
    async def pause(_: float) -> None:
        pass

    server = await serve(answers(429))
    tgi = await connect(server, retry=Retry(attempts=4), sleep=pause)
    await fails(tgi, Overloaded)
    assert len(server.requests) == 4

"""Several servers: which is asked, how much each is sent, and which are never asked."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest
from structlog.testing import capture_logs

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.several import (
    ASKED,
    Held,
    drops,
    hangs,
    html,
    info_of,
    of_callers,
    read,
    settled,
    streaming,
    unused_url,
)
from tests.tgi.client.wire import (
    Exchange,
    WireServer,
    answers,
    streams,
    tokens,
)
from tgi.client import Retry
from tgi.errors import Overloaded, TimedOut, Unauthorized, UnexpectedAnswer

WRITES = streams(*tokens("ab"))


async def test_the_server_with_the_fewest_outstanding_tokens_is_asked(serve: Serve, connect: Connect) -> None:
    one, other = Held(), Held()
    servers = [await serve(one), await serve(other)]
    tgi = await connect(*servers)
    async with AsyncExitStack() as stack:
        for size in (900, 100, 100, 100):
            await stack.enter_async_context(streaming(tgi, prompt_tokens=size))
        assert (one.running, other.running) == (1, 3)


async def test_what_has_been_written_is_outstanding_no_more(serve: Serve, connect: Connect) -> None:
    written = asyncio.Event()

    async def writes_much(exchange: Exchange) -> None:
        await exchange.events(*tokens("a" * 99))
        written.set()

    first = await serve(writes_much)
    second = await serve(Held())
    tgi = await connect(first, second)
    async with streaming(tgi, prompt_tokens=0, max_new_tokens=100):  # at the first: 99 left
        async with streaming(tgi, prompt_tokens=0, max_new_tokens=60):  # at the second: 59 left
            pass
        weights = [each.load.tokens for each in tgi._endpoints.all]
        assert weights == [99, 0]
    stream = tgi.stream("Twice", None, prompt_tokens=0)
    for _ in range(50):
        await anext(stream)
    assert tgi._endpoints.all[0].load.tokens == 1024 - 50
    await stream.aclose()
    assert tgi._endpoints.all[0].load.tokens == 0


async def test_a_counted_prompt_weighs_its_count_and_another_its_length(
    serve: Serve, connect: Connect
) -> None:
    tgi = await connect(await serve(Held()))
    (endpoint,) = tgi._endpoints.all
    async with streaming(tgi, prompt_tokens=77):
        assert endpoint.load.tokens == 77 + ASKED - 1
    async with streaming(tgi):
        assert endpoint.load.tokens == 5 + ASKED - 1  # 17 characters


async def test_the_limits_of_several_servers_add_up_and_each_keeps_its_own(
    serve: Serve, connect: Connect
) -> None:
    small, large = Held(), Held()
    tgi = await connect(
        await serve(small, info=info_of(max_concurrent_requests=1)),
        await serve(large, info=info_of(max_concurrent_requests=3)),
        limit=None,
    )
    running = [asyncio.create_task(read(tgi)) for _ in range(12)]
    await settled(lambda: small.running + large.running == 4)
    await asyncio.sleep(0.05)
    assert (small.running, large.running) == (1, 3)
    small.go.set()
    large.go.set()
    assert await asyncio.gather(*running) == ["ab"] * 12
    assert (small.most, large.most) == (1, 3)


async def test_who_waits_for_a_place_gets_it_in_the_order_of_asking(serve: Serve, connect: Connect) -> None:
    held = Held()
    tgi = await connect(await serve(held, info=info_of(max_concurrent_requests=1)), limit=None)
    order: list[int] = []

    async def one(number: int) -> None:
        await read(tgi)
        order.append(number)

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            group.create_task(one(number))
            await asyncio.sleep(0.01)
        held.go.set()
    assert order == [0, 1, 2, 3, 4]


async def test_who_stops_waiting_for_a_place_takes_none(serve: Serve, connect: Connect) -> None:
    held = Held()
    tgi = await connect(await serve(held, info=info_of(max_concurrent_requests=1)), limit=None)
    async with streaming(tgi):
        waiting = [asyncio.create_task(read(tgi)) for _ in range(3)]
        await asyncio.sleep(0.02)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    held.go.set()
    assert await read(tgi) == "ab"
    assert tgi._endpoints._waiters == []


async def test_waiting_for_a_place_ends_with_the_whole_call_s_time(serve: Serve, connect: Connect) -> None:
    tgi = await connect(await serve(Held(), info=info_of(max_concurrent_requests=1)), limit=None)
    async with streaming(tgi):
        with pytest.raises(TimedOut) as caught:
            async with asyncio.timeout(5):
                await read(tgi)
    assert caught.value.phase == "total"


async def test_info_and_tokenize_go_to_a_server_that_works(serve: Serve, connect: Connect) -> None:
    works = await serve(answers(200, b"[]", "application/json"))
    tgi = await connect(unused_url(), await serve(drops, info=None), await serve(html, info=None), works)
    assert (await tgi.info()).model_id == "tiny"
    assert await tgi.tokenize("Once") == []
    assert [each.path for each in works.requests] == ["/tokenize"]


@pytest.mark.parametrize(
    "bad", ["dead", "drops", "hangs", "HTML for everything", "HTML for generations", "no key"]
)
async def test_a_bad_server_among_good_ones_costs_nobody_a_take(
    serve: Serve, connect: Connect, bad: str
) -> None:
    servers: dict[str, WireServer | str] = {
        "dead": unused_url(),
        "drops": await serve(drops),
        "hangs": await serve(hangs),
        "HTML for everything": await serve(html, info=None),
        "HTML for generations": await serve(html),
        "no key": await serve(answers(401)),
    }
    spoilt = servers[bad]
    good = await serve(WRITES)
    tgi = await connect(spoilt, good)
    assert [await read(tgi) for _ in range(20)] == ["ab"] * 20
    assert len(of_callers(good)) == 20
    if not isinstance(spoilt, str):
        assert len([each for each in spoilt.requests if each.path == "/generate_stream"]) < 20


@pytest.mark.parametrize(
    ("bad", "raised"), [("HTML", UnexpectedAnswer), ("no key", Unauthorized), ("busy", Overloaded)]
)
async def test_where_every_server_is_bad_the_error_says_what_it_is(
    serve: Serve, connect: Connect, bad: str, raised: type[Exception]
) -> None:
    script = {"HTML": html, "no key": answers(401), "busy": answers(429)}[bad]
    tgi = await connect(await serve(script), await serve(script), retry=Retry(attempts=2, base=0))
    with pytest.raises(raised):
        await read(tgi)


async def test_a_server_without_the_key_is_asked_last(serve: Serve, connect: Connect) -> None:
    keyless, good = await serve(answers(401)), await serve(WRITES)
    tgi = await connect(keyless, good)
    for _ in range(5):
        assert await read(tgi) == "ab"
    assert len(of_callers(keyless)) == 1


async def test_a_busy_server_sends_the_request_on_to_one_with_a_place(serve: Serve, connect: Connect) -> None:
    tgi = await connect(await serve(answers(429)), await serve(WRITES), retry=Retry(attempts=1))
    assert await read(tgi) == "ab"
    assert tgi._endpoints.all[0].breaker.failures == 0, "a busy server has not failed"


async def test_a_request_too_large_for_one_server_goes_to_a_larger_one(
    serve: Serve, connect: Connect
) -> None:
    small, large = await serve(WRITES, info=info_of(max_total_tokens=100)), Held()
    tgi = await connect(small, await serve(large))
    await tgi.look()
    async with streaming(tgi, prompt_tokens=200), streaming(tgi, prompt_tokens=200):
        assert large.running == 2
    assert await read(tgi, prompt_tokens=20) == "ab"
    assert len(of_callers(small)) == 1


async def test_no_line_of_the_log_has_a_prompt_or_a_text_in_it(serve: Serve, connect: Connect) -> None:
    bad = await serve(answers(503, b"Twice upon a time", "text/plain"))
    tgi = await connect(bad, unused_url(), await serve(html), await serve(WRITES))
    with capture_logs() as logged:
        for _ in range(8):
            await read(tgi)
    assert any(each["event"] == "tgi.failover" for each in logged)
    assert all(each["endpoint"].startswith("http://127.0.0.1:") for each in logged)
    assert "Twice" not in str(logged)

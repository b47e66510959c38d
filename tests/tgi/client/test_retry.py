from __future__ import annotations

import asyncio
import socket
from contextlib import aclosing
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tgi.client.conftest import ONCE, Connect, Serve
from tests.tgi.client.wire import (
    CHUNKED,
    INFO,
    Exchange,
    answers,
    as_json,
    chunk,
    event,
    in_turn,
    streams,
    token,
    tokens,
)
from tgi.client import Budgets, Retry, TgiClient
from tgi.errors import BrokenStream, GenerationFailed, Overloaded, TimedOut, Unreachable

BUSY = {"error": "Model is overloaded", "error_type": "overloaded"}
TWICE = Retry(attempts=2, base=0)


class Pauses:
    """Stands for sleep: records, and waits for nothing."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def read(tgi: TgiClient) -> str:
    async with aclosing(tgi.stream("Once")) as events:
        return "".join([event.text async for event in events if hasattr(event, "text")])


def unused_url() -> str:
    with socket.socket() as briefly:
        briefly.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{briefly.getsockname()[1]}"


async def drops(exchange: Exchange) -> None:
    exchange.drop()


@pytest.mark.parametrize(
    "busy",
    [streams(BUSY), answers(429, as_json(BUSY), "application/json"), answers(429)],
    ids=["in a stream", "as 429", "as an empty 429"],
)
async def test_a_busy_server_is_asked_again_with_growing_jittered_pauses(
    serve: Serve, connect: Connect, busy: object
) -> None:
    server = await serve(in_turn(busy, busy, busy, streams(*tokens("ab"))))  # type: ignore[arg-type] # pytest's parameters are objects
    pauses = Pauses()
    retry = Retry(attempts=4, base=0.2, cap=0.5)
    tgi = await connect(server, retry=retry, sleep=pauses, chance=lambda: 0.5)

    assert await read(tgi) == "ab"
    assert pauses.seconds == pytest.approx([0.15, 0.3, 0.375])


async def test_the_last_refusal_is_raised_when_the_attempts_are_used_up(
    serve: Serve, connect: Connect
) -> None:
    server = await serve(streams(BUSY))
    pauses = Pauses()
    tgi = await connect(server, retry=Retry(attempts=3), sleep=pauses)
    with pytest.raises(Overloaded):
        await read(tgi)
    assert (len(server.requests), len(pauses.seconds)) == (3, 2)


async def test_a_refused_connection_is_tried_again(connect: Connect) -> None:
    pauses = Pauses()
    tgi = await connect(unused_url(), retry=Retry(attempts=3), sleep=pauses)
    with pytest.raises(Unreachable, match="refused"):
        await read(tgi)
    assert len(pauses.seconds) == 2


@pytest.mark.parametrize(
    "first", [drops, answers(502, b"<html>", "text/html"), answers(503)], ids=["drop", "502", "503"]
)
async def test_a_server_that_goes_before_it_answers_is_asked_again(
    serve: Serve, connect: Connect, first: object
) -> None:
    server = await serve(in_turn(first, streams(*tokens("ab"))))  # type: ignore[arg-type] # pytest's parameters are objects
    assert await read(await connect(server, retry=TWICE)) == "ab"


async def test_a_pooled_connection_that_went_stale_is_replaced(serve: Serve, connect: Connect) -> None:
    server = await serve(in_turn(streams(*tokens("ab")), drops, streams(*tokens("ab"))))
    tgi = await connect(server, retry=TWICE)
    assert [await read(tgi), await read(tgi)] == ["ab", "ab"]


@pytest.mark.parametrize(
    ("ending", "raised"),
    [
        (BUSY, Overloaded),
        ({"error": "no", "error_type": "generation"}, GenerationFailed),
        (None, BrokenStream),
    ],
)
async def test_nothing_is_repeated_after_the_first_token(
    serve: Serve, connect: Connect, ending: dict[str, str] | None, raised: type[Exception]
) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(CHUNKED, chunk(event(token(1, "a"))))
        if ending is not None:
            await exchange.send(chunk(event(ending)))
        await asyncio.sleep(0.01)
        exchange.drop()

    server = await serve(script)
    tgi = await connect(server, retry=Retry(attempts=4, base=0))
    with pytest.raises(raised):
        await read(tgi)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "first",
    [
        streams(),
        streams({"error": "no", "error_type": "generation"}),
        streams({"error": "no", "error_type": "validation"}),
        answers(401),
        answers(422, b"no", "text/plain"),
        answers(500, b"<html>", "text/html"),
    ],
)
async def test_what_repeating_cannot_mend_is_raised_at_once(
    serve: Serve, connect: Connect, first: object
) -> None:
    server = await serve(first)
    tgi = await connect(server, retry=Retry(attempts=4, base=0))
    with pytest.raises(Exception):  # noqa: B017, PT011 - which one is the concern of other tests
        await read(tgi)
    assert len(server.requests) == 1


async def test_the_total_budget_bounds_the_pauses(serve: Serve, connect: Connect) -> None:
    retry = Retry(attempts=10, base=1, cap=1)
    tgi = await connect(await serve(streams(BUSY)), retry=retry, budgets=Budgets(total=0.05))
    with pytest.raises(TimedOut) as caught:
        await read(tgi)
    assert caught.value.phase == "total"


async def test_the_next_server_is_asked_when_the_first_is_away_and_remembered(
    serve: Serve, connect: Connect
) -> None:
    away, server, spare = await serve(drops), await serve(streams(*tokens("ab"))), await serve(drops)
    tgi = await connect(away, server, spare, retry=ONCE)

    assert [await read(tgi), await read(tgi)] == ["ab", "ab"]
    assert [len(each.requests) for each in (server, spare)] == [2, 0]
    looks = away.requests[1:]
    assert len(away.requests) - len(looks) == 1
    assert all(look.json["parameters"]["max_new_tokens"] == 1 for look in looks)


async def test_no_other_server_continues_a_stream_that_has_begun(serve: Serve, connect: Connect) -> None:
    async def dies(exchange: Exchange) -> None:
        await exchange.send(CHUNKED, chunk(event(token(1, "a"))))
        await asyncio.sleep(0.01)
        exchange.drop()

    other = await serve(streams(*tokens("ab")))
    tgi = await connect(await serve(dies), other, retry=Retry(attempts=3, base=0))
    with pytest.raises(BrokenStream):
        await read(tgi)
    assert other.requests == []


async def test_every_server_away_is_one_error_after_the_attempts(connect: Connect) -> None:
    pauses = Pauses()
    tgi = await connect(unused_url(), unused_url(), retry=Retry(attempts=2), sleep=pauses)
    with pytest.raises(Unreachable):
        await tgi.generate("Once")
    assert len(pauses.seconds) == 1


async def test_questions_are_asked_again_too(serve: Serve, connect: Connect) -> None:
    tgi = await connect(
        await serve(in_turn(drops, answers(200, as_json(INFO), "application/json")), info=None), retry=TWICE
    )
    assert (await tgi.info()).model_id == "tiny"


@given(st.integers(1, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_pause_is_between_half_and_all_of_its_bound(failures: int, chance: float) -> None:
    pause = Retry(base=0.25, cap=5).pause(failures, chance)
    bound = min(5, 0.25 * 2 ** min(failures - 1, 64))
    assert bound / 2 <= pause <= bound


def test_a_retry_has_at_least_one_attempt() -> None:
    with pytest.raises(ValueError, match="attempt"):
        Retry(attempts=0)


@pytest.mark.parametrize("wrong", [{"ratio": 1.1}, {"ratio": -0.1}, {"reserve": -1}])
def test_retries_cannot_be_let_more_than_double_the_load(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="as many again"):
        Retry(**wrong)

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.wire import CHUNKED, LAST_CHUNK, Exchange, chunk, event, last, token
from tgi.client import Budgets, Finished, TgiClient, Token
from tgi.errors import Phase, TimedOut


async def read(tgi: TgiClient) -> list[Token | Finished]:
    async with aclosing(tgi.stream("Once")) as events:
        return [event async for event in events]


async def silent(exchange: Exchange) -> None:
    await exchange.gone()


async def only_comments(exchange: Exchange) -> None:
    await exchange.send(CHUNKED)
    while not exchange.writer.is_closing():
        await exchange.send(chunk(b":\n\n"))
        await asyncio.sleep(0.01)


async def stalls_after_a_token(exchange: Exchange) -> None:
    await exchange.send(CHUNKED, chunk(event(token(1, "a"))))
    await exchange.gone()


async def keeps_alive_after_a_token(exchange: Exchange) -> None:
    await exchange.send(CHUNKED, chunk(event(token(1, "a"))))
    await only_comments(exchange)


async def drips_one_token(exchange: Exchange) -> None:
    await exchange.send(CHUNKED, chunk(event(token(1, "a"))))
    while not exchange.writer.is_closing():
        await exchange.send(chunk(b" "))
        await asyncio.sleep(0.01)


async def never_ends(exchange: Exchange) -> None:
    await exchange.send(CHUNKED)
    while not exchange.writer.is_closing():
        await exchange.send(chunk(event(token(1, "a"))))
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("script", "budgets", "phase"),
    [
        (silent, Budgets(first_token=0.05), "first_token"),
        (only_comments, Budgets(first_token=0.05, idle=0.02), "first_token"),
        (stalls_after_a_token, Budgets(idle=0.05), "idle"),
        (keeps_alive_after_a_token, Budgets(idle=0.05), "idle"),
        (drips_one_token, Budgets(idle=0.05), "idle"),
        (never_ends, Budgets(total=0.1, idle=0.05), "total"),
        (silent, Budgets(total=0.05), "total"),
    ],
)
async def test_each_wait_has_its_own_limit_and_names_it(
    serve: Serve, connect: Connect, script: object, budgets: Budgets, phase: Phase
) -> None:
    server = await serve(script)
    tgi = await connect(server, budgets=budgets)
    begin = asyncio.get_running_loop().time()
    with pytest.raises(TimedOut) as caught:
        await read(tgi)
    await server.emptied()

    assert caught.value.phase == phase
    assert caught.value.seconds == getattr(budgets, phase)
    assert asyncio.get_running_loop().time() - begin < 2


async def test_a_live_stream_outlasts_every_limit_but_the_total(serve: Serve, connect: Connect) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.send(CHUNKED)
        for index in range(1, 10):
            await exchange.send(chunk(event(token(index, "a"))))
            await asyncio.sleep(0.02)
        await exchange.send(chunk(event(last(10, "b", "aaaaaaaaab"))), LAST_CHUNK)

    tgi = await connect(
        await serve(script), budgets=Budgets(connect=0.1, first_token=0.1, idle=0.1, answer=0.1)
    )
    begin = asyncio.get_running_loop().time()
    assert isinstance((await read(tgi))[-1], Finished)
    assert asyncio.get_running_loop().time() - begin > 0.15


async def test_a_slow_consumer_does_not_use_up_the_idle_limit(serve: Serve, connect: Connect) -> None:
    async def script(exchange: Exchange) -> None:
        await exchange.events(token(1, "a"), token(2, "b"), last(3, "c", "abc"))

    tgi = await connect(await serve(script), budgets=Budgets(idle=0.05))
    async with aclosing(tgi.stream("Once")) as events:
        seen = []
        async for happened in events:
            seen.append(type(happened))
            await asyncio.sleep(0.08)
    assert seen == [Token, Token, Token, Finished]


async def test_a_whole_generation_is_bounded_by_the_total_alone(serve: Serve, connect: Connect) -> None:
    tgi = await connect(await serve(silent), budgets=Budgets(first_token=0.01, idle=0.01, total=0.05))
    with pytest.raises(TimedOut) as caught:
        await tgi.generate("Once")
    assert (caught.value.phase, caught.value.seconds) == ("total", 0.05)


async def test_short_questions_have_a_limit_of_their_own(serve: Serve, connect: Connect) -> None:
    tgi = await connect(await serve(silent, info=None), budgets=Budgets(answer=0.05))
    for question in (tgi.info, lambda: tgi.tokenize("Once")):
        with pytest.raises(TimedOut, match=r"within 0\.05 s"):
            await question()


@pytest.fixture
def full_port() -> Iterator[int]:
    """Yield a port whose queue of connections is full, so that the next waits for ever."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)  # noqa: FBT003 - the standard library's signature
            each.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for each in waiting:
            each.close()


async def test_a_connection_that_is_not_accepted_times_out_as_such(connect: Connect, full_port: int) -> None:
    tgi = await connect(f"http://127.0.0.1:{full_port}", budgets=Budgets(connect=0.05))
    with pytest.raises(TimedOut) as caught:
        await read(tgi)
    assert (caught.value.phase, caught.value.seconds) == ("connect", 0.05)


@pytest.mark.parametrize("seconds", [0, -1, float("nan")])
def test_a_budget_is_more_than_nothing(seconds: float) -> None:
    with pytest.raises(ValueError, match="idle"):
        Budgets(idle=seconds)

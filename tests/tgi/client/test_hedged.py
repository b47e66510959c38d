"""A second server asked for a late first token, over real HTTP."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

from structlog.testing import capture_logs

from tests.tgi.client.conftest import Connect, Serve
from tests.tgi.client.several import WRITES, Held, of_callers, read, settled
from tests.tgi.client.wire import Exchange
from tgi.client import Finished, Hedge, Retry, TgiClient, Token

SOON = Hedge(share=1.0, after=0.03)


class Late:
    """A script that says nothing while `late`, and notes when its clients went."""

    def __init__(self, *, late: bool = True) -> None:
        self.late = late
        self.left: list[float] = []

    async def __call__(self, exchange: Exchange) -> None:
        if self.late:
            self.left.append(await exchange.gone())
        else:
            await WRITES(exchange)


async def test_without_being_asked_for_nothing_is_hedged(serve: Serve, connect: Connect) -> None:
    async def slowly(exchange: Exchange) -> None:
        await asyncio.sleep(0.1)
        await WRITES(exchange)

    other = await serve(WRITES)
    tgi = await connect(await serve(slowly), other)
    for _ in range(3):
        assert await read(tgi) == "ab"
    assert other.requests == []


async def test_the_first_token_wins_and_the_loser_is_gone_within_100_ms(
    serve: Serve, connect: Connect
) -> None:
    late = Late()
    tgi = await connect(await serve(late), await serve(WRITES), hedge=SOON)
    took: list[float] = []
    with capture_logs() as logged:
        for _ in range(3):
            async with aclosing(tgi.stream("Twice")) as events:
                assert isinstance(await anext(events), Token)
                since = asyncio.get_running_loop().time()
                await settled(lambda: len(late.left) > len(took))
                took.append(late.left[-1] - since)
                assert [type(each) async for each in events] == [Token, Finished]
    # The quickest of three: what else the machine does is not the client's doing.
    assert min(took) < 0.1
    assert [each["event"] for each in logged] == ["tgi.hedge", "tgi.hedge_won"] * 3
    assert [(each["hedges"], each["requests"]) for each in logged[::2]] == [(1, 1), (2, 2), (3, 3)]
    assert [(each.load.running, each.load.tokens) for each in tgi._endpoints.all] == [(0, 0)] * 2


async def test_the_first_server_may_still_win_and_the_hedge_is_gone(serve: Serve, connect: Connect) -> None:
    async def slowly(exchange: Exchange) -> None:
        await asyncio.sleep(0.1)
        await WRITES(exchange)

    hedge = Late()
    tgi = await connect(await serve(slowly), await serve(hedge), hedge=SOON)
    assert await read(tgi) == "ab"
    await settled(lambda: hedge.left)
    assert [each.load.running for each in tgi._endpoints.all] == [0, 0]


async def test_no_more_than_the_share_is_hedged(serve: Serve, connect: Connect) -> None:
    other = await serve(WRITES)

    async def slowly(exchange: Exchange) -> None:
        await asyncio.sleep(0.02)
        await WRITES(exchange)

    tgi = await connect(await serve(slowly), other, hedge=Hedge(share=0.1, after=0.005))
    for _ in range(40):
        assert await read(tgi) == "ab"
    assert 3 <= len(of_callers(other)) <= 4


async def test_a_single_server_is_never_hedged(serve: Serve, connect: Connect) -> None:
    async def slowly(exchange: Exchange) -> None:
        await asyncio.sleep(0.05)
        await WRITES(exchange)

    server = await serve(slowly)
    tgi = await connect(server, hedge=Hedge(share=1.0, after=0.01))
    assert await read(tgi) == "ab"
    assert len(server.requests) == 1


async def test_a_server_that_is_full_or_has_failed_is_no_second(serve: Serve, connect: Connect) -> None:
    held, late = Held(), Late()
    tgi = await connect(await serve(late), await serve(held), hedge=SOON, limit=None)
    await tgi.drain(tgi._endpoints.all[1].address)
    waiting = asyncio.create_task(read(tgi))
    await asyncio.sleep(0.1)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert held.most == 0


async def test_hedges_draw_on_what_may_be_sent_twice(serve: Serve, connect: Connect) -> None:
    async def slowly(exchange: Exchange) -> None:
        await asyncio.sleep(0.05)
        await WRITES(exchange)

    other = await serve(WRITES)
    tgi = await connect(await serve(slowly), other, hedge=SOON, retry=Retry(ratio=0, reserve=0))
    assert await read(tgi) == "ab"
    assert other.requests == []


async def test_without_a_set_delay_a_stream_is_late_when_it_is_later_than_95_of_100(
    serve: Serve, connect: Connect
) -> None:
    script = Late(late=False)
    first, other = await serve(script), await serve(WRITES)
    tgi = await connect(first, other, hedge=Hedge(share=0.5))
    for _ in range(40):
        await read(tgi)
    hedged_before = len(of_callers(other))
    script.late = True
    assert await read(tgi) == "ab"
    assert len(of_callers(other)) == hedged_before + 1


async def test_a_hedged_stream_that_is_cancelled_leaves_both_servers(serve: Serve, connect: Connect) -> None:
    one, other = Late(), Late()
    servers = await serve(one), await serve(other)
    tgi: TgiClient = await connect(*servers, hedge=SOON)
    before = asyncio.all_tasks()
    waiting = asyncio.create_task(read(tgi))
    await settled(lambda: all(each.requests for each in servers))
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await settled(lambda: one.left and other.left)
    assert [(each.load.running, each.load.tokens) for each in tgi._endpoints.all] == [(0, 0)] * 2
    assert not [each for each in asyncio.all_tasks() - before if each.get_name().startswith("tgi ")]

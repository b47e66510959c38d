"""Several processes of one bot at Discord's REST: one budget, one memory of what waits, each a last edit."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from discord import RateLimited
from discord.http import Route
from redis.asyncio import Redis

from bot.app import App, build
from bot.chat.live.message import LiveMessage
from bot.chat.live.posts import Posts
from bot.chat.live.yielding import Crowded, edits
from bot.chat.render.shown import Shown
from bot.chat.rest import LEFT_BY_PASSING, SharedRest
from bot.local_discord.events import Event
from bot.local_discord.limits.sizes import Limits
from bot.local_discord.parts import Options
from bot.local_discord.seed import WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from bot.settings import Settings
from bot.store import EditStore, RestBudget, connect
from bot.store.keys import Keys
from bot.store.rest_budget import FRESH_SECONDS, STOP_AT, Rate
from tests.bot.chat.stage import _addresses_put_back
from tests.bot.local_discord.spec.documents import held
from tests.redis_server import RedisServer, binaries, running

MESSAGES = "/channels/{channel_id}/messages"
LIMIT = 50  # a second, as Discord's

Start = Callable[..., Any]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with running(binaries()["valkey"], tmp_path) as own:
        yield own


@pytest.fixture
async def local() -> AsyncIterator[LocalDiscord]:
    limits = Limits.model_validate({"global": {"limit": LIMIT, "seconds": 1}})
    with _addresses_put_back():
        async with LocalDiscord(held(Options(limits=limits))) as everything:
            yield everything


@pytest.fixture
async def redis_of(server: RedisServer) -> AsyncIterator[Redis]:
    """A look into that Redis."""
    client = connect(server.url)
    yield client
    await client.aclose()


@pytest.fixture
async def start(local: LocalDiscord, server: RedisServer) -> AsyncIterator[Start]:
    """Start another process of the bot, as far as REST goes."""
    async with AsyncExitStack() as parts:

        async def one(**settings: Any) -> App:
            found = Settings(
                _env_file=None,
                **{
                    "discord_api": f"{local.url}/api/v10",
                    "discord_gateway": f"ws://127.0.0.1:{local.port}/gateway/",
                    "redis_url": server.url,
                    "rest_rate": LIMIT,
                    **settings,
                },
            )
            app = await parts.enter_async_context(build(found))
            await app.client.sign_in(local.parts.options.bot_token)
            return app

        yield one


def limited(local: LocalDiscord) -> list[str]:
    """The scopes of all that was refused for its rate."""
    return [entry.scope for entry in local.parts.ledger.find(status=429)]


async def look(app: App) -> None:
    """A request without a limit of its own."""
    await app.client.http.request(Route("GET", "/users/@me"))


async def test_three_processes_stay_under_one_limit_and_use_it_up(
    start: Start, local: LocalDiscord, redis_of: Redis
) -> None:
    apps = [await start() for _ in range(3)]
    await redis_of.config_resetstat()
    began = time.monotonic()
    each = 40
    await asyncio.gather(*(look(app) for app in apps for _ in range(each)))
    seconds = time.monotonic() - began
    assert limited(local) == []
    rate = Rate.under(LIMIT)
    assert (3 * each - rate.burst) / rate.steady * 0.9 < seconds < 3 * each / rate.steady * 3
    stats: Any = await redis_of.info("commandstats")
    assert stats["cmdstat_evalsha"]["calls"] < 2 * 3 * each  # most of them while nothing is left


async def test_what_one_process_was_told_to_wait_for_the_others_wait_for_too(
    start: Start, local: LocalDiscord
) -> None:
    one, other = await start(), await start()
    local.parts.faults.storm(route=f"GET {MESSAGES}", count=1, retry_after=1.0)
    asked = Route("GET", MESSAGES, channel_id=WRITERS_ROOM)
    first = asyncio.create_task(one.client.http.request(asked))
    while not limited(local):  # noqa: ASYNC110 - the ledger has no event
        await asyncio.sleep(0.01)
    await asyncio.sleep(FRESH_SECONDS + 0.05)  # what the other was granted before is no longer fresh
    began = time.monotonic()
    await other.client.http.request(asked)
    assert time.monotonic() - began > 0.6
    await first
    await look(other)  # another route goes on
    assert len(limited(local)) == 1


async def test_without_redis_a_process_goes_on_with_its_part(start: Start, server: RedisServer) -> None:
    one, other = await start(), await start()
    await look(one)
    await look(other)
    await look(one)  # it has heard of the other
    server.freeze()
    try:
        began = time.monotonic()
        await asyncio.gather(*(look(one) for _ in range(12)))
        seconds = time.monotonic() - began
    finally:
        server.thaw()
    part = Rate.under(LIMIT).steady / 2
    # Of the last batch from Redis one may have been left.
    assert 10 / part * 0.9 < seconds < 12 / part + 1.5


@pytest.fixture
def rest(redis_of: Redis) -> SharedRest:
    budget = RestBudget(redis_of, keys=Keys(), process="one", limit=LIMIT)
    return SharedRest(budget, clock=time.monotonic)


async def test_who_comes_first_is_let_out_first(rest: SharedRest) -> None:
    out: list[int] = []

    async def one(number: int) -> None:
        await rest.admit(f"PATCH /channels/{number}/messages/:id")
        out.append(number)

    await asyncio.gather(*(one(number) for number in range(60)))
    assert out == list(range(60))


async def test_who_waits_for_a_route_takes_nothing_from_the_others(rest: SharedRest, redis_of: Redis) -> None:
    rest._later["held"] = time.monotonic() + 60
    held = [asyncio.create_task(rest.admit("held")) for _ in range(20)]
    await asyncio.sleep(0)
    await rest.admit("free")
    for each in held:
        each.cancel()
    await asyncio.gather(*held, return_exceptions=True)
    steady = Rate.under(LIMIT).steady
    ahead = float(await redis_of.get(Keys().rest.spent) or 0) / 1000 - time.time()
    assert ahead * steady <= 1


async def test_nobody_waits_longer_than_is_said_while_nothing_is_sent(
    rest: SharedRest, redis_of: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{SharedRest.__module__}.LONGEST_SECONDS", 0.5)
    stored: Any = redis_of.hset(Keys().rest.invalid, str(int(time.time()) // 60), str(STOP_AT))
    await stored
    began = time.monotonic()
    ends = await asyncio.gather(*(rest.admit("any") for _ in range(5)), return_exceptions=True)
    assert [type(end) for end in ends] == [RateLimited] * 5
    assert time.monotonic() - began < 1.0


async def test_edits_that_newer_ones_follow_leave_the_last_requests_at_once_to_all_others(
    rest: SharedRest,
) -> None:
    with edits(passing=True):
        await rest.admit("passing")
        ends = await asyncio.gather(*(rest.admit("passing") for _ in range(LIMIT)), return_exceptions=True)
    assert [end for end in ends if end is not None and not isinstance(end, Crowded)] == []
    assert any(ends)
    assert (await rest._budget.take(LIMIT)).requests >= LEFT_BY_PASSING


async def test_invalid_answers_of_every_process_are_counted_together(
    start: Start, local: LocalDiscord, redis_of: Redis
) -> None:
    one, other = await start(), await start()
    local.parts.faults.failure(403, route="GET /users/@me", count=4)
    for app in (one, other, one, other):
        with pytest.raises(Exception, match="403"):
            await look(app)
    budget = RestBudget(redis_of, keys=Keys(), process="test", limit=LIMIT)
    assert (await budget.take(1)).invalid == 4


async def test_a_proxy_that_counts_takes_the_place_of_the_budget(
    start: Start, local: LocalDiscord, redis_of: Redis
) -> None:
    async with proxy(f"{local.url}/api/v10") as (url, passed):
        app = await start(discord_api=url, rest_rate=0)
        await asyncio.gather(*(look(app) for _ in range(LIMIT + 10)))
    assert passed.count("/users/@me") == LIMIT + 10 + 1  # with the sign-in's
    assert limited(local) == []
    assert [key async for key in redis_of.scan_iter("*rest*")] == []


async def test_the_last_edit_is_not_kept_waiting_by_those_that_pass(
    start: Start, local: LocalDiscord, redis_of: Redis
) -> None:
    edits = EditStore(redis_of, keys=Keys())
    written: list[str] = []  # what the channel's messages were edited to
    local.parts.bus.listen(lambda event: written.append(_content(event)))

    async def live(name: str) -> LiveMessage:
        """A message of a process of its own, in the one channel."""
        posts = Posts((await start()).client, edits)
        message = await posts.post(WRITERS_ROOM, Shown(text=name), nonce=name)
        return LiveMessage(lambda shown: posts.edit(WRITERS_ROOM, message, shown), name=name, every=0.2)

    board, take = await live("board"), await live("take")
    for number in range(50):
        board.show(partial(Shown, text=f"board {number}"))
        take.show(partial(Shown, text=f"take {number}"))
        await asyncio.sleep(0.05)
    began = time.monotonic()
    # discord.py returns only when the channel may be edited again: what counts is what people see.
    ending = asyncio.create_task(take.finish(partial(Shown, text="the last words")))
    while "the last words" not in written:
        assert time.monotonic() - began < 1.0
        await asyncio.sleep(0.01)
    await board.cancel()
    await ending
    assert limited(local) == []


def _content(event: Event) -> str:
    return str(event.body.get("content")) if event.name == "MESSAGE_UPDATE" else ""


@asynccontextmanager
async def proxy(target: str) -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy as bots use it for rate limits, which holds requests back; and what passed it."""
    passed: list[str] = []
    turn = asyncio.Lock()

    async def forward(request: web.Request) -> web.Response:
        passed.append(request.path.removeprefix("/api/v10"))
        async with turn:
            await asyncio.sleep(1.2 / LIMIT)
        headers = {"Authorization": request.headers["Authorization"]}
        async with (
            aiohttp.ClientSession() as http,
            http.request(request.method, target + passed[-1], headers=headers) as answer,
        ):
            return web.Response(
                body=await answer.read(), status=answer.status, content_type=answer.content_type
            )

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", forward)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/api/v10", passed
    finally:
        await runner.cleanup()

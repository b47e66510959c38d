"""Faults of REST requests, as plain HTTP and discord.py meet them."""

from __future__ import annotations

import asyncio
import random
import time

import aiohttp
import discord
import pytest

from bot.local_discord.errors import RestError
from bot.local_discord.parts import Options
from bot.local_discord.seed import CLASS, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker, until
from tests.bot.local_discord.story_bot import StoryBot

SEND = f"/channels/{WRITERS_ROOM}/messages"
ROUTE = "POST /channels/{channel_id}/messages"
ME = "/users/@me"


async def statuses(asks: Asker, times: int, path: str = ME) -> list[int]:
    return [(await asks.rest("GET", path)).status for _ in range(times)]


async def test_a_fault_strikes_so_often_and_then_is_over(asks: Asker, local: LocalDiscord) -> None:
    local.parts.faults.failure(503, code=130000, message="API resource is currently overloaded", count=2)
    assert await statuses(asks, 3) == [503, 503, 200]
    assert local.parts.faults.read() == []
    assert [one["fault"] for one in local.parts.ledger.read()] == ["failure", "failure", ""]


async def test_a_fault_may_wait_for_so_many_requests(asks: Asker, local: LocalDiscord) -> None:
    local.parts.faults.failure(500, after=2)
    assert await statuses(asks, 4) == [200, 200, 500, 200]


async def test_a_fault_is_of_one_route_and_one_channel(asks: Asker, local: LocalDiscord) -> None:
    local.parts.faults.failure(500, route="POST /channels/{id}/messages", major=WRITERS_ROOM, count=None)
    assert await statuses(asks, 1, SEND) == [200]
    assert (await asks.rest("POST", f"/channels/{CLASS}/messages", json={"content": "x"})).status == 200
    assert (await asks.rest("POST", SEND, json={"content": "x"})).status == 500


async def test_several_faults_are_in_force_at_once_and_taken_away_one_by_one(
    asks: Asker, local: LocalDiscord
) -> None:
    faults = local.parts.faults
    late, failing = faults.latency(0.2, count=None), faults.failure(500, count=None)
    began = time.monotonic()
    assert await statuses(asks, 1) == [500]
    assert time.monotonic() - began >= 0.2
    assert local.parts.ledger.read()[-1]["fault"] == "latency,failure"
    assert [(one["id"], one["kind"], one["struck"]) for one in faults.read()] == [
        (late, "latency", 1),
        (failing, "failure", 1),
    ]
    faults.remove(failing)
    assert await statuses(asks, 1) == [200]
    with pytest.raises(RestError, match="There is no fault"):
        faults.remove(failing)
    faults.clear()
    assert faults.read() == []


class TestWithDiceThatAreKnown:
    @pytest.fixture
    def options(self) -> Options:
        return Options(dice=random.Random(7), rate_limits=False)

    async def test_a_share_of_the_requests_fails(self, asks: Asker, local: LocalDiscord) -> None:
        local.parts.faults.failure(500, share=0.3, count=None)
        dice = random.Random(7)
        assert await statuses(asks, 20) == [500 if dice.random() < 0.3 else 200 for _ in range(20)]

    async def test_jitter_is_added_to_latency(self, asks: Asker, local: LocalDiscord) -> None:
        local.parts.faults.latency(0.05, jitter=0.1)
        began = time.monotonic()
        await statuses(asks, 1)
        assert time.monotonic() - began >= 0.05 + 0.1 * random.Random(7).random()


async def test_time_that_is_moved_ahead_ends_a_latency(asks: Asker, local: LocalDiscord) -> None:
    local.parts.faults.latency(3600)
    waiting = asyncio.create_task(asks.rest("GET", ME))
    await until(lambda: local.parts.clock._sleepers)
    await asks.does("POST", "/clock/advance", seconds=3600)
    assert (await waiting).status == 200


async def test_a_server_that_closes_ends_a_latency(browser: aiohttp.ClientSession) -> None:
    async with LocalDiscord(Options()) as local:
        local.parts.faults.latency(3600)
        asks = Asker(browser, local.url, local.parts.options.bot_token)
        waiting = asyncio.create_task(asks.rest("GET", ME))
        await until(lambda: local.parts.clock._sleepers)
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert (await waiting).status == 200


@pytest.mark.parametrize(("when", "posted"), [("before", 0), ("after", 1)])
async def test_a_connection_is_reset_before_or_after_the_work(
    asks: Asker, local: LocalDiscord, when: str, posted: int
) -> None:
    before = len(local.parts.world.messages.of(WRITERS_ROOM))
    await asks.does("POST", "/faults", kind="drop", when=when, route=ROUTE)
    with pytest.raises((aiohttp.ClientOSError, aiohttp.ServerDisconnectedError)):
        await asks.rest("POST", SEND, json={"content": "lost"})
    assert len(local.parts.world.messages.of(WRITERS_ROOM)) == before + posted
    entry = local.parts.ledger.read()[-1]
    assert (entry["status"], entry["fault"]) == (200 if posted else 0, "drop")
    assert (await asks.rest("POST", SEND, json={"content": "again"})).status == 200


async def test_an_answer_ends_in_its_middle(asks: Asker, local: LocalDiscord) -> None:
    local.parts.faults.truncation(route=ROUTE)
    with pytest.raises(aiohttp.ClientPayloadError):
        await asks.rest("POST", SEND, json={"content": "half"})
    assert local.parts.ledger.read()[-1]["status"] == 200
    assert (await asks.rest("POST", SEND, json={"content": "whole"})).status == 200


async def test_an_answer_without_a_body_is_cut_too(asks: Asker, local: LocalDiscord) -> None:
    local.parts.faults.truncation()
    with pytest.raises(aiohttp.ClientError):
        await asks.rest("POST", f"/channels/{WRITERS_ROOM}/typing")


async def test_discord_py_tries_again_after_502(bot: StoryBot, local: LocalDiscord) -> None:
    local.parts.faults.failure(502, route=ROUTE)
    sent = await bot.text_channel(WRITERS_ROOM).send("after all")
    assert sent.content == "after all"
    assert [one["status"] for one in local.parts.ledger.read(route=ROUTE)] == [502, 200]


async def test_discord_py_raises_what_it_does_not_try_again(bot: StoryBot, local: LocalDiscord) -> None:
    local.parts.faults.failure(503, route=ROUTE)
    with pytest.raises(discord.DiscordServerError):
        await bot.text_channel(WRITERS_ROOM).send("not at all")


async def test_a_global_storm_stops_all_of_discord_py(bot: StoryBot, local: LocalDiscord) -> None:
    local.parts.faults.storm(scope="global", retry_after=0.3, route=ROUTE)
    began = time.monotonic()
    storm = asyncio.create_task(bot.text_channel(WRITERS_ROOM).send("waits"))
    await until(lambda: local.parts.ledger.read(route=ROUTE))
    await asyncio.sleep(0.05)  # until the answer has come
    await bot.fetch_user(bot.application_id or 0)
    assert time.monotonic() - began >= 0.3
    await storm

"""What a client meets when it asks too much: plain HTTP first, then the unmodified discord.py."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import discord
import pytest

from bot.local_discord.limits.sizes import Limits, Size
from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, APPLICATION, GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.asking import Asker
from tests.bot.local_discord.story_bot import StoryBot

SEND = f"/channels/{WRITERS_ROOM}/messages"


async def statuses(local: LocalDiscord, route: str) -> list[int]:
    return [entry["status"] for entry in local.parts.ledger.read(route=route)]


async def test_an_answer_says_how_its_bucket_stands(asks: Asker) -> None:
    first = await asks.rest("POST", SEND, json={"content": "one"})
    second = await asks.rest("POST", SEND, json={"content": "two"})
    assert [one.headers["X-RateLimit-Remaining"] for one in (first, second)] == ["4", "3"]
    assert first.headers["X-RateLimit-Limit"] == "5"
    assert len(first.headers["X-RateLimit-Bucket"]) == 32
    assert 0 < float(second.headers["X-RateLimit-Reset-After"]) <= 5
    assert abs(float(first.headers["X-RateLimit-Reset"]) - time.time() - 5) < 2


async def test_an_error_counts_and_says_so_too(asks: Asker) -> None:
    refused = await asks.rest("POST", SEND, json={"content": "x" * 2001})
    assert (refused.status, refused.headers["X-RateLimit-Remaining"]) == (400, "4")
    broken = await asks.rest("POST", SEND, data=b"{", headers={"Content-Type": "application/json"})
    assert (broken.status, broken.headers["X-RateLimit-Remaining"]) == (400, "3")


async def test_the_sixth_message_is_refused_with_discords_body_and_headers(
    asks: Asker, local: LocalDiscord
) -> None:
    for number in range(5):
        assert (await asks.rest("POST", SEND, json={"content": str(number)})).status == 200
    refused = await asks.rest("POST", SEND, json={"content": "6"})
    assert refused.status == 429
    assert refused.body["message"] == "You are being rate limited."
    assert (refused.body["global"], "code" in refused.body) == (False, False)
    assert 0 < refused.body["retry_after"] <= 5
    assert 1 <= int(refused.headers["Retry-After"]) <= 5
    assert (refused.headers["X-RateLimit-Scope"], refused.headers["Via"]) == ("user", "1.1 local")
    assert "X-RateLimit-Global" not in refused.headers
    entry = local.parts.ledger.read()[-1]
    assert (entry["bucket"], entry["remaining"], entry["scope"]) == ("message.create", 0, "user")


async def test_time_that_is_moved_ahead_empties_the_buckets(asks: Asker) -> None:
    for number in range(6):
        last = await asks.rest("POST", SEND, json={"content": str(number)})
    assert last.status == 429
    await asks.does("POST", "/clock/advance", seconds=5)
    assert (await asks.rest("POST", SEND, json={"content": "again"})).status == 200


async def test_more_than_two_hundred_new_commands_a_day_are_refused(asks: Asker) -> None:
    path = f"/applications/{APPLICATION}/guilds/{GUILD}/commands"
    for lot in range(4):
        named = [{"name": f"c{lot}-{number}", "description": "x"} for number in range(50)]
        assert (await asks.rest("PUT", path, json=named)).status == 200
    assert (await asks.rest("PUT", path, json=named)).status == 200  # nothing new
    await asks.does("POST", "/clock/advance", seconds=20)
    refused = await asks.rest("POST", path, json={"name": "one-more", "description": "x"})
    assert (refused.status, refused.body["code"]) == (429, 30034)
    await asks.does("POST", "/clock/advance", seconds=86_400)
    assert (await asks.rest("POST", path, json={"name": "one-more", "description": "x"})).status == 201


async def test_discord_py_paces_itself_by_the_headers(bot: StoryBot, local: LocalDiscord) -> None:
    await asyncio.gather(*(bot.text_channel(WRITERS_ROOM).send(str(number)) for number in range(7)))
    assert 429 not in await statuses(local, "POST /channels/{channel_id}/messages")


async def test_discord_py_waits_and_tries_again(bot: StoryBot, local: LocalDiscord) -> None:
    local.parts.faults.storm(retry_after=0.3, count=2)
    began = time.monotonic()
    await bot.text_channel(WRITERS_ROOM).send("through the storm")
    assert 0.6 <= time.monotonic() - began < 3
    assert await statuses(local, "POST /channels/{channel_id}/messages") == [429, 429, 200]


async def test_a_rename_too_many_is_raised_by_discord_py_for_its_wait_is_too_long(bot: StoryBot) -> None:
    thread = await bot.text_channel(WRITERS_ROOM).create_thread(
        name="none", type=discord.ChannelType.public_thread
    )
    await thread.edit(name="one")
    await thread.edit(name="two")
    with pytest.raises(discord.RateLimited) as refusal:
        await thread.edit(name="three")
    assert 590 < refusal.value.retry_after <= 600
    await thread.edit(auto_archive_duration=60)


class TestWithAGlobalLimitThatIsSmall:
    @pytest.fixture
    def options(self) -> Options:
        return Options(limits=Limits(overall=Size(limit=4, seconds=0.5)))

    async def test_all_of_discord_py_waits(self, bot: StoryBot, local: LocalDiscord) -> None:
        await asyncio.gather(*(bot.fetch_user(int(ANA)) for _ in range(8)))
        refused = [one for one in local.parts.ledger.read() if one["status"] == 429]
        assert {one["scope"] for one in refused} == {"global"}

    async def test_its_answer_says_that_it_is_global(self, asks: Asker) -> None:
        answers = [await asks.rest("GET", "/users/@me") for _ in range(5)]
        refused = answers[-1]
        assert (refused.status, refused.body["global"]) == (429, True)
        assert refused.headers["X-RateLimit-Global"] == "true"
        assert refused.headers["X-RateLimit-Scope"] == "global"
        assert "X-RateLimit-Bucket" not in refused.headers

    async def test_webhooks_with_a_token_are_exempt(self, asks: Asker) -> None:
        path = f"/webhooks/{APPLICATION}/nonsense/messages/@original"
        assert [(await asks.rest("GET", path)).status for _ in range(9)] == [401] * 9


class TestWithABarThatIsLow:
    @pytest.fixture
    def options(self) -> Options:
        return Options(limits=Limits(invalid=Size(limit=3, seconds=600), barred_seconds=30))

    async def test_who_is_refused_too_often_is_shut_out(self, asks: Asker, local: LocalDiscord) -> None:
        for _ in range(3):
            assert (await asks.rest("GET", "/users/@me", token="wrong")).status == 401
        barred = await asks.rest("GET", "/users/@me")
        assert barred.status == 429
        assert "Via" not in barred.headers
        assert barred.headers["Content-Type"].startswith("text/html")
        assert 1 <= int(barred.headers["Retry-After"]) <= 30
        assert "Error 1015" in barred.body
        assert local.parts.ledger.read()[-1]["status"] == 429
        await asks.does("POST", "/clock/advance", seconds=30)
        assert (await asks.rest("GET", "/users/@me")).status == 200

    async def test_discord_py_takes_it_for_a_ban_and_does_not_try_again(
        self, bot: StoryBot, asks: Asker, local: LocalDiscord
    ) -> None:
        for _ in range(3):
            await asks.rest("GET", "/users/@me", token="wrong")
        before = len(local.parts.ledger.read())
        with pytest.raises(discord.HTTPException) as refusal:
            await bot.fetch_user(int(APPLICATION))
        assert refusal.value.status == 429
        assert len(local.parts.ledger.read()) == before + 1

    async def test_shared_limits_bar_nobody(self, asks: Asker, local: LocalDiscord) -> None:
        local.parts.faults.storm(scope="shared", count=10)
        answers: list[Any] = [await asks.rest("GET", "/users/@me") for _ in range(10)]
        assert {one.status for one in answers} == {429}
        assert answers[0].body["message"] == "The resource is being rate limited."
        assert (await asks.rest("GET", "/users/@me")).status == 200


class TestWithoutLimits:
    @pytest.fixture
    def options(self) -> Options:
        return Options(rate_limits=False, limits=Limits(invalid=Size(limit=1, seconds=600)))

    async def test_nothing_is_counted(self, asks: Asker) -> None:
        await asks.rest("GET", "/users/@me", token="wrong")
        answers = [await asks.rest("POST", SEND, json={"content": "x"}) for _ in range(9)]
        assert {one.status for one in answers} == {200}
        assert not [name for name in answers[0].headers if name.startswith("X-RateLimit")]

"""The unmodified discord.py, sharded and not, through both compressions."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import discord
import pytest
from discord import utils

from bot.local_discord.events import PRIVILEGED
from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from bot.local_discord.state.guilds import Member
from bot.local_discord.state.world import User
from tests.bot.local_discord.gateway.raw import until
from tests.bot.local_discord.gateway.test_sharding import ELSEWHERE, found
from tests.bot.local_discord.person import Person
from tests.bot.local_discord.story_bot import StoryBot


class ZlibContext:
    """discord.py's own context where `zstandard` cannot be imported; it is not defined where it can."""

    COMPRESSION_TYPE = "zlib-stream"

    def __init__(self) -> None:
        self.context = zlib.decompressobj()

    def decompress(self, data: bytes, /) -> str | None:
        assert data.endswith(b"\x00\x00\xff\xff")
        return self.context.decompress(data).decode()


@pytest.fixture(params=["zstd-stream", "zlib-stream"])
def compression(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "zlib-stream":
        monkeypatch.setattr(utils, "_ActiveDecompressionContext", ZlibContext)
    assert request.param == utils._ActiveDecompressionContext.COMPRESSION_TYPE
    compression: str = request.param
    return compression


@pytest.mark.usefixtures("compression")
async def test_discord_py_reads_both_compressions(
    launch: Callable[..., Awaitable[StoryBot]], ana: Person
) -> None:
    bot = await launch()
    await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/threads", name="雨 rain")
    await until(lambda: bot.heard)
    assert bot.heard[0][1].name == "雨 rain"


async def test_discord_py_resumes_and_hears_what_it_missed(ana: Person, bot: StoryBot) -> None:
    await ana.call("POST", "/control/v1/gateway/disconnect", code=4000)
    await ana.sees("BOT_STATUS", lambda body: not body["online"])
    said = await ana.command(WRITERS_ROOM, "room open", title="While away")
    async with asyncio.timeout(10):
        await bot.resumes.wait()
    assert said
    assert (await ana.sees("MESSAGE_CREATE"))["content"].startswith("While away")


@pytest.mark.parametrize("fault", ["drop", "ask_to_reconnect", "hang_up"])
async def test_discord_py_resumes_after_each_way_to_be_cut_off(
    local: LocalDiscord, bot: StoryBot, fault: str
) -> None:
    assert getattr(local.parts.gateway_faults, fault)() == 1
    async with asyncio.timeout(10):
        await bot.resumes.wait()


@pytest.mark.usefixtures("bot")
@pytest.mark.parametrize("way", ["forgotten", "invalid"])
async def test_discord_py_starts_anew_where_it_cannot_resume(
    ana: Person, local: LocalDiscord, way: str
) -> None:
    if way == "invalid":
        local.parts.gateway_faults.invalid_session(resumable=False)
    else:
        await ana.call("POST", "/control/v1/gateway/disconnect", code=4000, resumable=False)
    await ana.sees("BOT_STATUS", lambda body: not body["online"])
    ana.frames.clear()
    await ana.sees("BOT_STATUS", lambda body: bool(body["online"]))
    await ana.command(WRITERS_ROOM, "room open", title="Anew")
    assert (await ana.sees("MESSAGE_CREATE"))["content"].startswith("Anew")


@pytest.mark.parametrize("options", [Options(heartbeat_interval=0.3)])
async def test_discord_py_keeps_its_heart_beating(launch: Callable[..., Awaitable[StoryBot]]) -> None:
    bot = await launch()
    await asyncio.sleep(1.7)
    assert not bot.is_closed()
    assert not bot.resumes.is_set()
    assert 0.01 < bot.latency < 1


async def test_discord_py_stays_connected_while_a_test_moves_the_clock(
    local: LocalDiscord, bot: StoryBot
) -> None:
    local.parts.clock.advance(3600)
    await asyncio.sleep(1.2)
    assert not bot.resumes.is_set()
    assert local.parts.hub.online


async def test_a_wrong_token_is_a_login_failure(launch: Callable[..., Awaitable[StoryBot]]) -> None:
    with pytest.raises(discord.LoginFailure):
        await launch(token="wrong")


async def test_an_intent_that_was_not_granted_is_named(launch: Callable[..., Awaitable[StoryBot]]) -> None:
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await launch(discord.Intents(guilds=True, message_content=True))


@pytest.mark.parametrize("options", [Options(privileged=PRIVILEGED)])
async def test_discord_py_reads_the_guild(launch: Callable[..., Awaitable[StoryBot]]) -> None:
    bot = await launch(discord.Intents(guilds=True, members=True))
    guild = bot.get_guild(int(GUILD))
    assert guild is not None
    assert (guild.name, guild.text_channels[0].name) == ("Story Rooms", "welcome")
    assert guild.me.guild_permissions.manage_threads
    assert (await guild.fetch_member(int(ANA))).display_name == "Ana"
    everybody = {"ana", "bo", "chen", "dee", "Storyroom"}
    assert {member.name async for member in guild.fetch_members()} == everybody
    assert (await bot.application_info()).name == "Storyroom"


@pytest.mark.parametrize("options", [Options(privileged=PRIVILEGED)])
async def test_discord_py_chunks_a_large_guild(
    launch: Callable[..., Awaitable[StoryBot]], local: LocalDiscord
) -> None:
    world = local.parts.world
    for number in range(1500):
        user = User(str(10**18 + number), f"guest{number}", None, "#000000")
        world.users[user.id] = user
        world.guilds[GUILD].members[user.id] = Member(user.id, [], 0.0)
    bot = await launch(discord.Intents(guilds=True, members=True))
    guild = bot.get_guild(int(GUILD))
    assert guild is not None
    assert guild.chunked
    assert len(guild.members) == 1505
    assert {one.name for one in await guild.query_members("guest149", limit=20)} >= {"guest149", "guest1490"}


@pytest.fixture
async def shards(pointed: LocalDiscord) -> AsyncIterator[Callable[[], Awaitable[discord.AutoShardedClient]]]:
    running: list[tuple[discord.AutoShardedClient, asyncio.Task[None]]] = []

    async def start() -> discord.AutoShardedClient:
        client = discord.AutoShardedClient(intents=discord.Intents(guilds=True), guild_ready_timeout=0.05)
        # discord.py waits five seconds between two identifies; here the server is asked not to insist.
        client.before_identify_hook = _at_once  # type: ignore[method-assign]  # its own way is to subclass
        task = asyncio.create_task(client.start(pointed.parts.options.bot_token), name="sharded-bot")
        running.append((client, task))
        await until(client.is_ready)
        return client

    yield start
    for client, task in running:
        await client.close()
        await asyncio.gather(task, return_exceptions=True)
    left = [task for task in asyncio.all_tasks() if task.get_name().startswith("discord")]
    if left:
        await asyncio.wait(left, timeout=2)


async def _at_once(shard_id: int | None, *, initial: bool = False) -> None:
    del shard_id, initial


@pytest.mark.usefixtures("compression")
@pytest.mark.parametrize("options", [Options(shards=2, identify_interval=0.0)])
async def test_an_auto_sharded_client_has_both_shards(
    shards: Callable[[], Awaitable[discord.AutoShardedClient]], local: LocalDiscord, ana: Person
) -> None:
    found(local)
    client = await shards()
    assert client.shard_count == 2
    by_shard: dict[Any, set[str]] = {0: set(), 1: set()}
    for guild in client.guilds:
        by_shard[guild.shard_id].add(str(guild.id))
    assert ELSEWHERE in by_shard[(int(ELSEWHERE) >> 22) % 2]
    assert GUILD in by_shard[(int(GUILD) >> 22) % 2]
    threads: list[discord.Thread] = []

    async def on_thread_create(thread: discord.Thread) -> None:
        threads.append(thread)

    client.event(on_thread_create)
    assert local.parts.gateway_faults.drop(shard=1) == 1
    await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/threads", name="Sharded")
    await until(lambda: threads)
    assert threads[0].guild.shard_id == (int(GUILD) >> 22) % 2


@pytest.mark.parametrize("options", [Options(identify_interval=0.5)])
async def test_discord_py_comes_again_after_it_identified_too_early(
    local: LocalDiscord, ana: Person, bot: StoryBot
) -> None:
    local.parts.gateway_faults.invalid_session(resumable=False)
    await ana.sees("BOT_STATUS", lambda body: not body["online"])
    ana.frames.clear()
    await ana.sees("BOT_STATUS", lambda body: bool(body["online"]))
    refused = [
        one
        for one in local.parts.tap.read(kind="gateway")
        if (one["from"], one["op"], one["d"]) == ("discord", 9, False)
    ]
    assert len(refused) >= 2
    assert not bot.is_closed()

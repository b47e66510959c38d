from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest

from bot.local_discord.events import PRIVILEGED
from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, APPLICATION, FILM_CLUB, GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord

from .person import Person
from .story_bot import StoryBot

Dial = Callable[..., Awaitable["Raw"]]


TOKEN = Options().bot_token
GUILDS = (GUILD, FILM_CLUB)


class Raw:
    """A gateway connection without a client library."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.inflate = zlib.decompressobj()

    async def frame(self, op: int = 0, name: str | None = None) -> Any:
        while True:
            message = await self.socket.receive(timeout=5)
            assert message.type in {aiohttp.WSMsgType.TEXT, aiohttp.WSMsgType.BINARY}, self.socket.close_code
            text = message.data
            if message.type is aiohttp.WSMsgType.BINARY:
                assert text.endswith(b"\x00\x00\xff\xff")
                text = self.inflate.decompress(text)
            frame = json.loads(text)
            if frame["op"] == op and name in {None, frame["t"]}:
                return frame

    async def closed(self) -> int | None:
        while not self.socket.closed:
            await self.socket.receive(timeout=5)
        return self.socket.close_code

    async def identify(self, token: str = TOKEN, intents: int = 1, **more: Any) -> None:
        await self.socket.send_json(
            {"op": 2, "d": {"token": token, "intents": intents, "properties": {}, **more}}
        )

    async def resume(self, stream: str, seq: int) -> None:
        about = {"token": TOKEN, "session_id": stream, "seq": seq}
        await self.socket.send_json({"op": 6, "d": about})


@pytest.fixture
async def dial(local: LocalDiscord, browser: aiohttp.ClientSession) -> Dial:
    async def connect(query: str = "v=10&encoding=json") -> Raw:
        return Raw(await browser.ws_connect(f"{local.url}/gateway/?{query}"))

    return connect


async def test_hello_ready_and_the_guild_in_that_order(dial: Dial) -> None:
    raw = await dial()
    assert (await raw.frame(op=10))["d"]["heartbeat_interval"] == 41250
    await raw.socket.send_json({"op": 1, "d": None})
    assert (await raw.frame(op=11))["d"] is None
    await raw.identify()
    ready = await raw.frame()
    assert (ready["t"], ready["s"], ready["d"]["user"]["id"]) == ("READY", 1, APPLICATION)
    assert ready["d"]["resume_gateway_url"].startswith("ws://127.0.0.1:")
    guild = await raw.frame()
    assert (guild["t"], guild["d"]["id"]) == ("GUILD_CREATE", GUILD)
    assert [member["user"]["id"] for member in guild["d"]["members"]] == [APPLICATION]


async def test_frames_of_a_compressed_connection_share_one_context(dial: Dial) -> None:
    raw = await dial("v=10&encoding=json&compress=zlib-stream")
    await raw.frame(op=10)
    await raw.identify()
    assert (await raw.frame())["t"] == "READY"
    assert (await raw.frame())["t"] == "GUILD_CREATE"


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 1}}, 4004),
        ({"op": 2, "d": {"token": "local-bot-token", "intents": -1}}, 4013),
        ({"op": 2, "d": {"token": "local-bot-token", "intents": 1, "shard": [2, 2]}}, 4010),
        ({"op": 2, "d": {"token": "local-bot-token", "intents": 1 << 15}}, 4014),
        ({"op": 8, "d": {}}, 4003),
        ({"op": 99, "d": {}}, 4001),
        ([1], 4002),
    ],
)
async def test_what_is_wrong_closes_the_connection_with_its_code(dial: Dial, sent: Any, code: int) -> None:
    raw = await dial()
    await raw.socket.send_json(sent)
    assert await raw.closed() == code


async def test_an_unknown_version_is_closed(dial: Dial) -> None:
    assert await (await dial("v=6")).closed() == 4012


async def test_the_other_shard_has_no_guild(dial: Dial) -> None:
    owner = (int(GUILD) >> 22) % 2
    raw = await dial()
    await raw.identify(shard=[1 - owner, 2])
    assert (await raw.frame(name="READY"))["d"]["guilds"] == []
    own = await dial()
    await own.identify(shard=[owner, 2])
    assert (await own.frame(name="GUILD_CREATE"))["d"]["id"] == GUILD


@pytest.mark.parametrize("options", [Options(privileged=PRIVILEGED)])
async def test_content_is_blank_without_the_intent_unless_the_bot_is_mentioned(
    dial: Dial, ana: Person
) -> None:
    blank, full = await dial(), await dial()
    await blank.identify(intents=1 | 1 << 9)
    await full.identify(intents=1 | 1 << 9 | 1 << 15)
    await blank.frame(name="GUILD_CREATE")
    await full.frame(name="GUILD_CREATE")
    where = f"/people/v1/channels/{WRITERS_ROOM}/messages"
    await ana.call("POST", where, content="a secret")
    assert (await blank.frame(name="MESSAGE_CREATE"))["d"]["content"] == ""
    assert (await full.frame(name="MESSAGE_CREATE"))["d"]["content"] == "a secret"
    await ana.call("POST", where, content=f"<@{APPLICATION}> listen")
    assert (await blank.frame(name="MESSAGE_CREATE"))["d"]["content"].endswith("listen")


async def test_message_events_need_their_intent(dial: Dial, ana: Person) -> None:
    raw = await dial()
    await raw.identify(intents=1)
    for _ in GUILDS:
        await raw.frame(name="GUILD_CREATE")
    await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/messages", content="hello")
    await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/threads", name="A room")
    assert (await raw.frame())["t"] == "THREAD_CREATE"


async def test_a_resume_replays_what_was_missed(dial: Dial, ana: Person) -> None:
    first = await dial()
    await first.identify()
    stream = (await first.frame(name="READY"))["d"]["session_id"]
    seq = [(await first.frame(name="GUILD_CREATE"))["s"] for _ in GUILDS][-1]
    await ana.call("POST", "/control/v1/gateway/disconnect", code=4000)
    assert await first.closed() == 4000
    await ana.call("POST", f"/people/v1/channels/{WRITERS_ROOM}/threads", name="Missed")
    second = await dial()
    await second.resume(stream, seq)
    missed = await second.frame()
    assert (missed["t"], missed["s"], missed["d"]["name"]) == ("THREAD_CREATE", seq + 1, "Missed")
    assert (await second.frame())["t"] == "RESUMED"


async def test_a_stream_that_is_not_known_cannot_be_resumed(dial: Dial) -> None:
    raw = await dial()
    await raw.resume("no such stream", 1)
    assert (await raw.frame(op=9))["d"] is False
    await raw.identify()
    assert (await raw.frame(name="READY"))["s"] == 1


async def test_members_are_sent_in_a_chunk_when_asked_for(dial: Dial) -> None:
    raw = await dial()
    await raw.identify()
    await raw.frame(name="GUILD_CREATE")
    await raw.socket.send_json({"op": 8, "d": {"guild_id": GUILD, "query": "", "limit": 0, "nonce": "n"}})
    chunk = (await raw.frame(name="GUILD_MEMBERS_CHUNK"))["d"]
    assert (len(chunk["members"]), chunk["nonce"]) == (5, "n")


async def test_discord_py_resumes_and_hears_what_it_missed(ana: Person, bot: StoryBot) -> None:
    await ana.call("POST", "/control/v1/gateway/disconnect", code=4000)
    await ana.sees("BOT_STATUS", lambda body: not body["online"])
    said = await ana.command(WRITERS_ROOM, "room open", title="While away")
    async with asyncio.timeout(10):
        await bot.resumes.wait()
    assert said
    assert (await ana.sees("MESSAGE_CREATE"))["content"].startswith("While away")


@pytest.mark.usefixtures("bot")
async def test_discord_py_starts_anew_where_it_cannot_resume(ana: Person) -> None:
    await ana.call("POST", "/control/v1/gateway/disconnect", code=4000, resumable=False)
    await ana.sees("BOT_STATUS", lambda body: not body["online"])
    ana.frames.clear()
    await ana.sees("BOT_STATUS", lambda body: bool(body["online"]))
    await ana.command(WRITERS_ROOM, "room open", title="Anew")
    assert (await ana.sees("MESSAGE_CREATE"))["content"].startswith("Anew")


async def test_a_wrong_token_is_a_login_failure(launch: Callable[..., Awaitable[StoryBot]]) -> None:
    with pytest.raises(discord.LoginFailure):
        await launch(token="wrong")


@pytest.mark.parametrize("options", [Options(privileged=PRIVILEGED)])
async def test_discord_py_reads_the_guild(launch: Callable[..., Awaitable[StoryBot]]) -> None:
    bot = await launch(discord.Intents(guilds=True, members=True))
    guild = bot.get_guild(int(GUILD))
    assert guild is not None
    assert (guild.name, guild.text_channels[0].name) == ("Story Rooms", "welcome")
    assert guild.me.guild_permissions.manage_threads
    assert (await guild.fetch_member(int(ANA))).display_name == "Ana"
    assert {member.name async for member in guild.fetch_members()} == {
        "ana",
        "bo",
        "chen",
        "dee",
        "Storyroom",
    }
    assert (await bot.application_info()).name == "Storyroom"

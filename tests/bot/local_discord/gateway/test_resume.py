from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from bot.local_discord.events import Event, Intent
from bot.local_discord.parts import Options
from bot.local_discord.seed import GUILD, WRITERS_ROOM
from bot.local_discord.server import LocalDiscord
from tests.bot.local_discord.gateway.raw import Dial, Raw, until
from tests.bot.local_discord.person import Person

THREADS = f"/people/v1/channels/{WRITERS_ROOM}/threads"


async def test_a_resume_replays_what_was_missed(dial: Dial, ana: Person, local: LocalDiscord) -> None:
    first = await dial()
    stream = (await first.ready())["session_id"]
    assert local.parts.gateway_faults.hang_up(4000) == 1
    assert await first.closed() == 4000
    await ana.call("POST", THREADS, name="Missed")
    second = await dial("zlib-stream")
    await second.resume(stream, 3)
    missed = await second.frame()
    assert (missed["t"], missed["s"], missed["d"]["name"]) == ("THREAD_CREATE", 4, "Missed")
    assert (await second.frame())["t"] == "RESUMED"
    await ana.call("POST", THREADS, name="After")
    assert (await second.frame())["d"]["name"] == "After"


async def test_a_stream_that_is_not_known_cannot_be_resumed(dial: Dial) -> None:
    raw = await dial()
    await raw.resume("no such stream", 1)
    assert (await raw.frame(op=9))["d"] is False
    await raw.identify()
    assert (await raw.frame(name="READY"))["s"] == 1


async def test_a_number_that_was_never_sent_is_an_invalid_sequence(dial: Dial) -> None:
    first = await dial()
    stream = (await first.ready())["session_id"]
    second = await dial()
    await second.resume(stream, 99)
    assert await second.closed() == 4007


async def test_a_client_that_says_goodbye_cannot_resume(dial: Dial) -> None:
    first = await dial()
    stream = (await first.ready())["session_id"]
    await first.socket.close(code=1000)
    second = await dial()
    await second.resume(stream, 3)
    assert (await second.frame(op=9))["d"] is False


async def test_after_two_minutes_it_is_too_late(dial: Dial, local: LocalDiscord) -> None:
    first = await dial()
    stream = (await first.ready())["session_id"]
    await first.socket.close(code=4000)
    await until(lambda: not local.parts.hub.online)
    local.parts.clock.advance(121)
    second = await dial()
    await second.resume(stream, 3)
    assert (await second.frame(op=9))["d"] is False


async def test_what_is_no_longer_kept_cannot_be_replayed(dial: Dial, local: LocalDiscord) -> None:
    first = await dial()
    stream = (await first.ready())["session_id"]
    for _ in range(2000):
        local.parts.bus.publish(Event("GUILD_UPDATE", {"id": GUILD}, Intent.GUILDS, guild_id=GUILD))
    second = await dial()
    await second.resume(stream, 2)
    assert (await second.frame(op=9))["d"] is False
    await second.resume(stream, 3)
    for number in range(4, 2004):
        assert (await second.frame())["s"] == number
    assert (await second.frame())["t"] == "RESUMED"


async def test_who_resumes_takes_over_from_a_connection_that_is_still_open(dial: Dial, ana: Person) -> None:
    first = await dial()
    stream = (await first.ready())["session_id"]
    second = await dial()
    await second.resume(stream, 3)
    assert await first.closed() == 4000
    assert (await second.frame())["t"] == "RESUMED"
    await ana.call("POST", THREADS, name="One")
    assert (await second.frame())["d"]["name"] == "One"
    assert ana.named("BOT_STATUS")[-1] == {"online": True}


async def test_guilds_still_to_come_follow_the_resume(dial: Dial, local: LocalDiscord) -> None:
    first = await dial()
    await first.identify()
    ready = await first.frame(name="READY")
    local.parts.gateway_faults.drop()
    assert await first.closed() == 1006
    second = await dial()
    await second.resume(ready["d"]["session_id"], 1)
    names = [(await second.frame())["t"] for _ in range(3)]
    assert sorted(names) == ["GUILD_CREATE", "GUILD_CREATE", "RESUMED"]


@pytest.mark.parametrize("resumable", [True, False])
async def test_an_invalid_session_is_resumable_or_not(
    dial: Dial,
    local: LocalDiscord,
    resumable: bool,  # noqa: FBT001 - one case each
) -> None:
    first = await dial()
    stream = (await first.ready())["session_id"]
    assert local.parts.gateway_faults.invalid_session(resumable=resumable) == 1
    assert (await first.frame(op=9))["d"] is resumable
    await first.socket.close(code=4000)
    second = await dial()
    await second.resume(stream, 3)
    frames = [await second.next() for _ in range(2)]
    assert [frame["t"] or frame["op"] for frame in frames] == [10, "RESUMED" if resumable else 9]


async def test_a_restarted_server_knows_the_world_and_no_stream(
    tmp_path: Path, browser: aiohttp.ClientSession
) -> None:
    options = Options(state=tmp_path / "world.json", identify_interval=0.0)
    async with LocalDiscord(options) as local:
        raw = Raw(await browser.ws_connect(f"{local.url}/gateway/"))
        stream = (await raw.ready())["session_id"]
        closing = asyncio.create_task(raw.closed())
    assert await closing == 1001
    async with LocalDiscord(options) as local:
        raw = Raw(await browser.ws_connect(f"{local.url}/gateway/"))
        await raw.resume(stream, 3)
        assert (await raw.frame(op=9))["d"] is False
        assert len((await raw.ready())["guilds"]) == 2

"""Whole processes with `--state`: ended by a signal, killed, and started again on the same file."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.local_discord.parts import Options
from bot.local_discord.seed import ANA, WRITERS_ROOM

Start = Callable[..., Awaitable[tuple[asyncio.subprocess.Process, str]]]
BOT = {"Authorization": f"Bot {Options().bot_token}"}
_LOST_SECONDS = 1.0  # what a killed server may lose, at most


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """Start a server on `state.db`; the process and its address."""
    running: list[asyncio.subprocess.Process] = []

    async def process(*options: str) -> tuple[asyncio.subprocess.Process, str]:
        command = (sys.executable, "-m", "bot.local_discord", "--state", str(tmp_path / "state.db"), *options)
        pipe = asyncio.subprocess.PIPE
        running.append(await asyncio.create_subprocess_exec(*command, stdout=pipe, stderr=pipe))
        out = running[-1].stdout
        assert out is not None
        line = await asyncio.wait_for(out.readline(), 30)
        return running[-1], line.decode().removeprefix("ready: ").strip()

    yield process
    for each in running:
        if each.returncode is None:
            each.kill()
        await each.communicate()


async def _say(url: str, content: str) -> str:
    async with (
        aiohttp.ClientSession() as client,
        client.post(
            f"{url}/people/v1/channels/{WRITERS_ROOM}/messages", json={"user": ANA, "content": content}
        ) as reply,
    ):
        assert reply.status == 201
        return str((await reply.json())["id"])


async def _read(url: str) -> list[dict[str, Any]]:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"{url}/people/v1/channels/{WRITERS_ROOM}/messages", params={"user": ANA}) as reply,
    ):
        found: list[dict[str, Any]] = json.loads(await reply.read())
        return found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
async def test_what_was_said_is_there_after_a_restart(start: Start, number: signal.Signals) -> None:
    process, url = await start()
    said = await _say(url, "A keeper who hears the sea answer")
    if number == signal.SIGKILL:
        await asyncio.sleep(_LOST_SECONDS)
    process.send_signal(number)
    assert await asyncio.wait_for(process.wait(), 20) == (0 if number == signal.SIGTERM else -number)
    _, url = await start()
    assert [(one["id"], one["content"]) for one in await _read(url)] == [
        (said, "A keeper who hears the sea answer")
    ]
    assert int(await _say(url, "and another")) > int(said)


async def test_a_nonce_gives_the_same_message_after_a_restart(start: Start) -> None:
    async def post(url: str) -> str:
        body = {"content": "The well answers", "nonce": "n1", "enforce_nonce": True}
        path = f"{url}/api/v10/channels/{WRITERS_ROOM}/messages"
        async with aiohttp.ClientSession(headers=BOT) as client, client.post(path, json=body) as reply:
            return str((await reply.json())["id"])

    process, url = await start()
    posted = await post(url)
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.wait(), 20)
    _, url = await start()
    assert await post(url) == posted
    assert len(await _read(url)) == 1


async def test_a_server_killed_in_the_middle_of_writing_leaves_a_whole_file(start: Start) -> None:
    said = 0
    for _ in range(2):
        process, url = await start()
        before = len(await _read(url))
        assert before <= said
        for _ in range(40):
            await _say(url, f"Line {said}")
            said += 1
        process.kill()
        await process.wait()
    _, url = await start()
    found = [one["content"] for one in reversed(await _read(url))]
    assert found == [one for one in (f"Line {number}" for number in range(said)) if one in found]


async def test_two_servers_do_not_share_a_file(start: Start) -> None:
    await start()
    second, _ = await start()
    assert await asyncio.wait_for(second.wait(), 20) == 1
    assert second.stderr is not None
    text = (await second.stderr.read()).decode()
    assert text.startswith("error: ")
    assert "is in use by another local Discord" in text
    assert text.count("\n") == 1


async def test_a_bot_finds_its_commands_threads_and_files_again(start: Start) -> None:
    process, url = await start()
    api, commands = f"{url}/api/v10", "/applications/1100000000000000041/commands"
    form = aiohttp.FormData()
    form.add_field("payload_json", json.dumps({"content": "the story"}))
    form.add_field("files[0]", b"\xff\x00 bytes", filename="story.bin")
    async with aiohttp.ClientSession(headers=BOT) as bot:
        async with bot.put(api + commands, json=[{"name": "room", "description": "d"}]) as reply:
            known = await reply.json()
        async with bot.post(f"{api}/channels/{WRITERS_ROOM}/messages", data=form) as reply:
            sent = await reply.json()
        async with bot.post(
            f"{api}/channels/{WRITERS_ROOM}/messages/{sent['id']}/threads", json={"name": "r"}
        ) as reply:
            thread = await reply.json()
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 20) == 0
    _, url = await start()
    api = f"{url}/api/v10"
    async with aiohttp.ClientSession(headers=BOT) as bot:
        async with bot.get(api + commands) as reply:
            assert [one["id"] for one in await reply.json()] == [one["id"] for one in known]
        async with bot.get(f"{api}/channels/{thread['id']}") as reply:
            assert (await reply.json())["name"] == "r"
        async with bot.get(f"{api}/channels/{WRITERS_ROOM}/messages/{sent['id']}") as reply:
            link = (await reply.json())["attachments"][0]["url"]
        async with bot.get(link) as reply:
            assert await reply.read() == b"\xff\x00 bytes"

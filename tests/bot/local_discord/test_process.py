from __future__ import annotations

import asyncio
import json
import signal
import socket
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.local_discord.server import LocalDiscord


async def _start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.local_discord",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_says_where_it_is_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    welcome, ready = tmp_path / "welcome.md", tmp_path / "ready.json"
    welcome.write_text("你好", "utf-8")
    process = await _start("--port", "0", "--ready-file", str(ready), "--welcome", str(welcome))
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip()
    where = json.loads(ready.read_text("utf-8"))
    assert line == f"ready: http://127.0.0.1:{where['port']}"
    assert where["pid"] == process.pid
    async with aiohttp.ClientSession() as client:
        url = f"http://127.0.0.1:{where['port']}/people/v1/channels/1100000000000000011/messages"
        async with client.get(url, params={"user": "1100000000000000031"}) as reply:
            assert (await reply.json())[0]["content"] == "你好"
        async with client.ws_connect(f"http://127.0.0.1:{where['port']}/gateway/?v=10") as gateway:
            await gateway.receive()
            process.send_signal(number)
            assert await asyncio.wait_for(process.wait(), 10) == 0
    assert (await process.stdout.read(), await _errors(process)) == (b"", b"")


async def test_a_taken_port_is_one_clear_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = await _start("--port", str(port))
        assert await asyncio.wait_for(process.wait(), 20) == 1
    expected = f"error: Port {port} on 127.0.0.1 is taken. Choose another with --port, or 0 for a free one.\n"
    assert (await _errors(process)).decode() == expected


async def test_a_welcome_text_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    process = await _start("--welcome", str(tmp_path / "none.md"))
    assert await asyncio.wait_for(process.wait(), 20) == 1
    assert (await _errors(process)).startswith(b"error: Cannot read the welcome text in ")


async def _errors(process: asyncio.subprocess.Process) -> bytes:
    assert process.stderr is not None
    return await process.stderr.read()


async def test_pages_of_other_sites_are_kept_out(local: LocalDiscord, browser: aiohttp.ClientSession) -> None:
    url = f"{local.url}/people/v1/start"
    async with browser.get(url, headers={"Origin": "https://example.org"}) as reply:
        assert reply.status == 403
    async with browser.get(url, headers={"Origin": local.url}) as reply:
        assert reply.status == 200

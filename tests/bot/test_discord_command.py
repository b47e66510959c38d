"""`storyroom discord` as a CI calls it: whole processes, their exit codes, one sentence for what is wrong."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from bot.local_discord.parts import Options
from bot.local_discord.seed import WRITERS_ROOM
from tests.bot.local_discord.spec.documents import small_document

Run = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    """Start `storyroom discord` with these options."""
    running: list[asyncio.subprocess.Process] = []

    async def process(*options: str) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        running.append(
            await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "discord", *options), stdout=pipe, stderr=pipe
            )
        )
        return running[-1]

    yield process
    for each in running:
        if each.returncode is None:
            each.kill()
        await each.communicate()


async def _ends(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
    out, err = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, out.decode(), err.decode()


async def _url(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 30)
    return line.decode().removeprefix("ready: ").strip()


async def _post(url: str, body: object, token: str = Options().bot_token) -> int:
    headers = {"Authorization": f"Bot {token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as bot,
        bot.post(f"{url}/api/v10/channels/{WRITERS_ROOM}/messages", json=body) as reply,
    ):
        return reply.status


async def test_help_names_every_option(run: Run) -> None:
    code, out, _ = await _ends(await run("--help"))
    assert code == 0
    assert out.startswith("usage: storyroom discord ")
    for option in ("--port", "--host", "--ready-file", "--bot-token", "--welcome", "--privileged-intents"):
        assert option in out
    for option in ("--no-rate-limits", "--state", "--spec", "--strict", "--fail-on-violations"):
        assert option in out


async def test_it_serves_until_it_is_told_to_stop(run: Run, tmp_path: Path) -> None:
    process = await run("--bot-token", "mine", "--ready-file", str(tmp_path / "ready"), "--port", "0")
    url = await _url(process)
    assert url.endswith(f":{json.loads((tmp_path / 'ready').read_text())['port']}")
    assert await _post(url, {"content": "hello"}, "mine") == 200
    assert await _post(url, {"content": "hello"}) == 401
    process.send_signal(signal.SIGTERM)
    assert await _ends(process) == (0, "", "")


async def test_violations_make_it_end_with_3_and_are_named(run: Run, tmp_path: Path) -> None:
    process = await run("--spec", small_document(tmp_path), "--fail-on-violations")
    url = await _url(process)
    assert await _post(url, {"content": "hello", "tts": "yes"}) in {200, 400}
    process.send_signal(signal.SIGTERM)
    code, _, err = await _ends(process)
    assert code == 3
    said, last = err.splitlines()
    assert said == (
        'POST /channels/{channel_id}/messages sends tts: the value is not of types "null", "boolean" ("yes")'
    )
    assert last == "error: 1 violation of Discord's document."


async def test_without_a_violation_it_ends_with_0(run: Run, tmp_path: Path) -> None:
    process = await run("--spec", small_document(tmp_path), "--fail-on-violations", "--strict")
    assert await _post(await _url(process), {"content": "hello"}) == 200
    process.send_signal(signal.SIGTERM)
    assert await _ends(process) == (0, "", "")


@pytest.mark.parametrize(
    ("options", "code", "sentence"),
    [
        (("--port", "99999"), 2, "--port is a number from 0 to 65535"),
        (("--strict",), 2, "need --spec"),
        (("--colour", "red"), 2, "unrecognized arguments: --colour red"),
        (
            ("--spec", "none.json"),
            1,
            "Cannot read Discord's document in none.json: No such file or directory.",
        ),
        (("--spec", "pyproject.toml"), 1, "pyproject.toml is not an OpenAPI document."),
        (("--limits", "pyproject.toml"), 1, "The limits in pyproject.toml cannot be used: "),
        (("--limits", "none.json"), 1, "Cannot read the limits in none.json: No such file or directory."),
        (("--max-concurrency", "many"), 2, "argument --max-concurrency: invalid int value: 'many'"),
        (("--state", "pyproject.toml"), 1, "pyproject.toml is not a state file of a local Discord."),
    ],
)
async def test_what_cannot_be_used_is_one_clear_line(
    run: Run, options: tuple[str, ...], code: int, sentence: str
) -> None:
    ended, out, err = await _ends(await run(*options))
    assert (ended, out) == (code, "")
    assert sentence in err.splitlines()[-1]
    assert "Traceback" not in err

"""From a clean clone to the first take on screen, packages cached: what a newcomer waits."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.figures import Figure
from tests.bench.stack import PEOPLE, Stack

_READY = re.compile(r"^\s*(http://127\.0\.0\.1:\d+)\s*$", re.MULTILINE)


async def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "storyroom"
        start = time.monotonic()
        subprocess.run(["git", "clone", "--quiet", ".", str(clone)], check=True)  # noqa: S607, ASYNC221 - git
        environment = {**os.environ, "PYTHON": sys.executable, "PYTHONUNBUFFERED": "1"}
        first_ready, first_take = await _play(clone, environment, start)
        again_ready, _ = await _play(clone, environment, time.monotonic())
    return [
        Figure("clean clone to the page's address, packages cached", f"{first_ready:.0f} s"),
        Figure("clean clone to the first take on screen, packages cached", f"{first_take:.0f} s", "90 s"),
        Figure("a second start, to the page's address", f"{again_ready:.1f} s", "10 s"),
    ]


async def _play(clone: Path, environment: dict[str, str], start: float) -> tuple[float, float]:
    demo = await asyncio.create_subprocess_exec(
        "make", "demo", cwd=clone, env=environment, stdout=subprocess.PIPE, start_new_session=True
    )
    try:
        base = await _address(demo)
        ready = time.monotonic() - start
        async with aiohttp.ClientSession(base) as http:
            parts = Stack(http, "")
            room = await parts.room(length="short")
            text = "A well-digger who is afraid of the dark"
            await parts.command(PEOPLE[0], room, "premise add", kind="character", text=text)
            await _first_take(parts, room)
        return ready, time.monotonic() - start
    finally:
        os.killpg(demo.pid, signal.SIGINT)
        await demo.wait()


async def _address(demo: asyncio.subprocess.Process) -> str:
    seen = ""
    if demo.stdout is None:
        raise RuntimeError("the demo's words are not read")
    async with asyncio.timeout(600):
        while line := await demo.stdout.readline():
            seen += line.decode()
            if found := _READY.search(seen):
                return found[1]
    raise RuntimeError(f"no page:\n{seen}")


async def _first_take(parts: Stack, room: str) -> None:
    async with parts.http.ws_connect(f"/people/v1/events?user={PEOPLE[0]}") as events:
        await parts.command(PEOPLE[0], room, "synopsis", takes=1)
        async with asyncio.timeout(120):
            async for frame in events:
                message: dict[str, Any] = json.loads(frame.data)["d"]
                if "Round 1:" in message.get("content", "") and "Written" in message["content"]:
                    return
    raise RuntimeError("no take")

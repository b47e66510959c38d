"""The real program in a process of its own, with a local Discord, Redis and a scripted TGI around it.

A process can be killed at any moment and started again; what it logged stays.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import aiohttp

from bot.local_discord.parts import Options
from bot.local_discord.server import LocalDiscord
from tests.bot.chat.person import Person
from tests.bot.local_discord.spec.documents import assert_nothing_undocumented, held
from tests.bot.writing.scripted_tgi import ScriptedTgi

ROOT = Path(__file__).parents[2]
START_SECONDS = 40  # on a busy machine


class World:
    """Discord, its people and TGI, in this process; `start` runs the bot in another."""

    def __init__(
        self, local: LocalDiscord, tgi: ScriptedTgi, http: aiohttp.ClientSession, redis_url: str, folder: Path
    ) -> None:
        self.local = local
        self.tgi = tgi
        self.log = folder / "bot.log"
        self._folder = folder
        self._http = http
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("STORYROOM_")},
            "PYTHONPATH": str(ROOT),
            "STORYROOM_DISCORD_TOKEN": local.parts.options.bot_token,
            "STORYROOM_DISCORD_API": f"{local.url}/api/v10",
            "STORYROOM_DISCORD_GATEWAY": f"ws://127.0.0.1:{local.port}/gateway/",
            "STORYROOM_REDIS_URL": redis_url,
            "STORYROOM_TGI_URLS": tgi.url,
            "STORYROOM_TGI_TOKEN": "a-key-of-the-writing-machine",
            "STORYROOM_LEASE_SECONDS": "1",
            "STORYROOM_LOG_LEVEL": "debug",
        }
        self._running: list[asyncio.subprocess.Process] = []
        self._people: list[Person] = []

    async def start(self, *command: str, program: str = "bot", **settings: str) -> asyncio.subprocess.Process:
        """Start `storyroom COMMAND` and wait until it is ready; `program` is another version's module."""
        ready = self._folder / f"ready-{len(self._running)}"
        with self.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", program, *command, "--ready-file", str(ready)),
                cwd=self._folder,
                env=self._environment | settings,
                stdout=log,
                stderr=log,
            )
        self._running.append(process)
        async with asyncio.timeout(START_SECONDS):
            while not ready.exists():
                assert process.returncode is None, self.log.read_text("utf-8")
                await asyncio.sleep(0.02)
        return process

    async def sync(self) -> None:
        """Register the commands as an operator does."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "commands", "sync"),
            cwd=self._folder,
            env=self._environment,
            stdout=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(START_SECONDS):
            assert await process.wait() == 0

    async def person(self, user: str) -> Person:
        """Somebody at their client."""
        self._people.append(await Person(self._http, self.local.url, user).open())
        return self._people[-1]

    async def close(self) -> None:
        """Everybody goes home; no process is left."""
        for person in self._people:
            await person.close()
        for process in self._running:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


@asynccontextmanager
async def world(redis_url: str, folder: Path, options: Options | None = None) -> AsyncIterator[World]:
    """A world in which nothing runs yet."""
    options = options or Options(identify_interval=0.0)
    async with AsyncExitStack() as parts:
        local = await parts.enter_async_context(LocalDiscord(held(options)))
        tgi = await parts.enter_async_context(ScriptedTgi())
        timeout = aiohttp.ClientTimeout(total=10)
        http = await parts.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        around = World(local, tgi, http, redis_url, folder)
        parts.push_async_callback(around.close)
        yield around
    assert_nothing_undocumented(local)

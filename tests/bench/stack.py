"""The real parts as processes: Redis, a TGI-compatible server, a local Discord, the bot with its worker."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.redis_server import binaries, running

TOKEN = "a-token-of-the-local-discord"
WRITERS_ROOM = "1100000000000000012"
PEOPLE = ("1100000000000000031", "1100000000000000032", "1100000000000000033", "1100000000000000034")


@dataclass(frozen=True)
class Stack:
    """The running parts, and a person's way in."""

    http: aiohttp.ClientSession  # based at the local Discord
    tgi: str
    pids: dict[str, int] = field(default_factory=dict)  # by part: discord, tgi, bot, worker-0 …
    environment: dict[str, str] = field(default_factory=dict)  # of the bot's processes

    async def get(self, path: str) -> Any:
        async with self.http.get(path) as answer:
            return await answer.json()

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        return await self._send("POST", path, body)

    async def passed(self, since: int = 1 << 60) -> Any:
        """What a paced server tells: `tokens` in all, and its requests from number `since` on."""
        async with self.http.get(f"{self.tgi}/passed?since={since}") as answer:
            return await answer.json()

    async def put(self, path: str, body: dict[str, Any]) -> Any:
        return await self._send("PUT", path, body)

    async def _send(self, method: str, path: str, body: dict[str, Any]) -> Any:
        async with self.http.request(method, path, json=body) as answer:
            found = await answer.json() if answer.content_type == "application/json" else None
            if answer.status >= 400:
                raise RuntimeError(f"{path}: {answer.status} {found}")
            return found

    async def command(self, user: str, channel: str, command: str, **options: object) -> str:
        """Send a slash command; its interaction's id."""
        body = {"type": 2, "user": user, "channel_id": channel, "command": command, "options": options}
        return str((await self.post("/people/v1/interactions", body))["interaction_id"])

    async def room(self, user: str = PEOPLE[0], title: str = "The Dry Well", **options: object) -> str:
        """Open a room; its thread's id, once its board is pinned."""
        before = {each["id"] for each in (await self._threads())}
        await self.command(user, WRITERS_ROOM, "room open", title=title, **options)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            for each in await self._threads():
                if each["id"] not in before and await self.get(
                    f"/people/v1/channels/{each['id']}/pins?user={user}"
                ):
                    return str(each["id"])
            await asyncio.sleep(0.05)
        raise TimeoutError("no room was opened")

    async def _threads(self) -> list[dict[str, Any]]:
        start: Any = await self.get(f"/people/v1/start?user={PEOPLE[0]}")
        threads: list[dict[str, Any]] = start["guilds"][0]["threads"]
        return threads


@asynccontextmanager
async def stack(
    folder: Path,
    *,
    tgi_proxy: str | None = None,
    pace: Sequence[str] | None = None,
    workers: int = 0,
    ledger: int = 0,
    **settings: str,
) -> AsyncIterator[Stack]:
    """Start the parts; `tgi_proxy` is put between the bot and TGI, with `{tgi}` for TGI's address.

    `pace`: options of a server without a model (paced_tgi.py), instead of the small model. `workers`: so many
    processes write, and the one that answers does not. `ledger`: so many requests the local Discord keeps.
    """
    model = ["-m", "tgi", "serve", "--port", "0"] if pace is None else ["-m", "tests.bench.paced_tgi", *pace]
    async with AsyncExitStack() as parts:
        redis_folder = folder / "redis"
        redis_folder.mkdir(parents=True)
        redis = parts.enter_context(running(binaries()["valkey"], redis_folder))
        pids: dict[str, int] = {}
        ready = ["--ready-file", "{ready}"]
        tgi = await parts.enter_async_context(server(folder, "tgi", [*model, *ready], pids=pids))
        discord = await parts.enter_async_context(
            server(folder, "discord", ["-m", "bot.local_discord", "--bot-token", TOKEN, *ready], pids=pids)
        )
        environment = {
            "STORYROOM_DISCORD_TOKEN": TOKEN,
            "STORYROOM_DISCORD_API": f"http://127.0.0.1:{discord}/api/v10",
            "STORYROOM_DISCORD_GATEWAY": f"ws://127.0.0.1:{discord}/gateway/",
            "STORYROOM_REDIS_URL": redis.url,
            "STORYROOM_TGI_URLS": (tgi_proxy or "{tgi}").format(tgi=f"http://127.0.0.1:{tgi}"),
            "STORYROOM_WORKER": "false" if workers else "true",
            **settings,
        }
        sync = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "commands", "sync", env={**os.environ, **environment}
        )
        if await sync.wait():
            raise RuntimeError("the commands were not synced")
        http = await parts.enter_async_context(aiohttp.ClientSession(f"http://127.0.0.1:{discord}"))
        around = Stack(http, f"http://127.0.0.1:{tgi}", pids, environment)
        if ledger:
            await around.put("/control/v1/ledger", {"kept": ledger})
        for name, command in [("bot", "run"), *((f"worker-{number}", "worker") for number in range(workers))]:
            await parts.enter_async_context(
                server(folder, name, ["-m", "bot", command, *ready], environment, pids=pids)
            )
        yield around


@asynccontextmanager
async def server(
    folder: Path,
    name: str,
    arguments: list[str],
    environment: dict[str, str] | None = None,
    *,
    pids: dict[str, int] | None = None,
) -> AsyncIterator[int]:
    """One part; the port it says it listens on, 0 where it has none. Its process id is noted in `pids`."""
    ready = folder / f"{name}.json"
    with (folder / f"{name}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *(argument.format(ready=ready) for argument in arguments),
            env={**os.environ, **(environment or {})},
            stdout=log,
            stderr=log,
        )
    try:
        deadline = time.monotonic() + 60
        while not ready.exists():
            if process.returncode is not None or time.monotonic() > deadline:
                raise RuntimeError((folder / f"{name}.log").read_text())
            await asyncio.sleep(0.05)
        if pids is not None:
            pids[name] = process.pid
        yield int(json.loads(ready.read_text()).get("port", 0))
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()

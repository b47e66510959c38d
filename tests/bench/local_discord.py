"""What the local Discord itself costs, so that a bench of the bot can say what is the bot's.

1,000 guilds with 10 channels each; a bot that answers every /ping at once; 200 interactions a second for a
minute, whether or not answers come. Local Discord, bot and people share the cores.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from bot.local_discord.snowflake import made_at
from tests.bench.figures import Figure, percentile
from tests.bench.stack import PEOPLE, TOKEN, server

_BOT = Path(__file__).parents[1] / "bot" / "local_discord" / "bots" / "ping.py"
_CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
_DEADLINE_MS = 3000
_MIB = 1 << 20


async def measure(
    *, guilds: int = 1000, channels: int = 10, rate: int = 200, seconds: int = 60
) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        arguments = ["-m", "bot.local_discord", "--bot-token", TOKEN, "--ready-file", "{ready}"]
        async with (
            server(Path(folder), "discord", arguments) as port,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http,
        ):
            process = next(
                each for each in psutil.Process().children() if "bot.local_discord" in each.cmdline()
            )
            places = await _world(http, guilds, channels)
            held = process.memory_info().rss / _MIB
            began = time.monotonic()
            bot = await _start_bot(f"http://127.0.0.1:{port}")
            try:
                await _connected(http)
                ready = time.monotonic() - began
                return [
                    Figure(
                        f"memory with {guilds:,} guilds and {guilds * channels:,} channels", f"{held:.0f} MiB"
                    ),
                    Figure("until a bot is connected and its commands are registered", f"{ready:.1f} s"),
                    *await _load(http, places, (process, psutil.Process(bot.pid)), rate, seconds),
                ]
            finally:
                bot.terminate()
                await bot.wait()


async def _world(http: aiohttp.ClientSession, guilds: int, channels: int) -> list[tuple[str, str]]:
    """Build it; people and the channels that they may write in."""
    names = [f"channel-{number}" for number in range(channels)]
    places: list[tuple[str, str]] = []
    for number in range(guilds):
        members = [PEOPLE[number % len(PEOPLE)]]
        body = {"name": f"Guild {number}", "owner_id": members[0], "members": members, "channels": names}
        async with http.post("/control/v1/guilds", json=body) as answer:
            answer.raise_for_status()
            made = await answer.json()
        places += [(members[0], channel["id"]) for channel in made["channels"]]
    return places


async def _start_bot(url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.local_discord.point", url, str(_BOT)),
        env={**os.environ, "DISCORD_TOKEN": TOKEN},
    )


async def _connected(http: aiohttp.ClientSession) -> None:
    """Until a command is answered."""
    while True:
        async with http.get("/people/v1/start", params={"user": PEOPLE[0]}) as answer:
            start = await answer.json()
        if start["bot_online"] and start["commands"]:
            return
        await asyncio.sleep(0.1)


async def _load(
    http: aiohttp.ClientSession,
    places: list[tuple[str, str]],
    processes: tuple[psutil.Process, psutil.Process],
    rate: int,
    seconds: int,
) -> list[Figure]:
    dice, numbers = random.Random(7), itertools.count()
    sent: list[str] = []

    async def one() -> None:
        person, channel = dice.choice(places)
        body = {
            "type": 2,
            "user": person,
            "channel_id": channel,
            "command": "ping",
            "nonce": str(next(numbers)),
        }
        async with http.post("/people/v1/interactions", json=body) as answer:
            answer.raise_for_status()
            sent.append((await answer.json())["interaction_id"])

    before = [sum(each.cpu_times()[:2]) for each in processes]
    start = time.monotonic()
    async with asyncio.TaskGroup() as group:
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
            group.create_task(one())
    took = time.monotonic() - start
    shares = [(sum(each.cpu_times()[:2]) - was) / took for each, was in zip(processes, before, strict=True)]
    await asyncio.sleep(4)
    async with http.get("/control/v1/ledger", params={"route": _CALLBACK}) as answer:
        ledger: list[dict[str, Any]] = await answer.json()
    return _figures(sent, ledger, shares, rate, seconds)


def _figures(
    sent: list[str], ledger: list[dict[str, Any]], shares: list[float], rate: int, seconds: int
) -> list[Figure]:
    answered = {entry["path"].split("/")[2]: entry for entry in ledger if entry["status"] < 300}
    waits = [1000 * (answered[each]["time"] - made_at(each)) for each in sent if each in answered]
    own = [entry["took_ms"] for entry in answered.values()]
    missed = len(sent) - sum(wait <= _DEADLINE_MS for wait in waits)
    return [
        Figure(
            f"{rate} interactions a second for {seconds} s, not answered in 3 s",
            f"{missed} of {len(sent)}",
            "none",
        ),
        Figure("from the interaction to the bot's answer, p50", f"{percentile(waits, 0.5):.1f} ms"),
        Figure("the same, p99", f"{percentile(waits, 0.99):.1f} ms"),
        Figure("of that within the local Discord, taking the answer, p50", f"{percentile(own, 0.5):.2f} ms"),
        Figure("the same, p99", f"{percentile(own, 0.99):.2f} ms"),
        Figure("its share of one core meanwhile", f"{shares[0]:.0%}"),
        Figure("the bot's share of one core", f"{shares[1]:.0%}"),
    ]

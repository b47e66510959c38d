"""How soon an interaction is acknowledged while everything runs beside it on the same cores.

Premises are added in 1,000 rooms at a steady rate, whether or not answers come, while takes are written. An
interaction's id says when it was made; the local Discord's ledger says when the bot's answer came. The CPU
time is that of the one process that answers, with its boards and the takes that it writes meanwhile.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil

from bot.local_discord.snowflake import made_at
from tests.bench.crowd import Place, crowd, press
from tests.bench.figures import Figure, percentile
from tests.bench.stack import Stack, stack

_DEADLINE_MS = 3000
_CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
_WRITING = 2  # rounds under way meanwhile, of two takes each
_AIM_AT = 200  # a second
_AIM_MS = 100


async def measure(
    *, rates: Sequence[int] = (50, 200, 400), rooms: int = 1000, seconds: int = 60
) -> list[Figure]:
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        pace = ["--slots", "4", "--pause", "0.05"]
        async with stack(Path(folder), pace=pace, ledger=200_000, STORYROOM_LOG_LEVEL="warning") as parts:
            places = await crowd(parts, guilds=100, rooms=rooms)
            for rate in rates:
                found += await _at(parts, places, rate, seconds)
    return found


async def _at(parts: Stack, places: Sequence[Place], rate: int, seconds: int) -> list[Figure]:
    before = _cpu_ms(parts)
    async with asyncio.TaskGroup() as group:
        writing = [group.create_task(_keep_writing(parts, each, seconds)) for each in places[:_WRITING]]
        pressing = group.create_task(press(parts, places[_WRITING:], rate=rate, seconds=seconds, seed=rate))
    del writing
    sent = pressing.result()
    cpu = (_cpu_ms(parts) - before) / len(sent)
    await asyncio.sleep(_DEADLINE_MS / 1000 + 2)  # the last ones; and the boards catch up
    waits = await waited(parts, sent)
    missed = len(sent) - sum(wait <= _DEADLINE_MS for wait in waits)
    aims = (f"{_AIM_MS} ms", "none") if rate == _AIM_AT else ("", "")
    what = f"acknowledgement at {rate} a second over {len(places):,} rooms for {seconds} s"
    return [
        Figure(f"{what}, p50", f"{percentile(waits, 0.5):.0f} ms"),
        Figure("the same, p99", f"{percentile(waits, 0.99):.0f} ms", aims[0]),
        Figure("the same, not within 3 s", f"{missed} of {len(sent):,}", aims[1]),
        Figure("CPU of the process that answers, an interaction", f"{cpu:.1f} ms"),
    ]


def _cpu_ms(parts: Stack) -> float:
    times = psutil.Process(parts.pids["bot"]).cpu_times()
    return 1000 * (times.user + times.system)


async def waited(parts: Stack, sent: Sequence[str]) -> list[float]:
    """How long each interaction that was answered at all waited for it, in ms."""
    ledger: list[dict[str, Any]] = await parts.get(f"/control/v1/ledger?route={_CALLBACK}&limit=200000")
    answered = {entry["path"].split("/")[2]: entry["time"] for entry in ledger}
    return [1000 * (answered[each] - made_at(each)) for each in sent if each in answered]


async def _keep_writing(parts: Stack, place: Place, seconds: int) -> None:
    """Have takes written all the while."""
    await parts.command(place.person, place.room, "premise add", kind="setting", text="A valley without rain")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await parts.command(place.person, place.room, "synopsis", takes=2)
        await asyncio.sleep(5)

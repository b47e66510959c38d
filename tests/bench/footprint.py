"""What the bot's processes hold: with 1,000 guilds, with 32 streams, and over hours of both.

An hour: 1,000 communities that act 12 times and ask for a round each; two as fast as two cores go
(`measure`), one at its own pace (`hour`). Resident memory (`VmRSS`) of the process that answers and of that
which writes.
"""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import psutil

from tests.bench.crowd import Place, crowd, press
from tests.bench.figures import Figure
from tests.bench.stack import Stack, stack

_MIB = 1 << 20
_STREAMS = 32
_PACE = ("--slots", "64", "--pause", "0.02", "--sentences", "8")
_PROCESSES = ("bot", "worker-0")


async def measure(
    *, guilds: int = 1000, acts: int = 12, rate: float = 80, hours: int = 2, parts_of_hour: int = 3
) -> list[Figure]:
    found: list[Figure] = []
    async with _running() as parts:
        found.append(Figure("MiB at the start, answering / writing", _held(parts)))
        places = await crowd(parts, guilds=guilds, rooms=guilds)
        found.append(Figure(f"MiB with {guilds:,} guilds and a room in each", _held(parts)))
        await _ask(parts, places[:_STREAMS])
        await asyncio.sleep(1)
        found.append(Figure(f"MiB while {_STREAMS} rooms stream", _held(parts)))
        await parts.put("/control/v1/limits", {"enabled": False})  # the edits of hours fit into these minutes
        for part in range(1, hours * parts_of_hour + 1):
            await _act(parts, places, guilds * acts // parts_of_hour, rate, seed=part)
            minutes = 60 * part // parts_of_hour
            found.append(Figure(f"MiB after {minutes} minutes' worth of acts", _held(parts)))
    return found


async def hour(*, guilds: int = 1000, acts: int = 12, minutes: int = 60, parts: int = 6) -> list[Figure]:
    """The same at its own pace, with Discord's limits."""
    found: list[Figure] = []
    async with _running() as running:
        places = await crowd(running, guilds=guilds, rooms=guilds)
        found.append(Figure(f"MiB with {guilds:,} guilds, answering / writing", _held(running)))
        for part in range(1, parts + 1):
            await _act(running, places, guilds * acts // parts, guilds * acts / minutes / 60, seed=part)
            found.append(Figure(f"MiB after {minutes * part // parts} minutes", _held(running)))
    return found


@asynccontextmanager
async def _running() -> AsyncIterator[Stack]:
    with tempfile.TemporaryDirectory() as folder:
        async with stack(
            Path(folder),
            pace=_PACE,
            workers=1,
            STORYROOM_WORKER_ROUNDS=str(_STREAMS),
            STORYROOM_TGI_CONCURRENCY=str(_STREAMS),
            STORYROOM_LOG_LEVEL="warning",
        ) as parts:
            yield parts


async def _act(parts: Stack, places: Sequence[Place], acts: int, rate: float, *, seed: int) -> None:
    """A part of the hour: premises, and every twelfth act a round."""
    dice = random.Random(seed)
    asking = dice.sample(places, k=min(len(places), acts // 12))
    seconds = acts / rate
    async with asyncio.TaskGroup() as group:
        group.create_task(press(parts, places, rate=rate, seconds=seconds, seed=seed))
        group.create_task(_ask(parts, asking, over=seconds))
    await asyncio.sleep(2)


async def _ask(parts: Stack, places: Sequence[Place], *, over: float = 0.0) -> None:
    start = time.monotonic()
    for number, place in enumerate(places):
        await asyncio.sleep(max(0.0, start + over * number / len(places) - time.monotonic()))
        await parts.command(
            place.person, place.room, "premise add", kind="setting", text="A valley without rain"
        )
        await parts.command(place.person, place.room, "synopsis", takes=1)


def _held(parts: Stack) -> str:
    return " / ".join(
        f"{psutil.Process(parts.pids[name]).memory_info().rss / _MIB:.1f}" for name in _PROCESSES
    )

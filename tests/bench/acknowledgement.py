"""How soon an interaction is acknowledged while everything runs beside it on the same two cores.

An interaction's id says when it was made; the local Discord's ledger says when the bot's answer came.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure, percentile
from tests.bench.stack import PEOPLE, Stack, stack

_EPOCH_MS = 1_420_070_400_000
_DEADLINE_MS = 3000
_CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
_ROOMS = 50  # so that no brief is full before the end


async def measure(*, rate: int = 50, seconds: int = 30) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        async with stack(Path(folder), STORYROOM_LOG_LEVEL="warning") as parts:
            rooms = [await parts.room(title=f"Room {number}") for number in range(_ROOMS)]
            sent = await _load(parts, rooms, rate=rate, seconds=seconds)
            await asyncio.sleep(4)
            ledger: list[dict[str, Any]] = await parts.get("/control/v1/ledger")
    answered = {
        entry["path"].split("/")[-3]: entry["time"] * 1000 for entry in ledger if _CALLBACK in entry["route"]
    }
    waits = [answered[each] - ((int(each) >> 22) + _EPOCH_MS) for each in sent if each in answered]
    missed = len(sent) - sum(wait <= _DEADLINE_MS for wait in waits)
    return [
        Figure(
            f"acknowledgement at {rate} a second for {seconds} s, p50", f"{percentile(waits, 0.5):.0f} ms"
        ),
        Figure("the same, p99", f"{percentile(waits, 0.99):.0f} ms"),
        Figure("the same, not within 3 s", f"{missed} of {len(sent)}", "none"),
    ]


async def _load(parts: Stack, rooms: list[str], *, rate: int, seconds: int) -> list[str]:
    """Press at a steady rate, whether or not answers come; the interactions' ids."""
    words, dice = itertools.count(), random.Random(7)
    sent: list[str] = []

    async def one() -> None:
        text = f"Somebody who counts to {next(words)}"
        room, person = dice.choice(rooms), dice.choice(PEOPLE)
        sent.append(await parts.command(person, room, "premise add", kind="character", text=text))

    async with asyncio.TaskGroup() as group:
        group.create_task(_keep_writing(parts, rooms[0], seconds))
        start = time.monotonic()
        for number in range(rate * seconds):
            await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
            group.create_task(one())
    return sent


async def _keep_writing(parts: Stack, room: str, seconds: int) -> None:
    """Have takes written all the while."""
    await parts.command(PEOPLE[0], room, "premise add", kind="setting", text="A valley without rain")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await parts.command(PEOPLE[0], room, "synopsis", takes=2)
        await asyncio.sleep(5)

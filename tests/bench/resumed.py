"""What a take costs whose worker dies in the middle: gone on with, against written again from its start.

Real processes and the small model. A proxy between the bot and TGI counts every token that the server streams
and says when a worker is to be killed; the next one takes the round up when the lease has run out.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.figures import Figure
from tests.bench.screen import Watch, proxy
from tests.bench.stack import PEOPLE, Stack, server, stack

# After so many tokens of a take: killed as it stands, or told to end, as in a roll-out.
ENDS = (
    (20, signal.SIGKILL),
    (60, signal.SIGKILL),
    (100, signal.SIGKILL),
    (60, signal.SIGTERM),
)
LEASE_SECONDS = "2"


@dataclass(frozen=True)
class _Cost:
    """Tokens. `before`: streamed until the first worker ended; `saved`: of these, not written again.

    `all`: that the server streamed for the take; `take`: that a worker would have written from the start.
    """

    before: int
    saved: int
    all: int
    take: int


async def measure() -> list[Figure]:
    """One take for each end, in one room."""
    async with proxy() as (watch, address):
        with tempfile.TemporaryDirectory() as folder:
            settings = {"STORYROOM_WORKER": "false", "STORYROOM_LEASE_SECONDS": LEASE_SECONDS}
            async with stack(Path(folder), tgi_proxy=address, **settings) as parts:  # type: ignore[arg-type]  # settings are the rest
                watch.to = parts.tgi
                room = await parts.room(length="medium")
                await parts.command(
                    PEOPLE[0], room, "premise add", kind="character", text="Mara, a well-digger"
                )
                costs = [
                    await _cost(parts, watch, room, Path(folder), number)
                    for number in range(1, len(ENDS) + 1)
                ]
                await watch.close()
    return [
        *(_figure(*end, cost) for end, cost in zip(ENDS, costs, strict=True)),
        Figure(
            "all of them: generated with, without, and the share of the tokens before the end that is saved",
            f"{sum(each.all for each in costs)}, {sum(each.before + each.take for each in costs)}, "
            f"{sum(each.saved for each in costs) / sum(each.before for each in costs):.0%}",
        ),
    ]


def _figure(after: int, how: signal.Signals, cost: _Cost) -> Figure:
    ended = "killed" if how is signal.SIGKILL else "told to end"
    return Figure(
        f"worker {ended} after {after} tokens or so ({cost.before}): generated with, without, saved",
        f"{cost.all}, {cost.before + cost.take}, {cost.saved}",
    )


async def _cost(parts: Stack, watch: Watch, room: str, folder: Path, number: int) -> _Cost:
    after, how = ENDS[number - 1]
    began = watch.tokens
    async with _worker(parts, folder, f"first-{number}"):
        await parts.command(PEOPLE[0], room, "synopsis", takes=1, seed=number)
        async with asyncio.timeout(60):
            while watch.tokens - began < after:  # noqa: ASYNC110 - tokens pass by hundreds
                await asyncio.sleep(0.002)
        os.kill(parts.pids[f"first-{number}"], how)
    before = watch.tokens - began
    async with _worker(parts, folder, f"second-{number}"):
        written = await _line(folder / f"second-{number}.log", "writing.take")
        resumed = await _line(folder / f"second-{number}.log", "writing.resumed")
    return _Cost(before, resumed["tokens_saved"], watch.tokens - began, written["generated_tokens"])


@asynccontextmanager
async def _worker(parts: Stack, folder: Path, name: str) -> AsyncIterator[None]:
    command = ["-m", "bot", "worker", "--ready-file", "{ready}"]
    async with server(folder, name, command, parts.environment, pids=parts.pids):
        yield


async def _line(log: Path, event: str) -> dict[str, Any]:
    """The first line of a log about an event, as soon as it is there."""
    async with asyncio.timeout(60):
        while True:
            for line in (await asyncio.to_thread(log.read_text, "utf-8")).splitlines():
                if f'"{event}"' in line:
                    found: dict[str, Any] = json.loads(line)
                    return found
            await asyncio.sleep(0.05)

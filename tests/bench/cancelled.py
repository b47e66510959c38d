"""What 10,000 cancelled streams leave behind: sockets, tasks, memory, and places at the servers.

Two of this project's own servers, each a process of its own on an engine that spells the alphabet; every
stream is cancelled at a moment of its own, from before its request is sent to well past its first token.
`python -m tests.bench.cancelled READY_FILE` is such a server.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from aiohttp import web

from tests.bench.figures import Figure, percentile
from tests.bench.stack import server
from tests.tgi.server.scripted import Scripted
from tgi.client import Budgets, TgiClient
from tgi.protocol import GenerateParameters
from tgi.server import app
from tgi.server.engine import Dials, GeneratedToken
from tgi.server.limits import Limits

STREAMS = 10_000
AT_ONCE = 16  # what two cores can serve without a queue
PLACES = 32  # a server
LONGEST_LIFE = 0.06  # seconds
ASKED = GenerateParameters(max_new_tokens=400)
MEGABYTE = 2**20


@dataclass(frozen=True)
class Held:
    """What a process holds, beyond what it is made for: open files, tasks, bytes of memory."""

    files: int
    tasks: int
    memory: int

    @classmethod
    def now(cls) -> Held:
        gc.collect()
        process = psutil.Process()
        return cls(process.num_fds(), len(asyncio.all_tasks()), process.memory_info().rss)


@dataclass
class Cancelling:
    """Streams of one client, each with a number for its prompt, and when each was cancelled."""

    tgi: TgiClient
    chance: random.Random
    numbers: itertools.count[int] = field(default_factory=itertools.count)
    at: dict[str, float] = field(default_factory=dict)

    async def cancel(self, streams: int) -> None:
        """Begin and cancel so many, a few dozen at once."""
        left = iter(range(streams))

        async def one_after_another() -> None:
            for _ in left:
                prompt = str(next(self.numbers))
                stream = asyncio.create_task(self.read(prompt))
                await asyncio.sleep(self.chance.uniform(0, LONGEST_LIFE))
                self.at[prompt] = time.monotonic()
                stream.cancel()
                with suppress(asyncio.CancelledError):
                    await stream

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(one_after_another())

    async def read(self, prompt: str) -> bool:
        async with aclosing(self.tgi.stream(prompt, ASKED)) as events:
            async for _ in events:
                pass
        return True


async def measure(*, streams: int = STREAMS) -> list[Figure]:
    """Cancel so many streams, after as many again in small to warm up."""
    command = ["-m", "tests.bench.cancelled", "{ready}"]
    with tempfile.TemporaryDirectory() as name:
        async with server(Path(name), "one", command) as one, server(Path(name), "other", command) as other:
            urls = [f"http://127.0.0.1:{port}" for port in (one, other)]
            async with TgiClient(urls, budgets=Budgets(first_token=10)) as tgi:
                return await _measure(Cancelling(tgi, random.Random(1)), urls, streams)


async def _measure(streaming: Cancelling, urls: list[str], streams: int) -> list[Figure]:
    await streaming.cancel(streams // 5)
    await _seen(urls)
    streaming.at.clear()
    before = Held.now()
    began = time.monotonic()
    await streaming.cancel(streams)
    seconds = time.monotonic() - began
    running, ended = await _seen(urls)
    after = Held.now()
    latest = [(ended[prompt] - at) * 1000 for prompt, at in streaming.at.items() if prompt in ended]
    # As many as there are places, all at once: one that was lost would be waited for in vain.
    async with asyncio.timeout(30):
        whole = await asyncio.gather(*(streaming.read("whole") for _ in range(PLACES * len(urls))))
    return [
        Figure("streams cancelled; of these, begun at a server", f"{streams:,}; {len(latest):,}"),
        Figure("streams cancelled a second", f"{streams / seconds:.0f}"),
        Figure("open files more than before", str(after.files - before.files), "0"),
        Figure("tasks more than before", str(after.tasks - before.tasks), "0"),
        Figure(
            "memory more than before, MB", f"{(after.memory - before.memory) / MEGABYTE:.1f}", "less than 5"
        ),
        Figure("generations still running at the servers", str(running), "0"),
        Figure("whole texts in all places at once afterwards", f"{sum(whole)} of {len(whole)}", "all"),
        Figure("cancel to the generation's end at the server, median, ms", f"{percentile(latest, 0.5):.1f}"),
        Figure("the same, 99 of 100", f"{percentile(latest, 0.99):.1f}", "less than 100"),
    ]


async def _seen(urls: list[str]) -> tuple[int, dict[str, float]]:
    """How many generations run at the servers, once that falls no more, and when each other one ended."""
    async with aiohttp.ClientSession() as http:
        for _ in range(100):
            found: list[dict[str, Any]] = []
            for url in urls:
                async with http.get(f"{url}/seen") as answer:
                    found.append(await answer.json())
            if not any(each["running"] for each in found):
                break
            await asyncio.sleep(0.02)
    ended = {prompt: at for each in found for prompt, at in each["ended"].items()}
    return sum(each["running"] for each in found), ended


class Noting(Scripted):
    """An engine that spells the alphabet, a letter in 2 ms, and notes when each prompt's end came."""

    def __init__(self) -> None:
        super().__init__(seats=PLACES)
        self.ended: dict[str, float] = {}

    async def generate(
        self, prompt: Sequence[int], dials: Dials, *, limit: int
    ) -> AsyncGenerator[GeneratedToken]:
        try:
            async with aclosing(super().generate(prompt, dials, limit=limit)) as letters:
                async for letter in letters:
                    await asyncio.sleep(0.002)
                    yield letter
        finally:
            self.ended[bytes(prompt).decode()] = time.monotonic()
            self.asked.clear()


async def _serve(ready: Path) -> None:
    engine = Noting()
    limits = Limits(max_concurrent_requests=PLACES, max_total_tokens=1000)
    built = app.build(engine, app.Model("an/alphabet", "abc"), limits, version="1")
    built.router.add_get("/seen", _answering(engine))
    runner = web.AppRunner(built, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    part = ready.with_suffix(".part")
    part.write_text(json.dumps({"port": runner.addresses[0][1]}), encoding="utf-8")
    part.replace(ready)
    await asyncio.Event().wait()


def _answering(engine: Noting) -> Callable[[web.Request], Any]:
    async def seen(request: web.Request) -> web.Response:
        del request
        return web.json_response({"running": engine.running, "ended": engine.ended})

    return seen


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1])))

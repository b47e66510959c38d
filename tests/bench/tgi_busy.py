"""Eight streams of our TGI-compatible server beside a busy process: as it is, and with libgomp's waiting.

Threads of llama.cpp wait for each other some hundred times a token. Where one of them has lost its core to
another process, the others spin; libgomp's default is to spin about 300,000 times before they sleep.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import aiohttp

from tests.bench.figures import Figure, spread
from tests.bench.stack import server
from tests.bench.tgi_server import CONTEXT, PROMPT, SEATS, draw_ours

TOKENS = 12
TIMEOUT = aiohttp.ClientTimeout(total=300)
WAYS = {"as it is (GOMP_SPINCOUNT=1000)": {}, "libgomp's default": {"GOMP_SPINCOUNT": "300000"}}


async def measure(*, rounds: int = 3) -> list[Figure]:
    found: dict[tuple[str, str], list[float]] = {}
    sizes = ["--parallel", str(SEATS), "--max-total-tokens", str(CONTEXT)]
    serve = ["-m", "tgi", "serve", "--port", "0", "--ready-file", "{ready}", *sizes]
    async with AsyncExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory()))
        http = await parts.enter_async_context(aiohttp.ClientSession(timeout=TIMEOUT))
        urls = {
            way: await parts.enter_async_context(server(folder, str(number), serve, environment))
            for number, (way, environment) in enumerate(WAYS.items())
        }
        for _ in range(rounds):
            for way, port in urls.items():
                url = f"http://127.0.0.1:{port}/generate_stream"
                found.setdefault((way, "alone"), []).append(await _rate(http, url))
                async with _busy():
                    found.setdefault((way, "beside a busy process"), []).append(await _rate(http, url))
    return [
        Figure(f"tokens/s, {SEATS} streams, {beside}, {way}", spread(rates))
        for (way, beside), rates in sorted(found.items())
    ]


async def _rate(http: aiohttp.ClientSession, url: str) -> float:
    started = time.monotonic()
    texts = await asyncio.gather(*(draw_ours(http, url, PROMPT, seed, TOKENS) for seed in range(SEATS)))
    return sum(text.tokens for text in texts) / (time.monotonic() - started)


@asynccontextmanager
async def _busy() -> AsyncIterator[None]:
    """A process for each second core that does nothing else than compute."""
    count = max(1, len(os.sched_getaffinity(0)) // 2)
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", "while True: pass") for _ in range(count)
    ]
    try:
        yield
    finally:
        for process in running:
            process.kill()
            await process.wait()

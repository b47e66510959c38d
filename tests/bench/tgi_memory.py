"""What our TGI-compatible server holds after thousands of requests, half of whose callers go away midway."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import aiohttp

from tests.bench.figures import Figure
from tests.bench.stack import server

SEATS = 8
TOKENS = 4
MARKS = (100, 1_000, 2_500, 5_000, 7_500, 10_000)
TIMEOUT = aiohttp.ClientTimeout(total=300)


async def measure(*, marks: tuple[int, ...] = MARKS) -> list[Figure]:
    held = await held_after(marks)
    first, last = held[1][1], held[-1][1]
    return [
        *(Figure(f"MiB resident after {count:,} requests", f"{mib:.1f}") for count, mib in held),
        Figure(f"growth from {held[1][0]:,} to {held[-1][0]:,} requests, MiB", f"{last - first:.1f}", "flat"),
    ]


async def held_after(marks: tuple[int, ...]) -> list[tuple[int, float]]:
    """Requests and MiB, at the start and at each mark; every second request is left after its first token."""
    options = ["--parallel", str(SEATS), "--max-total-tokens", "256"]
    with tempfile.TemporaryDirectory() as name:
        arguments = ["-m", "tgi", "serve", "--port", "0", "--ready-file", "{ready}", *options]
        async with (
            server(Path(name), "ours", arguments) as port,
            aiohttp.ClientSession(f"http://127.0.0.1:{port}", timeout=TIMEOUT) as http,
        ):
            pid = int(json.loads((Path(name) / "ours.json").read_text())["pid"])
            held = [(0, _resident(pid))]
            for before, mark in zip((0, *marks), marks, strict=False):
                numbers = iter(range(before, mark))
                async with asyncio.TaskGroup() as group:
                    for _ in range(SEATS):
                        group.create_task(_ask(http, numbers))
                held.append((mark, _resident(pid)))
            return held


async def _ask(http: aiohttp.ClientSession, numbers: Iterator[int]) -> None:
    """Send requests, one after the other, and see that each was answered."""
    for number in numbers:
        left = number % 2 == 1
        parameters = {"max_new_tokens": 200 if left else TOKENS, "do_sample": True, "seed": number}
        body = {"inputs": f"Scene {number}.", "parameters": parameters}
        events = 0
        async with http.post("/generate_stream", json=body) as answer:
            async for line in answer.content:
                events += b'"token"' in line
                if left and events:
                    answer.close()  # the connection: the server sees its caller go
                    break
        if not events:
            raise RuntimeError(f"request {number} had no token")


def _resident(pid: int) -> float:
    """MiB (Linux's VmRSS)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    (kib,) = (line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(kib) / 1024

"""Our TGI-compatible server beside llama.cpp's own: tokens a second on the same weights.

Two processes with the same slots and threads, of which one at a time is asked, in turns. llama.cpp's own is
left as it is: its own steps, its own way to wait, no log-probabilities. `python -m tests.bench.tgi_server`
is that server.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.figures import Figure, spread
from tests.bench.stack import server
from tgi import weights

SEATS = 4
CONTEXT = 512
TOKENS = 96
PROMPT = "A synopsis of a film about a lighthouse keeper and her brother, in the manner of a trade paper.\n\n"
DIALS = {"temperature": 0.8, "top_p": 0.92, "repetition_penalty": 1.1}
TIMEOUT = aiohttp.ClientTimeout(total=120)

Draw = Callable[[int], Awaitable[int]]
"""Streams one text with a seed, and tells how many tokens it had."""


@dataclass
class Rates:
    """Tokens a second, round for round."""

    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    @property
    def ratios(self) -> list[float]:
        return [mine / other for mine, other in zip(self.ours, self.theirs, strict=True)]


async def measure(*, rounds: int = 8) -> list[Figure]:
    threads = str(len(os.sched_getaffinity(0)))
    options = ["--parallel", str(SEATS), "--max-total-tokens", str(CONTEXT), "--threads", threads]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with (
            server(
                folder, "ours", ["-m", "tgi", "serve", "--port", "0", "--ready-file", "{ready}", *options]
            ) as ours,
            server(folder, "theirs", ["-m", "tests.bench.tgi_server", "{ready}", threads]) as theirs,
            aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(force_close=True),  # theirs closes after a stream, unannounced
                timeout=TIMEOUT,
            ) as http,
        ):
            mine = partial(_ours, http, f"http://127.0.0.1:{ours}/generate_stream")
            other = partial(_theirs, http, f"http://127.0.0.1:{theirs}/completion")
            found = {streams: await _turns(mine, other, streams, rounds) for streams in (1, SEATS)}
    return [
        figure
        for streams, rates in found.items()
        for figure in (
            Figure(f"tokens/s with {streams} stream(s), storyroom-tgi", spread(rates.ours)),
            Figure(f"tokens/s with {streams} stream(s), llama.cpp's own server", spread(rates.theirs)),
            Figure(f"ratio of the two, {streams} stream(s)", spread(rates.ratios), "at least 0.90"),
        )
    ]


async def _turns(mine: Draw, other: Draw, streams: int, rounds: int) -> Rates:
    rates = Rates()
    for number in range(rounds + 1):
        order = [(mine, rates.ours), (other, rates.theirs)]
        for draw, into in order if number % 2 else order[::-1]:
            started = time.monotonic()
            counts = await asyncio.gather(*(draw(100 * number + stream) for stream in range(streams)))
            if number:  # the first round warms up
                into.append(sum(counts) / (time.monotonic() - started))
    return rates


async def _ours(http: aiohttp.ClientSession, url: str, seed: int) -> int:
    asked = {**DIALS, "do_sample": True, "seed": seed, "max_new_tokens": TOKENS, "details": True}
    last = await _last_event(http, url, {"inputs": PROMPT, "parameters": asked})
    return int(last["details"]["generated_tokens"])


async def _theirs(http: aiohttp.ClientSession, url: str, seed: int) -> int:
    last = await _last_event(
        http,
        url,
        {
            "prompt": PROMPT,
            "stream": True,
            "n_predict": TOKENS,
            "seed": seed,
            "cache_prompt": False,
            "samplers": ["penalties", "temperature", "top_p"],
            "temperature": DIALS["temperature"],
            "top_p": DIALS["top_p"],
            "repeat_penalty": DIALS["repetition_penalty"],
            "repeat_last_n": CONTEXT,
        },
    )
    return int(last["tokens_predicted"])


async def _last_event(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> dict[str, Any]:
    last = b""
    async with http.post(url, json=body) as answer:
        answer.raise_for_status()
        async for line in answer.content:
            if line.startswith(b"data: "):
                last = line
    event: dict[str, Any] = json.loads(last.removeprefix(b"data: "))
    return event


def _serve_theirs(ready: Path, threads: int) -> None:
    import xllamacpp  # noqa: PLC0415 - only this process needs it

    params = xllamacpp.CommonParams()
    params.model.path = str(weights.fetched())
    params.n_parallel = SEATS
    params.n_ctx = SEATS * CONTEXT
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.n_threads_http = SEATS * 2 + 2
    params.ui = False
    params.verbosity = 1
    kept = xllamacpp.Server(params)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    port = int(kept.listening_address.rsplit(":", 1)[1].strip("/"))
    part = ready.with_suffix(".part")
    part.write_text(json.dumps({"port": port}), encoding="utf-8")
    part.replace(ready)
    signal.pause()


if __name__ == "__main__":
    _serve_theirs(Path(sys.argv[1]), int(sys.argv[2]))

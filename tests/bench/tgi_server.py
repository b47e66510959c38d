"""Our TGI-compatible server beside llama.cpp's own: tokens a second and the first token, same weights.

Two processes with the same slots and threads, of which one at a time is asked, in turns. Seeds and dials are
the same, so both write the same texts; ours tells log-probabilities besides.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

from tests.bench.figures import Figure, interval, spread
from tests.bench.stack import server

SEATS = 8
STREAMS = (1, 4, 8)
CONTEXT = 512
TOKENS = 96
PROMPT = "A synopsis of a film about a lighthouse keeper and her brother, in the manner of a trade paper.\n\n"
LONG_PROMPT = PROMPT * 18
DIALS = {"temperature": 0.8, "top_p": 0.92, "repetition_penalty": 1.1}
TIMEOUT = aiohttp.ClientTimeout(total=120)


@dataclass(frozen=True)
class Text:
    """One streamed text: how many tokens, and seconds until the first of them."""

    tokens: int
    first: float


Draw = Callable[[str, int, int], Awaitable[Text]]
"""Streams one text after a prompt, with a seed, up to so many tokens."""


@dataclass
class Side:
    """What one server showed, round for round: tokens a second, and ms until first tokens.

    Of several texts `firsts` has the median, and `lasts` who waited longest.
    """

    rates: list[float] = field(default_factory=list)
    firsts: list[float] = field(default_factory=list)
    lasts: list[float] = field(default_factory=list)


async def measure(*, rounds: int = 10) -> list[Figure]:
    async with both() as (mine, other):
        figures: list[Figure] = []
        for streams in STREAMS:
            ours, theirs = await _turns(mine, other, PROMPT, streams=streams, tokens=TOKENS, rounds=rounds)
            figures += _rates(f"{streams} stream{'s' * (streams > 1)}", ours, theirs)
            # Which of several are read together is chance, so that takes more rounds.
            ours, theirs = await _turns(mine, other, PROMPT, streams=streams, tokens=2, rounds=4 * rounds)
            figures += _firsts(f"{streams} at once, short prompt", ours, theirs)
            if streams > 1:
                figures.append(_last(streams, ours, theirs))
        ours, theirs = await _turns(mine, other, LONG_PROMPT, streams=1, tokens=2, rounds=2 * rounds)
        return [*figures, *_firsts("prompt of 431 tokens", ours, theirs)]


@asynccontextmanager
async def both() -> AsyncIterator[tuple[Draw, Draw]]:
    """Start the two servers; how to draw from ours, and from theirs."""
    threads = str(len(os.sched_getaffinity(0)))
    sizes = ["--parallel", str(SEATS), "--max-total-tokens", str(CONTEXT), "--threads", threads]
    mine = ["-m", "tgi", "serve", "--port", "0", "--ready-file", "{ready}", *sizes]
    other = ["-m", "tests.bench.llama_server", "{ready}", str(SEATS), str(CONTEXT), threads]
    async with AsyncExitStack() as parts:
        folder = Path(parts.enter_context(tempfile.TemporaryDirectory()))
        ours = await parts.enter_async_context(server(folder, "ours", mine))
        theirs = await parts.enter_async_context(server(folder, "theirs", other))
        # Theirs closes after a stream, unannounced.
        http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True), timeout=TIMEOUT)
        await parts.enter_async_context(http)
        yield (
            partial(draw_ours, http, f"http://127.0.0.1:{ours}/generate_stream"),
            partial(_theirs, http, f"http://127.0.0.1:{theirs}/completion"),
        )


async def _turns(
    mine: Draw, other: Draw, prompt: str, *, streams: int, tokens: int, rounds: int
) -> tuple[Side, Side]:
    ours, theirs = Side(), Side()
    for number in range(rounds + 1):
        order = [(mine, ours), (other, theirs)]
        for draw, side in order if number % 2 else order[::-1]:
            started = time.monotonic()
            texts = await asyncio.gather(
                *(draw(prompt, 100 * number + stream, tokens) for stream in range(streams))
            )
            if number:  # the first round warms up
                side.rates.append(sum(text.tokens for text in texts) / (time.monotonic() - started))
                side.firsts.append(1000 * median(text.first for text in texts))
                side.lasts.append(1000 * max(text.first for text in texts))
    return ours, theirs


def _rates(what: str, ours: Side, theirs: Side) -> list[Figure]:
    ratios = [mine / other for mine, other in zip(ours.rates, theirs.rates, strict=True)]
    return [
        Figure(f"tokens/s, {what}, storyroom-tgi", spread(ours.rates)),
        Figure(f"tokens/s, {what}, llama.cpp's own server", spread(theirs.rates)),
        Figure(f"ratio of the two, {what}", spread(ratios), "at least 0.95"),
    ]


def _firsts(what: str, ours: Side, theirs: Side) -> list[Figure]:
    later = [mine - other for mine, other in zip(ours.firsts, theirs.firsts, strict=True)]
    return [
        Figure(f"first token, ms, {what}, storyroom-tgi", spread(ours.firsts)),
        Figure(f"first token, ms, {what}, llama.cpp's own server", spread(theirs.firsts)),
        Figure(f"later than it, ms, {what}", f"{spread(later)}; 95%: {interval(later)}", "at most 10"),
    ]


def _last(streams: int, ours: Side, theirs: Side) -> Figure:
    later = [mine - other for mine, other in zip(ours.lasts, theirs.lasts, strict=True)]
    return Figure(f"the last of {streams} later than their last, ms", spread(later))


async def draw_ours(http: aiohttp.ClientSession, url: str, prompt: str, seed: int, tokens: int) -> Text:
    asked = {**DIALS, "do_sample": True, "seed": seed, "max_new_tokens": tokens, "details": True}
    last, first = await _streamed(http, url, {"inputs": prompt, "parameters": asked})
    return Text(int(last["details"]["generated_tokens"]), first)


async def _theirs(http: aiohttp.ClientSession, url: str, prompt: str, seed: int, tokens: int) -> Text:
    last, first = await _streamed(
        http,
        url,
        {
            "prompt": prompt,
            "stream": True,
            "n_predict": tokens,
            "seed": seed,
            "cache_prompt": False,
            "samplers": ["penalties", "temperature", "top_p"],
            "temperature": DIALS["temperature"],
            "top_p": DIALS["top_p"],
            "repeat_penalty": DIALS["repetition_penalty"],
            "repeat_last_n": CONTEXT,
        },
    )
    return Text(int(last["tokens_predicted"]), first)


async def _streamed(
    http: aiohttp.ClientSession, url: str, body: dict[str, Any]
) -> tuple[dict[str, Any], float]:
    """The last event, and the seconds until the first."""
    started = time.monotonic()
    first, last = 0.0, b""
    async with http.post(url, json=body) as answer:
        answer.raise_for_status()
        async for line in answer.content:
            if line.startswith(b"data: "):
                first = first or time.monotonic() - started
                last = line
    event: dict[str, Any] = json.loads(last.removeprefix(b"data: "))
    return event, first

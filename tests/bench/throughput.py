"""Tokens a second through the bot, over those of a bare client that sends the same, the server saturated.

The server has 8 slots and a known pace, so that neither side is held up by a model on the same cores; both
keep 16 requests at it. The bare client reads streams and does nothing else. In turns, in one run.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import aiohttp

from tests.bench.crowd import Place, crowd
from tests.bench.figures import Figure, spread
from tests.bench.stack import Stack, stack

_SLOTS = 8
_UNDER_WAY = 16  # requests: half of them wait in the server
_PACE = ("--slots", str(_SLOTS), "--pause", "0.02", "--sentences", "8")  # a take: about two seconds
_GUILDS = 12  # with one round each in the queue or under way, and the next asked for as soon as it is written
_WARM_SECONDS = 4.0
_ASK_SECONDS = 0.6  # about as fast as rounds are written, so that little is left behind at the end


async def measure(*, turns: int = 3, seconds: float = 15) -> list[Figure]:
    through: list[float] = []
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        async with stack(
            Path(folder),
            pace=_PACE,
            workers=1,
            # So many that a round whose last take is still being written holds no slot idle.
            STORYROOM_WORKER_ROUNDS=str(_UNDER_WAY // 2),
            STORYROOM_TGI_CONCURRENCY=str(_UNDER_WAY),
            STORYROOM_LOG_LEVEL="warning",
        ) as parts:
            places = await crowd(parts, guilds=_GUILDS, rooms=_GUILDS)
            for place in places:
                text = f"Mara Okafor digs well {place.room[-4:]}"
                await parts.command(place.person, place.room, "premise add", kind="character", text=text)
            for _ in range(turns):
                through.append(await _through(parts, places, seconds))
                bare.append(await _bare(parts, seconds))
    ratios = [ours / theirs for ours, theirs in zip(through, bare, strict=True)]
    return [
        Figure(f"tokens/s through the bot, {_SLOTS} slots of 50 tokens/s", spread(through)),
        Figure("the same of a bare client with the same requests", spread(bare)),
        Figure("ratio of the two", f"{statistics.median(ratios):.3f}", "0.97"),
    ]


async def _through(parts: Stack, places: Sequence[Place], seconds: float) -> float:
    """Every room asks for four takes, and for more while these are written."""

    async def keep_asking() -> None:
        for place in itertools.cycle(places):
            await parts.command(place.person, place.room, "synopsis", takes=4)
            await asyncio.sleep(_ASK_SECONDS)

    for place in places:
        await parts.command(place.person, place.room, "synopsis", takes=4)
    asking = asyncio.create_task(keep_asking(), name="keep asking")
    try:
        rate = await _rate(parts, seconds)
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    await _quiet(parts)
    return rate


async def _bare(parts: Stack, seconds: float) -> float:
    """The bodies that the bot sent, again, as fast as the server takes them."""
    bodies = itertools.cycle([one["body"] for one in (await parts.passed(0))["passed"]][-200:])
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

        async def client() -> None:
            while True:
                async with http.post(f"{parts.tgi}/generate_stream", json=next(bodies)) as answer:
                    async for _ in answer.content.iter_any():
                        pass

        clients = [asyncio.create_task(client(), name="bare") for _ in range(_UNDER_WAY)]
        try:
            return await _rate(parts, seconds)
        finally:
            for each in clients:
                each.cancel()
            await asyncio.gather(*clients, return_exceptions=True)


async def _rate(parts: Stack, seconds: float) -> float:
    await asyncio.sleep(_WARM_SECONDS)
    start, before = time.monotonic(), (await parts.passed())["tokens"]
    await asyncio.sleep(seconds)
    return float(((await parts.passed())["tokens"] - before) / (time.monotonic() - start))


async def _quiet(parts: Stack) -> None:
    """Until the server has had nothing to write for two seconds."""
    tokens = -1
    while tokens != (now := (await parts.passed())["tokens"]):
        tokens = now
        await asyncio.sleep(2)

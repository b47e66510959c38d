"""How old the text on screen is while 1, 8 and 32 channels stream, and when the last words are there.

The age at a moment: how long ago the first token came that is not on screen yet; 0 when all are. Its mean is
over the time from a take's first token to its last. Beside it a bot that awaits each edit before it reads on,
with the same local Discord, texts and pace; how late its last words are is not even counted.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench.crowd import Place, crowd
from tests.bench.figures import Figure, percentile
from tests.bench.stack import PEOPLE, TOKEN, Stack, server, stack

_PAUSE = 0.08  # s between two tokens of a text: what is hoped for of OPT-175B
_PACE = ("--slots", "32", "--pause", str(_PAUSE), "--sentences", "8")  # about 100 tokens, 8 s
_PLAIN = Path(__file__).parent / "bots" / "plain.py"
_ROUND_SECONDS = 60
_REST_SECONDS = 5.5  # each channel's edits are unspent again


@dataclass
class _Screen:
    """One message as a person saw it: when, how many words of the model, and whether it was the end."""

    seen: list[tuple[float, int]] = field(default_factory=list)
    opening: int = 0  # words that stood there before the first token
    ended: float = 0.0
    end: asyncio.Event = field(default_factory=asyncio.Event)


async def measure(*, channels: Sequence[int] = (1, 8, 32), rounds: int = 2) -> list[Figure]:
    found: list[Figure] = []
    ours, last = await _ours(channels, rounds)
    plain = await _plain(channels, every=0.0)
    gated = await _plain(channels, every=1.0)
    for number in channels:
        what = f"{number} channel{'s' if number > 1 else ''} streaming"
        ratio = ours[number] / plain[number]
        found += [
            Figure(f"mean age of the text on screen, {what}, s", f"{ours[number]:.2f}"),
            Figure("the same, a streamer that awaits an edit for each token, s", f"{plain[number]:.2f}"),
            Figure("ratio of the two", f"{ratio:.2f}", "at most 0.5"),
            Figure("the same age, a streamer that awaits an edit each second, s", f"{gated[number]:.2f}"),
            Figure(f"last words on screen after the last token, {what}, p95, s", _p95(last[number]), "0.3"),
        ]
    return found


def _p95(values: Sequence[float]) -> str:
    return f"{percentile(values, 0.95):.2f}"


async def _ours(channels: Sequence[int], rounds: int) -> tuple[dict[int, float], dict[int, list[float]]]:
    ages: dict[int, float] = {}
    last: dict[int, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        many = str(max(channels))
        async with stack(
            Path(folder),
            pace=_PACE,
            workers=1,
            STORYROOM_WORKER_ROUNDS=many,
            STORYROOM_TGI_CONCURRENCY=many,
        ) as parts:
            places = await crowd(parts, guilds=max(channels), rooms=max(channels))
            marks = [f"A valley that is number {number} of many" for number in range(len(places))]
            for place, mark in zip(places, marks, strict=True):
                await parts.command(place.person, place.room, "premise add", kind="setting", text=mark)
            for number in channels:
                found, ages[number], last[number] = [], 0.0, []
                for _ in range(rounds):
                    await asyncio.sleep(_REST_SECONDS)
                    found += await _stream(parts, places[:number], marks, last[number])
                ages[number] = statistics.fmean(found)
    return ages, last


async def _stream(
    parts: Stack, places: Sequence[Place], marks: Sequence[str], last: list[float]
) -> list[float]:
    """One take in each room at once; the mean age of each."""
    before = len((await parts.passed(0))["passed"])
    screens = {place.room: _Screen() for place in places}
    async with _watching(parts.http, screens):
        for place in places:
            await parts.command(place.person, place.room, "synopsis", takes=1)
        async with asyncio.timeout(_ROUND_SECONDS):
            for screen in screens.values():
                await screen.end.wait()
    passed = (await parts.passed(before))["passed"]
    ages = []
    for place, mark in zip(places, marks, strict=False):
        (entry,) = [one for one in passed if mark in one["body"]["inputs"]]
        last.append(screens[place.room].ended - entry["last"])
        ages.append(mean_age(screens[place.room], entry))
    return ages


@asynccontextmanager
async def _watching(http: aiohttp.ClientSession, screens: dict[str, _Screen]) -> AsyncIterator[None]:
    """Note what a person sees in these channels."""

    async def watch() -> None:
        async for frame in events:
            now = time.time()
            event: dict[str, Any] = json.loads(frame.data)
            if event["t"] in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
                _note(screens, event["d"], now)

    async with http.ws_connect(f"/people/v1/events?user={PEOPLE[0]}", max_msg_size=0) as events:
        watching = asyncio.create_task(watch(), name="watch")
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)


def _note(screens: dict[str, _Screen], message: dict[str, Any], now: float) -> None:
    screen = screens.get(message["channel_id"])
    embeds = message.get("embeds", [])
    is_round = message.get("content", "").startswith("**Round")
    if screen is None or (embeds and not is_round):
        return
    text = embeds[0].get("description", "") if embeds else message.get("content", "")
    if embeds and not screen.opening:
        screen.opening = len(text.split(", Then ")[0].split())
    if embeds or not is_round:
        screen.seen.append((now, len(text.split()) - screen.opening))
    if is_round and "Written" in message["content"]:  # while it is queued or written it has a button too
        screen.ended = now
        screen.end.set()


def mean_age(screen: _Screen, entry: dict[str, Any]) -> float:
    """Seconds, over the time from the take's first token to its last."""
    came = [entry["begun"] + (index + 1) * _PAUSE for index in range(entry["tokens"])]
    start, end = came[0], came[-1]
    steps = [(start, 0), *((at, words) for at, words in screen.seen if start < at < end), (end, 0)]
    total = 0.0
    for (at, words), (until, _) in itertools.pairwise(steps):
        if words < len(came):
            since = came[max(0, words)]
            total += (max(0.0, until - since) ** 2 - max(0.0, at - since) ** 2) / 2
    return float(total / (end - start))


async def _plain(channels: Sequence[int], *, every: float) -> dict[int, float]:
    ages: dict[int, float] = {}
    for number in channels:
        with tempfile.TemporaryDirectory() as folder:
            ages[number] = await _plainly(Path(folder), number, every)
    return ages


async def _plainly(folder: Path, number: int, every: float) -> float:
    """The mean age in so many channels, with a bot that awaits each edit."""
    ready = ["--ready-file", "{ready}"]
    async with (
        server(folder, "tgi", ["-m", "tests.bench.paced_tgi", *_PACE, *ready]) as tgi,
        server(folder, "discord", ["-m", "bot.local_discord", "--bot-token", TOKEN, *ready]) as discord,
        aiohttp.ClientSession(f"http://127.0.0.1:{discord}") as http,
    ):
        parts = Stack(http, f"http://127.0.0.1:{tgi}")
        names = [f"channel-{each}" for each in range(number)]
        made = await parts.post(
            "/control/v1/guilds", {"name": "Plain", "owner_id": PEOPLE[0], "channels": names}
        )
        bot = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot.local_discord.point", f"http://127.0.0.1:{discord}", str(_PLAIN)),
            env={**os.environ, "DISCORD_TOKEN": TOKEN, "TGI": parts.tgi, "EVERY": str(every)},
        )
        try:
            return await _plain_ages(parts, [each["id"] for each in made["channels"]])
        finally:
            bot.terminate()
            await bot.wait()


async def _plain_ages(parts: Stack, channels: Sequence[str]) -> float:
    while True:
        start = await parts.get(f"/people/v1/start?user={PEOPLE[0]}")
        if start["commands"]:
            break
        await asyncio.sleep(0.1)
    screens = {channel: _Screen() for channel in channels}
    async with _watching(parts.http, screens):
        for channel in channels:
            await parts.command(PEOPLE[0], channel, "plain", text=f"In {channel}")
        async with asyncio.timeout(_ROUND_SECONDS):
            while True:
                passed = (await parts.passed(0))["passed"]
                if len(passed) == len(channels) and all(one["ended"] for one in passed):
                    break
                await asyncio.sleep(0.1)
    by = {one["body"]["inputs"]: one for one in passed}
    return statistics.fmean(mean_age(screens[each], by[f"In {each}"]) for each in channels)

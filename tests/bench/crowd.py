"""A world of many guilds with a room in each of many channels, and people who press at a steady rate.

Rooms are opened as people open them, with Discord's limits lifted meanwhile: what is measured comes after.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tests.bench.stack import PEOPLE, Stack

_AT_ONCE = 8  # rooms being opened
_OPENED_SECONDS = 240


@dataclass(frozen=True)
class Place:
    """A room, and somebody who may act in it."""

    person: str
    room: str
    guild: str


async def crowd(
    parts: Stack, *, guilds: int, rooms: int, channels: int = 1, settle: float = 2.0
) -> list[Place]:
    """Make guilds with so many channels and a room in each, until there are so many rooms."""
    await parts.put("/control/v1/limits", {"enabled": False})
    names = [f"channel-{number}" for number in range(max(channels, -(-rooms // guilds)))]
    where: list[tuple[str, str, str]] = []
    for number in range(guilds):
        owner = (await parts.post("/control/v1/users", {"username": f"owner{number}"}))["id"]
        body = {"name": f"Guild {number}", "owner_id": owner, "members": [*PEOPLE], "channels": names}
        made = await parts.post("/control/v1/guilds", body)
        where += [(owner, each["id"], made["id"]) for each in made["channels"]]
    places = await _opened(parts, where[:: max(1, len(where) // rooms)][:rooms])
    await asyncio.sleep(settle)
    await parts.put("/control/v1/limits", {})
    return places


async def _opened(parts: Stack, where: Sequence[tuple[str, str, str]]) -> list[Place]:
    """A room in each channel; Discord tells its people of each new thread."""
    found: dict[str, asyncio.Future[str]] = {}
    free = asyncio.Semaphore(_AT_ONCE)
    told = asyncio.Event()

    async def listen() -> None:
        async with parts.http.ws_connect(f"/people/v1/events?user={PEOPLE[0]}", max_msg_size=0) as events:
            told.set()
            async for frame in events:
                event: dict[str, Any] = json.loads(frame.data)
                waiting = found.get(str(event["d"].get("parent_id")))
                if event["t"] == "THREAD_CREATE" and waiting is not None and not waiting.done():
                    waiting.set_result(event["d"]["id"])

    async def open_one(person: str, channel: str) -> None:
        async with free:
            found[channel] = asyncio.get_running_loop().create_future()
            await parts.command(person, channel, "room open", title="The Dry Well", length="short")
            await found[channel]

    listening = asyncio.create_task(listen(), name="listen")
    await told.wait()
    try:
        async with asyncio.timeout(_OPENED_SECONDS), asyncio.TaskGroup() as group:
            for person, channel, _ in where:
                group.create_task(open_one(person, channel))
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
    return [Place(person, found[channel].result(), guild) for person, channel, guild in where]


async def press(
    parts: Stack, places: Sequence[Place], *, rate: float, seconds: float, seed: int = 7
) -> list[str]:
    """Add premises at a steady rate, whether or not answers come; the interactions' ids."""
    numbers, dice = itertools.count(), random.Random(seed)
    sent: list[str] = []

    async def one() -> None:
        place, person = dice.choice(places), dice.choice(PEOPLE)
        text = f"Somebody who counts to {next(numbers)}"
        sent.append(await parts.command(person, place.room, "premise add", kind="character", text=text))

    async with asyncio.TaskGroup() as group:
        start = time.monotonic()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, start + number / rate - time.monotonic()))
            group.create_task(one())
    return sent

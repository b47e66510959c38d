"""What a quiet community waits while another floods the queue, over what it waits alone.

The wait is what a person waits: from asking for one take to the take on screen with its buttons. The flood is
100 rounds of four takes in one guild, asked for at once by as many people in 40 rooms.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.bench.crowd import Place, crowd
from tests.bench.figures import Figure, percentile
from tests.bench.stack import PEOPLE, Stack, stack

_PACE = ("--slots", "8", "--pause", "0.02", "--sentences", "8")  # a take: about two seconds
_FLOOD = 100
_ROOMS = 40  # of the guild that floods
_ASK_SECONDS = 240


async def measure(*, asks: int = 20) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        async with stack(Path(folder), pace=_PACE, workers=1, STORYROOM_LOG_LEVEL="warning") as parts:
            (quiet,) = await crowd(parts, guilds=1, rooms=1)
            loud = await crowd(parts, guilds=1, rooms=_ROOMS)
            for place in (quiet, *loud):
                await parts.command(
                    place.person, place.room, "premise add", kind="setting", text="A valley without rain"
                )
            alone = [await _asked(parts, quiet) for _ in range(asks)]
            asked = await _flood(parts, loud)
            beside = [await _asked(parts, quiet) for _ in range(asks)]
            left = asked - await _written(parts, loud)
    ratio = percentile(beside, 0.95) / percentile(alone, 0.95)
    return [
        Figure("a quiet guild's wait for one take, alone, p95, s", f"{percentile(alone, 0.95):.2f}"),
        Figure(
            f"the same while another floods {asked} rounds of four takes, p95, s",
            f"{percentile(beside, 0.95):.2f}",
        ),
        Figure("ratio of the two", f"{ratio:.2f}", "at most 2"),
        Figure("rounds of the flood not written yet at the end", f"{left}"),
    ]


async def _asked(parts: Stack, place: Place) -> float:
    """Seconds from asking to the take with its buttons."""
    async with parts.http.ws_connect(f"/people/v1/events?user={PEOPLE[0]}", max_msg_size=0) as events:
        start = time.monotonic()
        await parts.command(place.person, place.room, "synopsis", takes=1)
        async with asyncio.timeout(_ASK_SECONDS):
            async for frame in events:
                event: dict[str, Any] = json.loads(frame.data)
                message = event["d"]
                if (
                    event["t"] == "MESSAGE_UPDATE"
                    and message["channel_id"] == place.room
                    and message.get("components")
                    and message["content"].startswith("**Round")
                    and "Written" in message["content"]
                ):
                    return time.monotonic() - start
    raise RuntimeError("the events ended")


async def _flood(parts: Stack, rooms: Sequence[Place]) -> int:
    """Ask for as many rounds as the guild may have waiting, at most 100; how many were taken on."""
    people = [
        (await parts.post("/control/v1/users", {"username": f"loud{number}"}))["id"]
        for number in range(_FLOOD)
    ]
    for number, person in enumerate(people):
        place = rooms[number % len(rooms)]
        await parts.put(f"/control/v1/guilds/{place.guild}/members/{person}", {})
        await parts.command(person, place.room, "synopsis", takes=4)
    await asyncio.sleep(3)
    return sum([len(await _rounds(parts, place)) for place in rooms])


async def _written(parts: Stack, rooms: Sequence[Place]) -> int:
    return sum([sum("Written" in each for each in await _rounds(parts, place)) for place in rooms])


async def _rounds(parts: Stack, place: Place) -> list[str]:
    found: Any = await parts.get(f"/people/v1/channels/{place.room}/messages?user={PEOPLE[0]}&limit=100")
    messages = found["messages"] if isinstance(found, dict) else found
    return [each["content"] for each in messages if each["content"].startswith("**Round")]

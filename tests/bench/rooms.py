"""What a room costs Redis: round trips an operation, bytes at rest."""

from __future__ import annotations

import random
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.rooms import Rooms
from bot.store import Queue, Relay, RoomStore, connect
from bot.store.keys import Keys
from bot.story.commands import Adopt, RecordTake, WriteNote
from bot.story.rounds import Dials, Receipt
from tests.bench.figures import Figure
from tests.bot.building import ANA, BO, add_premise, ask_round, open_room
from tests.redis_server import binaries, running

_AIM_BYTES = 16_384


async def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, running(binaries()["valkey"], Path(folder)) as server:
        redis = connect(server.url)
        keys = Keys()
        queue = Queue(redis, keys=keys, lease_seconds=30, attempts=3, token=lambda: "token")
        store = RoomStore(redis, keys=keys, days=90)
        rooms = Rooms(store, queue, Relay(redis, queue, keys=keys))
        await rooms.act("room", open_room(), operation="1570000000000000000")
        trips = await _premises(rooms, redis)
        await _drafts(rooms)
        size = await store.size("room")
        found = await rooms.read("room")
        plain = len(found.model_dump_json()) if found else 0
        await redis.aclose()
    return [
        Figure("Redis round trips an operation", f"{trips:.1f}", "at most 2"),
        Figure(
            "bytes of a room at rest, 10 premises, 4 drafts out of 8 takes of 150 words",
            f"{size:,} ({plain:,} as plain JSON, once)",
            f"{_AIM_BYTES:,}",
        ),
    ]


async def _premises(rooms: Rooms, redis: Redis) -> float:
    before = await _reads(redis)
    for number in range(10):
        await rooms.act("room", add_premise(prose(number, 15)), operation=f"157000000000000001{number}")
    # One read from the socket a trip, and one for the INFO that counts them.
    return (await _reads(redis) - before - 1) / 10


async def _drafts(rooms: Rooms) -> None:
    for number in range(1, 5):
        op = f"15700000000000001{number}"
        if number == 1:
            await rooms.act("room", ask_round(takes=2), operation=f"{op}0")
        else:
            note = WriteNote(at=3, by=BO, text="The ending is too neat. Let her pay for it.", seed=number)
            await rooms.act("room", note, operation=f"{op}0")
        for take in range(2):
            seed = number * 10 + take
            record = RecordTake(at=4, round=number, take=take, text=prose(seed, 150), receipt=receipt(seed))
            await rooms.act("room", record, operation=f"room:{number}:take:{take}")
        await rooms.act("room", Adopt(at=5, by=ANA, round=number, take=0, seen=0), operation=f"{op}1")


def prose(seed: int, count: int) -> str:
    """Words of the documentation, drawn as often as they stand there: no easier to compress than a take."""
    return " ".join(random.Random(seed).choices(_vocabulary(), k=count))


@cache
def _vocabulary() -> list[str]:
    pages = " ".join(page.read_text(encoding="utf-8") for page in sorted(Path("docs").glob("*.md")))
    return re.findall(r"[A-Za-z][a-z]+", pages)


def receipt(seed: int) -> Receipt:
    """What a take of the small model has."""
    return Receipt(
        model="HuggingFaceTB/SmolLM2-135M-Instruct",
        model_revision="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        prompt_sha256=f"{seed:064x}",
        dials=Dials(temperature=0.8, top_p=0.92, repetition_penalty=1.1),
        seed=seed,
        max_new_tokens=280,
        prompt_tokens=612,
        generated_tokens=231,
        finish_reason="stop_sequence",
        seconds=3.217,
    )


async def _reads(redis: Redis) -> int:
    info: Any = await redis.info("stats")
    return int(info["total_reads_processed"])

"""Two versions side by side: the one that runs, and a next one whose schema is a step further.

The order is that of docs/operating.md: the processes that answer first, then those that write.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.store.keys import Keys
from bot.store.schema import SCHEMA
from bot.words import words
from tests.bot.chat.asides import times_shown, written
from tests.bot.chat.person import Person
from tests.end_to_end.next_version import TONE
from tests.end_to_end.processes import World

pytestmark = pytest.mark.xdist_group("end to end")  # processes: not all at the same time

EN = words()
NEXT = "tests.end_to_end.next_version"
ONLY_ANSWERS = {"STORYROOM_WORKER": "false"}
ONE_ATTEMPT = {"STORYROOM_ROUND_ATTEMPTS": "1"}  # a second one would end in an apology


async def test_with_both_versions_running_a_round_is_left_to_the_one_that_can_read_its_room(
    around: World, ana: Person, redis: Redis
) -> None:
    answering = await around.start("run", **ONLY_ANSWERS)
    writing = await around.start("worker", **ONE_ATTEMPT)
    room = await ana.opens("The Dry Well")
    other = await ana.opens("The Wet Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    around.tgi.pause = 0.1
    await ana.command(room, "synopsis", takes=1)
    await ana.sees("Then take", room)  # the older worker is in the middle of it
    await stopped(answering)
    assert await schema_of(redis, room) == SCHEMA.version

    answering = await around.start("run", program=NEXT, **ONLY_ANSWERS)
    await ana.command(room, "premise add", kind="twist", text="The well answers")
    await ana.board(room, TONE)  # what was written by the older version is lifted
    assert await schema_of(redis, room) == SCHEMA.version + 1  # and saved as new
    around.tgi.pause = 0.002
    await ana.command(room, "synopsis", takes=2)
    await logged(around, "writing.left_to_newer", times=2)
    assert "writing.deferred" not in around.log.read_text("utf-8")

    await around.start("worker", program=NEXT, **ONE_ATTEMPT)
    await written(ana, 1)
    await written(ana, 2)
    assert (times_shown(ana, "Round 1: "), times_shown(ana, "Round 2: ")) == (1, 1)
    log: Any = await redis.xrange(Keys().room(room).events)
    assert {int(fields[b"v"]) for _, fields in log} == {SCHEMA.version, SCHEMA.version + 1}

    # An older process meets the room again, as when a shard moves in the middle, or on the way back.
    await stopped(writing)
    await stopped(answering)
    await around.start("run", **ONLY_ANSWERS)
    before = await redis.hgetall(Keys().room(room).state)
    await ana.command(room, "premise add", kind="theme", text="Thirst")
    sentence = await ana.private(EN.say("error.newer_schema"))
    assert "Thirst" in sentence["content"]  # nothing that was typed is lost
    assert await redis.hgetall(Keys().room(room).state) == before
    await ana.command(other, "premise add", kind="theme", text="Thirst")
    await ana.board(other, "Thirst")  # rooms that the next version has not written go on


async def schema_of(redis: Redis, room: str) -> int:
    found: Any = await redis.hget(Keys().room(room).state, "schema")
    return int(found)


async def logged(around: World, event: str, *, times: int) -> None:
    async with asyncio.timeout(20):
        while around.log.read_text("utf-8").count(f'"{event}"') < times:  # noqa: ASYNC110 - a file tells nobody
            await asyncio.sleep(0.05)


async def stopped(process: asyncio.subprocess.Process) -> None:
    """End it as a roll-out does."""
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 20) == 0

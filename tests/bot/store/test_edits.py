"""Five edits in five seconds a channel, on real servers: passing ones leave the last to one that stays."""

from __future__ import annotations

import asyncio
import time

import pytest
from redis.asyncio import Redis

from bot.store import EditStore
from bot.store.edits import EDITS, EDITS_SECONDS
from tests.bot.store.conftest import KEYS


@pytest.fixture
def edits(redis: Redis) -> EditStore:
    return EditStore(redis, keys=KEYS)


async def test_where_two_messages_are_edited_the_passing_edits_leave_one_for_good(edits: EditStore) -> None:
    for message in ("board", "round", "round", "board"):
        assert await edits.take("channel", message, passing=True) == 0
    for message in ("board", "round", "a third"):
        wait = await edits.take("channel", message, passing=True)
        assert EDITS_SECONDS - 1 < wait <= EDITS_SECONDS + 0.01
    assert await edits.take("channel", "round", passing=False) == 0
    assert await edits.take("another channel", "round", passing=True) == 0


async def test_a_message_that_is_edited_alone_yields_to_nobody(edits: EditStore) -> None:
    for _ in range(2 * EDITS):
        assert await edits.take("channel", "round", passing=True) == 0


async def test_an_edit_is_forgotten_when_its_time_is_over(edits: EditStore, redis: Redis) -> None:
    long_ago = int((time.time() - EDITS_SECONDS + 0.3) * 1000)
    await redis.zadd(KEYS.edits("channel"), {f"board:{number}": long_ago for number in range(EDITS - 1)})
    wait = await edits.take("channel", "round", passing=True)
    assert 0 < wait <= 0.4
    await asyncio.sleep(wait)
    assert await edits.take("channel", "round", passing=True) == 0

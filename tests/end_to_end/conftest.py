"""The world of the end-to-end tests. A module with a Redis of its own overrides `redis_url`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.local_discord.seed import ANA, BO
from tests.bot.chat.person import Person
from tests.end_to_end.processes import World, world


@pytest.fixture
async def around(redis_url: str, tmp_path: Path) -> AsyncIterator[World]:
    async with world(redis_url, tmp_path) as everything:
        await everything.sync()
        yield everything


@pytest.fixture
async def ana(around: World) -> Person:
    return await around.person(ANA)


@pytest.fixture
async def bo(around: World) -> Person:
    return await around.person(BO)

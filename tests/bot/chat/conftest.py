"""The stage and the people on it; see `stage.py`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.local_discord.seed import ANA, BO, CHEN, DEE
from tests.bot.chat.person import Person
from tests.bot.chat.stage import Stage, Staging, staged
from tests.redis_server import RedisServer, binaries, running


@pytest.fixture
def staging() -> Staging:
    """How the stage is set; a module that needs it otherwise has its own fixture of this name."""
    return Staging()


@pytest.fixture
async def stage(redis_url: str, staging: Staging) -> AsyncIterator[Stage]:
    async with staged(redis_url, staging) as everything:
        yield everything


@pytest.fixture
async def ana(stage: Stage) -> Person:
    """Ana opens the rooms; she is a host and may moderate."""
    return await stage.person(ANA)


@pytest.fixture
async def bo(stage: Stage) -> Person:
    return await stage.person(BO)


@pytest.fixture
async def chen(stage: Stage) -> Person:
    """Chen's Discord is in Simplified Chinese."""
    return await stage.person(CHEN)


@pytest.fixture
async def dee(stage: Stage) -> Person:
    return await stage.person(DEE)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis of the test's own, to be killed or frozen; a module's `redis_url` must name it."""
    with running(binaries()["valkey"], tmp_path) as own:
        yield own

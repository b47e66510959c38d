from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.writing import failures, reach, worker
from bot.writing.program import Programs
from tests.bot.writing.scripted_tgi import ScriptedTgi
from tests.bot.writing.stage import Stage
from tgi.client import Budgets, Retry, TgiClient

QUICK = Budgets(connect=1, first_token=1.5, idle=1.5, total=5, answer=10)


@pytest.fixture(scope="session")
def programs() -> Programs:
    return Programs()


@pytest.fixture
async def server() -> AsyncIterator[ScriptedTgi]:
    async with ScriptedTgi() as server:
        yield server


@pytest.fixture
async def tgi(server: ScriptedTgi) -> AsyncIterator[TgiClient]:
    async with TgiClient([server.url], budgets=QUICK, retry=Retry(attempts=1), limit=8) as client:
        yield client


@pytest.fixture
def stage(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> Stage:
    monkeypatch.setattr(failures, "FIRST_PAUSE_SECONDS", 0.05)  # nobody waits for a backoff here,
    monkeypatch.setattr(worker, "WAIT_SECONDS", 0.1)  # nor for what was put off to become ready,
    monkeypatch.setattr(reach, "LOOK_SECONDS", 0.05)  # nor long for a server that is away
    return Stage(redis)

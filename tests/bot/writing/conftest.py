from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.writing.program import Programs
from tests.bot.writing.scripted_tgi import ScriptedTgi
from tgi.client import Budgets, Retry, TgiClient

QUICK = Budgets(connect=1, first_token=0.6, idle=0.6, total=5, answer=10)


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

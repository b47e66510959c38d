from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.tgi.client.wire import Script, WireServer
from tgi.client import Budgets, Retry, TgiClient

Serve = Callable[..., Awaitable[WireServer]]
Connect = Callable[..., Awaitable[TgiClient]]

QUICK = Budgets(connect=0.5, first_token=0.5, idle=0.5, total=2, answer=1, probe=1)
ONCE = Retry(attempts=1)


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    async with AsyncExitStack() as stack:

        async def start(script: Script, **settings: Any) -> WireServer:
            return await stack.enter_async_context(WireServer(script, **settings))

        yield start


@pytest.fixture
async def connect(serve: Serve) -> AsyncIterator[Connect]:  # noqa: ARG001 - clients close before their servers
    async with AsyncExitStack() as stack:

        async def open_client(*servers: WireServer | str, **settings: Any) -> TgiClient:
            urls = [server if isinstance(server, str) else server.url for server in servers]
            chosen: dict[str, Any] = {"budgets": QUICK, "retry": ONCE, "limit": 8} | settings
            return await stack.enter_async_context(TgiClient(urls, **chosen))

        yield open_client

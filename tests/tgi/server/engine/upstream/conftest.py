"""Upstreams to stand in front of: fakes on real HTTP, and llama.cpp's own server with the real model."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, aclosing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.serving import listening
from tests.tgi.server.engine.upstream.fakes import Fake
from tgi.server.engine import Dials, GeneratedToken
from tgi.server.engine.upstream import Patience, Upstream

Open = Callable[..., Awaitable[Upstream]]

HASTY = Patience(connect=2, answer=2, first=2, idle=2)
"""No test waits for minutes."""


@pytest.fixture
async def open_upstream() -> AsyncIterator[Open]:
    """Load an upstream: a fake, which is started, or an address; all are closed at the end."""
    async with AsyncExitStack() as parts:
        yield partial(_opened, parts)


async def _opened(parts: AsyncExitStack, behind: Fake | str, /, **options: Any) -> Upstream:
    url = behind if isinstance(behind, str) else await parts.enter_async_context(listening(behind.app()))
    wanted: dict[str, Any] = {
        "model": None,
        "api_key": None,
        "seats": 4,
        "context": 100,
        "tokenizer": None,
        "patience": HASTY,
        **options,
    }
    loaded = await Upstream.load(url, **wanted)
    parts.push_async_callback(loaded.close)
    return loaded


async def drawn(engine: Upstream, dials: Dials | None = None, *, limit: int = 50) -> list[GeneratedToken]:
    """Every token of a generation."""
    async with aclosing(engine.generate([2, 11, 12], dials or Dials(), limit=limit)) as tokens:
        return [token async for token in tokens]


def text_of(tokens: list[GeneratedToken]) -> str:
    return "".join(token.text for token in tokens if not token.special)


@pytest.fixture(scope="session")
def llama_cpp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """llama.cpp's own server as a process, with four slots of 512 tokens."""
    ready: Path = tmp_path_factory.mktemp("llama.cpp") / "ready.json"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.llama_server", str(ready), "4", "512", "1"]
    )
    try:
        deadline = time.monotonic() + 60
        while not ready.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield f"http://127.0.0.1:{json.loads(ready.read_text())['port']}"
    finally:
        process.terminate()
        process.wait(timeout=30)

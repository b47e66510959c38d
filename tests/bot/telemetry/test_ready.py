"""When a process says that it can work, and what it says where it cannot or may not be watched."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.app import build
from bot.errors import SetupError
from bot.settings import Settings
from bot.story.commands import Close
from bot.story.model import Person
from bot.telemetry.opentelemetry_traces import CLOSE_SECONDS
from tests.bot.writing.scripted_tgi import ScriptedTgi, silent
from tests.redis_server import free_port


@asynccontextmanager
async def worker(redis_url: str, tgi: str) -> AsyncIterator[str]:
    """A worker that runs; where it is watched."""
    address = f"127.0.0.1:{free_port()}"
    settings = Settings(_env_file=None, redis_url=redis_url, tgi_urls=(tgi,), watch_address=address)
    async with build(settings) as app:
        running = asyncio.create_task(app.run(answers=False, writes=True))
        try:
            yield f"http://{address}"
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def ready(http: aiohttp.ClientSession, url: str) -> tuple[int, dict[str, Any]]:
    for _ in range(100):
        try:
            async with http.get(f"{url}/readyz") as reply:
                return reply.status, await reply.json()
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(0.02)
    raise AssertionError("nobody listens")


async def test_a_worker_is_ready_once_a_server_has_answered_busy_as_it_may_be(redis_url: str) -> None:
    async with ScriptedTgi() as tgi, worker(redis_url, tgi.url) as url, aiohttp.ClientSession() as http:
        tgi.answers = [silent()] * 9  # not a token is to be had
        status, said = await ready(http, url)
        async with asyncio.timeout(10):
            while status != 200:
                await asyncio.sleep(0.05)
                status, said = await ready(http, url)
        assert said == {"status": "ok", "redis": "ok", "writer": "ok"}


async def test_a_worker_whose_server_is_away_is_never_ready(redis_url: str) -> None:
    async with worker(redis_url, "http://127.0.0.1:1") as url, aiohttp.ClientSession() as http:
        for _ in range(5):
            status, said = await ready(http, url)
            assert (status, said["redis"], said["writer"]) == (503, "ok", "no server answers")
            await asyncio.sleep(0.05)


async def test_an_address_that_cannot_be_listened_at_ends_the_start(redis_url: str) -> None:
    address = "203.0.113.1:9464"  # of nobody: RFC 5737
    async with build(Settings(_env_file=None, redis_url=redis_url, watch_address=address)) as app:
        with pytest.raises(ExceptionGroup) as failed:
            await app.run(answers=False, writes=False)
    (error,) = failed.value.exceptions
    assert isinstance(error, SetupError)
    assert str(error).startswith("STORYROOM_WATCH_ADDRESS cannot be used: ")


async def test_spans_without_the_extra_are_said_to_need_it(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(
        sys.modules, "bot.telemetry.opentelemetry_traces", None
    )  # as where it is not installed
    settings = Settings(_env_file=None, redis_url=redis_url, trace_address="http://127.0.0.1:4318/v1/traces")
    with pytest.raises(SetupError, match=r"storyroom\[otel\]"):
        async with build(settings):
            pass


async def test_a_collector_that_is_away_holds_up_no_shutdown(redis_url: str) -> None:
    settings = Settings(_env_file=None, redis_url=redis_url, trace_address="http://127.0.0.1:1/v1/traces")
    async with build(settings) as app:
        assert (await app.rooms.act("7", Close(at=1, by=Person(id="1", name="Ana")), operation="1")).refusal
        began = time.monotonic()
    assert time.monotonic() - began < CLOSE_SECONDS + 2

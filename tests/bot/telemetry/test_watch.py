"""The listener for those who watch: what it answers, when it says no, and where it does not listen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telemetry import Metrics
from bot.telemetry.counted.queue import QueueReading
from bot.telemetry.heartbeat import Heartbeat
from bot.telemetry.readiness import Readiness
from bot.telemetry.watch import BadAddress, Watch, split
from bot.top.figures import Figures


async def ok() -> str:
    return "ok"


async def nothing() -> None:
    """Nothing is read for a scrape."""


@asynccontextmanager
async def listening(
    metrics: Metrics,
    *,
    parts: dict[str, Callable[[], Awaitable[str]]] | None = None,
    heartbeat: Heartbeat | None = None,
    before_scrape: Callable[[], Awaitable[None]] = nothing,
) -> AsyncIterator[str]:
    watch = Watch(
        metrics, heartbeat or Heartbeat(metrics), Readiness(parts or {}), before_scrape=before_scrape
    )
    async with watch.listening("127.0.0.1:0") as port:
        yield f"http://127.0.0.1:{port}"


async def get(url: str) -> tuple[int, Any]:
    async with aiohttp.ClientSession() as http, http.get(url) as reply:
        return reply.status, await (
            reply.json() if reply.content_type == "application/json" else reply.text()
        )


async def test_metrics_are_read_as_prometheus_reads_them_and_the_queue_when_asked() -> None:
    metrics = Metrics()
    metrics.operations.ended("AddPremise", "appended", 0.004)

    async def read() -> None:
        metrics.queue.read(QueueReading(4, 1, 2, 3, 0, 12.5))

    async with listening(metrics, before_scrape=read) as url:
        status, text = await get(f"{url}/metrics")
    found = Figures.read(text, 0)
    assert status == 200
    assert found.total("storyroom_operations_total", command="AddPremise", outcome="appended") == 1
    assert found.total("storyroom_queue_rounds", state="waiting") == 4
    assert found.total("storyroom_queue_oldest_seconds") == 12.5
    assert found.total("storyroom_redis_up") == 1


async def test_a_reading_that_never_comes_ends_no_scrape_and_is_no_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telemetry.watch._SCRAPE_SECONDS", 0.05)
    metrics = Metrics()
    metrics.queue.read(QueueReading(4, 1, 2, 3, 0, 12.5))
    async with listening(metrics, before_scrape=asyncio.Event().wait) as url:  # type: ignore[arg-type]
        every = await asyncio.gather(*(get(f"{url}/metrics") for _ in range(5)))
    for status, text in every:
        assert status == 200
        assert Figures.read(text, 0).total("storyroom_queue_rounds") is None
        assert Figures.read(text, 0).total("storyroom_redis_up") == 0


async def test_whatever_a_reading_meets_a_scrape_is_answered() -> None:
    metrics = Metrics()
    metrics.queue.read(QueueReading(4, 1, 2, 3, 0, 12.5))

    async def breaks() -> None:
        raise ValueError

    async with listening(metrics, before_scrape=breaks) as url:
        status, text = await get(f"{url}/metrics")
    assert status == 200
    assert Figures.read(text, 0).total("storyroom_redis_up") == 0


async def test_a_process_lives_as_long_as_its_loop_beats() -> None:
    seconds = 0.0
    metrics = Metrics()
    heartbeat = Heartbeat(metrics, clock=lambda: seconds)
    async with listening(metrics, heartbeat=heartbeat) as url:
        assert (await get(f"{url}/livez"))[0] == 200
        seconds = 60.0
        status, said = await get(f"{url}/livez")
    assert (status, said) == (503, {"status": "not ok", "beat": "60.0 s ago"})


async def test_the_heartbeat_tells_how_late_the_loop_is() -> None:
    metrics = Metrics()
    beating = asyncio.create_task(Heartbeat(metrics).run())
    await asyncio.sleep(0.6)
    assert Heartbeat(metrics).lives
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    assert Figures.read(metrics.text().decode(), 0).total("storyroom_loop_lag_seconds_count") == 1


async def test_ready_says_of_each_part_what_is_wrong_and_never_an_error_s_text() -> None:
    async def away() -> str:
        raise RuntimeError("Zanzibar")

    async def late() -> str:
        return "does not answer"

    async with listening(Metrics(), parts={"redis": ok}) as url:
        assert await get(f"{url}/readyz") == (200, {"status": "ok", "redis": "ok"})
    async with listening(Metrics(), parts={"redis": late, "gateway": away, "writer": ok}) as url:
        status, said = await get(f"{url}/readyz")
    assert status == 503
    assert said == {"status": "not ok", "redis": "does not answer", "gateway": "RuntimeError", "writer": "ok"}


async def test_a_part_that_says_nothing_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.telemetry.readiness.ASK_SECONDS", 0.05)

    async def silent() -> str:
        await asyncio.Event().wait()
        return "ok"

    assert await Readiness({"redis": silent, "writer": ok}).ask() == {"redis": "silent", "writer": "ok"}


async def test_nothing_else_is_answered() -> None:
    async with listening(Metrics()) as url, aiohttp.ClientSession() as http:
        assert (await get(f"{url}/"))[0] == 404
        async with http.post(f"{url}/metrics") as reply:
            assert reply.status == 405


async def test_an_address_that_is_taken_is_said_in_one_sentence() -> None:
    metrics = Metrics()
    watch = Watch(metrics, Heartbeat(metrics), Readiness(), before_scrape=nothing)
    async with listening(Metrics()) as url:
        with pytest.raises(BadAddress, match="cannot be listened at"):
            async with watch.listening(url.removeprefix("http://")):
                pass


@pytest.mark.parametrize("address", ["", "9464", ":9464", "host", "host:", "host:x", "host:70000", "host:-1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        split(address)


@settings(deadline=None)
@given(st.from_regex(r"[a-z0-9.-]{1,30}", fullmatch=True), st.integers(0, 65_535))
def test_an_address_is_taken_apart(host: str, port: int) -> None:
    assert split(f"{host}:{port}") == (host, port)
    assert split(f"[::1]:{port}") == ("::1", port)

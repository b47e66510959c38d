"""Streams: frames byte by byte, errors as frames, silences, and callers who leave."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import aiohttp
import pytest

from tests.tgi.server.conftest import SEED, Serve, frames, post
from tests.tgi.server.scripted import Scripted, token
from tgi.server.limits import Limits

BUSY = {"error": "Model is overloaded", "error_type": "overloaded"}


async def soon(holds: Callable[[], bool]) -> None:
    """Wait until something holds; a second is far too long."""
    async with asyncio.timeout(1):
        while not holds():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.001)


async def test_frames_are_axums_to_the_byte(http: aiohttp.ClientSession) -> None:
    asked = {"inputs": "Once", "parameters": {"max_new_tokens": 2, "details": True, "do_sample": True}}
    async with http.post("/generate_stream", json=asked) as answer:
        assert answer.status == 200
        assert await answer.read() == (
            b'data: {"index":1,"token":{"id":97,"text":"a","logprob":-0.5,"special":false},'
            b'"generated_text":null,"details":null}\n\n'
            b'data: {"index":2,"token":{"id":98,"text":"b","logprob":-0.5,"special":false},'
            b'"generated_text":"ab","details":{"finish_reason":"length","generated_tokens":2,'
            b'"seed":%d,"input_length":4}}\n\n' % SEED
        )
        headers = answer.headers
    assert headers["Content-Type"] == "text/event-stream"
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["x-compute-type"] == "cpu+scripted"
    assert headers["x-compute-characters"] == "4"


async def test_without_details_the_last_frame_has_none(http: aiohttp.ClientSession) -> None:
    *_, last = await frames(http, stop=["c"])
    assert (last["index"], last["generated_text"], last["details"]) == (3, "abc", None)


async def test_letters_beyond_ascii_stand_as_they_are(http: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.script = [token("灯塔"), token("🌊")]
    async with http.post(
        "/generate_stream", json={"inputs": "Once", "parameters": {"max_new_tokens": 2}}
    ) as answer:
        whole = await answer.read()
    assert '"text":"灯塔"'.encode() in whole
    assert '"generated_text":"灯塔🌊"'.encode() in whole


@pytest.mark.parametrize(
    ("script", "breaks_after", "told"),
    [
        ("abcdef", 2, ("Request failed during generation: the engine broke off", "generation")),
        ("ab", None, ("Incomplete generation stream", "incomplete_generation_stream")),
    ],
)
async def test_what_breaks_after_the_first_token_is_one_last_frame(
    http: aiohttp.ClientSession,
    engine: Scripted,
    script: str,
    breaks_after: int | None,
    told: tuple[str, str],
) -> None:
    engine.script = [token(letter) for letter in script]
    engine.breaks_after = breaks_after
    first, second, last = await frames(http)
    assert [first["index"], second["index"]] == [1, 2]
    assert last == {"error": told[0], "error_type": told[1]}


async def test_a_silent_stream_is_kept_alive_with_comments(serve: Serve, engine: Scripted) -> None:
    engine.waits_after = 1
    http = await serve(keep_alive=0.01)
    asked = {"inputs": "Once", "parameters": {"max_new_tokens": 2}}
    async with http.post("/generate_stream", json=asked) as answer:
        first = await answer.content.readuntil(b"\n\n")
        silence = await answer.content.readexactly(6)
        engine.go.set()
        rest = await answer.read()
    assert first.startswith(b'data: {"index":1,')
    assert silence == b":\n\n:\n\n"
    assert b'data: {"index":2,' in rest


async def test_tokens_come_as_they_are_written(http: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.waits_after = 1
    async with http.post("/generate_stream", json={"inputs": "Once"}) as answer:
        async with asyncio.timeout(1):
            assert b'"index":1' in await answer.content.readuntil(b"\n\n")
        engine.go.set()


@pytest.mark.parametrize("path", ["/generate_stream", "/generate", "/"])
async def test_a_caller_who_leaves_frees_the_place_at_once(serve: Serve, engine: Scripted, path: str) -> None:
    engine.waits_after = 1
    http = await serve(Limits(max_total_tokens=100, max_concurrent_requests=1))
    left = asyncio.create_task(post(http, path))
    await soon(lambda: engine.running == 1)
    assert await post(http, "/generate") == BUSY
    left.cancel()
    await soon(lambda: engine.running == 0)
    engine.go.set()
    assert await post(http, "/generate", max_new_tokens=1) == {"generated_text": "a"}
    async with http.get("/metrics") as answer:
        assert 'tgi_request_failure{err="dropped"} 1' in await answer.text()


async def test_a_caller_who_leaves_the_queue_takes_no_seat(serve: Serve, engine: Scripted) -> None:
    engine.waits_after, engine.seats = 0, 1
    http = await serve()
    running = asyncio.create_task(post(http, "/generate"))
    await soon(lambda: engine.running == 1)
    waiting = asyncio.create_task(post(http, "/generate"))
    await asyncio.sleep(0.05)
    waiting.cancel()
    await asyncio.sleep(0.05)
    engine.go.set()
    await running
    assert len(engine.asked) == 1
    assert (await post(http, "/generate", max_new_tokens=1))["generated_text"] == "a"


async def test_a_full_server_is_busy_in_each_routes_own_way(serve: Serve, engine: Scripted) -> None:
    engine.waits_after = 1
    http = await serve(Limits(max_total_tokens=100, max_concurrent_requests=1))
    running = asyncio.create_task(post(http, "/generate"))
    await soon(lambda: engine.running == 1)
    async with http.post("/generate", json={"inputs": "Once"}) as answer:
        assert (answer.status, await answer.json()) == (429, BUSY)
    assert await frames(http) == [BUSY]
    assert await frames(http, best_of=2) != [BUSY]  # refused before a place is asked for
    async with http.get("/health") as answer:  # does not wait for the running one
        assert answer.status == 200
    engine.go.set()
    assert (await running)["generated_text"].endswith("z")


async def test_no_more_run_at_once_than_there_are_seats(serve: Serve, engine: Scripted) -> None:
    engine.waits_after = 0
    http = await serve()
    async with asyncio.TaskGroup() as group:
        for _ in range(6):
            group.create_task(post(http, "/generate"))
        await soon(lambda: engine.running == 2)
        async with http.get("/metrics") as answer:
            told = (await answer.text()).splitlines()
        engine.go.set()
    assert "tgi_batch_current_size 2" in told
    assert engine.most_running == 2
    assert len(engine.asked) == 6


async def test_a_caller_who_does_not_read_holds_no_seat(serve: Serve, engine: Scripted) -> None:
    engine.seats = 1
    engine.script = [token("x" * 20_000)] * 2000
    http = await serve(Limits(max_total_tokens=3000))
    async with http.post("/generate_stream", json={"inputs": "a", "parameters": {"max_new_tokens": 1000}}):
        await soon(lambda: engine.running == 0 and len(engine.asked) == 1)
        engine.script = [token("a")]
        async with asyncio.timeout(5):
            assert await post(http, "/generate", max_new_tokens=1) == {"generated_text": "a"}

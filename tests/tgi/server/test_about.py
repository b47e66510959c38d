"""What the server tells of itself, and `/tokenize`."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from tests.tgi.server.conftest import Serve, post
from tests.tgi.server.scripted import Scripted
from tgi.server.engine import TextToken
from tgi.server.routes.tokenize import placed


async def test_info_has_every_key_null_or_not(http: aiohttp.ClientSession) -> None:
    async with http.get("/info") as answer:
        assert await answer.json() == {
            "model_id": "an/alphabet",
            "model_sha": "abc123",
            "model_pipeline_tag": "text-generation",
            "max_concurrent_requests": 128,
            "max_best_of": 2,
            "max_stop_sequences": 4,
            "max_input_tokens": 99,
            "max_total_tokens": 100,
            "validation_workers": 2,
            "max_client_batch_size": 4,
            "router": "storyroom-tgi",
            "version": "1.2.3",
            "sha": None,
            "docker_label": None,
        }


@pytest.mark.parametrize("path", ["/", "/health", "/ping"])
async def test_health_asks_the_engine_for_a_token(
    http: aiohttp.ClientSession, engine: Scripted, path: str
) -> None:
    async with http.get(path) as answer:
        assert (answer.status, await answer.read()) == (200, b"")
    assert [limit for _, _, limit in engine.asked] == [1]
    async with http.head(path) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("trouble", ["deaf", "breaks", "silent"])
async def test_an_engine_that_does_not_write_is_unhealthy(
    http: aiohttp.ClientSession, engine: Scripted, trouble: str
) -> None:
    engine.deaf = trouble == "deaf"
    engine.breaks_after = 0 if trouble == "breaks" else None
    engine.script = [] if trouble == "silent" else engine.script
    async with http.get("/health") as answer:
        assert answer.status == 503
        assert await answer.json() == {"error": "unhealthy", "error_type": "healthcheck"}


async def test_tokenize_gives_each_token_its_place(http: aiohttp.ClientSession) -> None:
    assert await post(http, "/tokenize", "ab") == [
        {"id": 97, "text": "a", "start": 0, "stop": 1},
        {"id": 98, "text": "b", "start": 1, "stop": 2},
    ]


async def test_tokens_that_share_a_character_all_get_it(http: aiohttp.ClientSession) -> None:
    rows = await post(http, "/tokenize", "aé")
    assert [(row["text"], row["start"], row["stop"]) for row in rows] == [
        ("a", 0, 1),
        ("é", 1, 3),
        ("é", 1, 3),
    ]


async def test_tokenize_tells_when_the_engine_cannot(http: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.deaf = True
    async with http.post("/tokenize", json={"inputs": "a"}) as answer:
        assert answer.status == 422
        assert (await answer.json())["error_type"] == "validation"


def test_tokens_that_were_added_take_no_characters() -> None:
    tokens = [TextToken(1, b"<s>"), TextToken(2, b" Once"), TextToken(3, b" upon"), TextToken(4, b"</s>")]
    assert [(row.text, row.start, row.stop) for row in placed("Once upon", tokens)] == [
        ("", 0, 0),
        ("Once", 0, 4),
        (" upon", 4, 9),
        ("", 0, 0),
    ]


async def test_however_many_ask_an_idle_engine_writes_one_token(serve: Serve, engine: Scripted) -> None:
    engine.waits_after = 0
    http = await serve()

    async def asked() -> int:
        async with http.get("/health") as answer:
            return answer.status

    asking = [asyncio.create_task(asked()) for _ in range(20)]
    while not engine.asked:  # noqa: ASYNC110 - has no event
        await asyncio.sleep(0.001)
    await asyncio.sleep(0.05)
    engine.go.set()
    assert await asyncio.gather(*asking) == [200] * 20
    assert len(engine.asked) == 1

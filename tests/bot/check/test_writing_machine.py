"""What a check says about TGI, over HTTP."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.check.bounds import Bounds
from bot.check.writing_machine import findings
from bot.settings import Settings
from tests.bot.check.small_tgi import SmallTgi

BOUNDS = Bounds(5, 5)
HTML = {"text": "<html>Bad luck</html>", "content_type": "text/html"}
JSON = {"content_type": "application/json"}


async def said(tgi: SmallTgi | str, *marks: str, bounds: Bounds = BOUNDS, **changed: Any) -> list[str]:
    urls = tgi if isinstance(tgi, str) else tgi.url
    settings = Settings.model_validate({"tgi_urls": urls} | changed)
    found = await findings(settings, bounds, clock=iter([100.0, 101.5] * 9).__next__)
    return [each.text for each in found if not marks or each.mark in marks]


async def test_a_server_as_it_should_be_has_nothing_wrong(tgi: SmallTgi) -> None:
    assert await said(tgi, "warning", "missing", tgi_model="a-model") == []
    text = "\n".join(await said(tgi, "ok"))
    assert f"TGI at {tgi.url.removeprefix('http://')} answers: text-generation-router 3.3.7" in text
    assert "with the model a-model" in text
    assert "English rooms fit" in text
    assert "Chinese rooms fit" in text
    assert "A token was generated in 1.50 s." in text


async def test_one_token_is_generated_and_no_more(tgi: SmallTgi) -> None:
    await said(tgi)
    (request,) = tgi.generated
    assert request["parameters"]["max_new_tokens"] == 1


async def test_a_server_that_is_away_is_missing() -> None:
    (text,) = await said("http://127.0.0.1:1", "missing")
    assert "TGI at 127.0.0.1:1 cannot be reached: connection refused" in text


async def test_no_address_is_missing() -> None:
    (text,) = await said("", "missing")
    assert "STORYROOM_TGI_URLS" in text


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1", "http://[", "http://127.0.0.1:port"])
async def test_an_address_that_is_none_is_missing(url: str) -> None:
    (text,) = await said(url, "missing")
    assert "STORYROOM_TGI_URLS" in text


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 200, **HTML},
        {"status": 404, "text": "Not Found"},
        {"status": 200, "text": '{"model": "another API"}', "content_type": "application/json"},
        {"status": 301, "headers": {"Location": "http://127.0.0.1:1/"}},
    ],
)
async def test_what_is_no_tgi_is_missing(tgi: SmallTgi, answer: dict[str, Any]) -> None:
    tgi.trouble["/info"] = answer
    (text,) = await said(tgi, "missing")
    assert "does not answer as TGI does" in text


async def test_a_server_behind_a_proxy_that_finds_none_is_away(tgi: SmallTgi) -> None:
    tgi.trouble["/info"] = {"status": 502, **HTML}
    (text,) = await said(tgi, "missing")
    assert "cannot be reached: HTTP 502" in text


async def test_a_server_that_does_not_answer_in_time_is_missing(tgi: SmallTgi) -> None:
    tgi.slow["/info"] = 3
    (text,) = await said(tgi, "missing", bounds=Bounds(0.2, 5))
    assert "did not answer within 0.2 s" in text


async def test_a_tokenizer_that_does_not_answer_in_time_is_missing(tgi: SmallTgi) -> None:
    tgi.slow["/tokenize"] = 3
    (text,) = await said(tgi, "missing", bounds=Bounds(0.3, 5))
    assert "0.3 s" in text
    assert "count tokens" in text


async def test_a_generation_that_does_not_come_in_time_is_missing(tgi: SmallTgi) -> None:
    tgi.slow["/generate_stream"] = 3
    (text,) = await said(tgi, "missing", bounds=Bounds(5, 0.3))
    assert "0.3 s" in text


@pytest.mark.parametrize("token", [None, "wrong-key"])
async def test_a_key_that_is_missing_or_wrong_is_said_once(tgi: SmallTgi, token: str | None) -> None:
    tgi.key = "right-key"
    (text,) = await said(tgi, "missing", tgi_token=token)
    assert "STORYROOM_TGI_TOKEN" in text
    assert "wrong-key" not in text
    assert await said(tgi, "warning", "missing", tgi_token="right-key") == []


async def test_a_proxy_that_wants_the_key_for_everything_is_said(tgi: SmallTgi) -> None:
    tgi.trouble["/info"] = {"status": 401}
    (text,) = await said(tgi, "missing")
    assert "STORYROOM_TGI_TOKEN" in text


async def test_a_key_with_a_line_end_in_it_is_missing(tgi: SmallTgi) -> None:
    (text,) = await said(tgi, "missing", tgi_token="two\nlines")
    assert "STORYROOM_TGI_TOKEN" in text


async def test_another_model_than_wanted_is_missing(tgi: SmallTgi) -> None:
    (text,) = await said(tgi, "warning", "missing", tgi_model="facebook/opt-6.7b")
    assert "serves a-model, and STORYROOM_TGI_MODEL wants facebook/opt-6.7b" in text
    assert await said(tgi, "missing", tgi_model="facebook/opt-6.7b") == [text]


@pytest.mark.parametrize("model", ["/weights/opt-175b", "someone/OPT-175B"])
async def test_the_licence_of_opt_175b_is_said_plainly(tgi: SmallTgi, model: str) -> None:
    tgi.info["model_id"] = model
    (text,) = await said(tgi, "warning")
    assert "non-commercial research only" in text
    assert await said(tgi, "missing") == []


async def test_too_few_stop_sequences_are_a_warning(tgi: SmallTgi) -> None:
    tgi.info["max_stop_sequences"] = 1
    (text,) = await said(tgi, "warning", "missing")
    assert "--max-stop-sequences 4" in text


async def test_as_many_stop_sequences_as_are_sent_are_enough(tgi: SmallTgi) -> None:
    tgi.info["max_stop_sequences"] = 4
    assert await said(tgi, "warning", "missing") == []


@pytest.mark.parametrize(("taken", "warnings"), [(7, 1), (8, 0)])
async def test_less_at_once_than_is_sent_is_a_warning(tgi: SmallTgi, taken: int, warnings: int) -> None:
    tgi.info["max_concurrent_requests"] = taken
    texts = await said(tgi, "warning", tgi_concurrency=8)
    assert len(texts) == warnings
    assert all("STORYROOM_TGI_CONCURRENCY" in text for text in texts)


async def test_a_window_that_holds_no_room_at_all_is_missing(tgi: SmallTgi) -> None:
    tgi.info |= {"max_input_tokens": 99, "max_total_tokens": 100}
    missing = await said(tgi, "missing")
    assert [text.split(" room ")[0].rsplit(" ", 1)[-1] for text in missing] == ["English", "Chinese"]
    assert "99 tokens of prompt, 100 in all" in missing[0]


async def test_a_window_that_holds_plain_rooms_alone_is_a_warning(tgi: SmallTgi) -> None:
    tgi.info |= {"max_input_tokens": 900, "max_total_tokens": 1500}
    assert await said(tgi, "missing") == []
    warnings = await said(tgi, "warning")
    assert any("too small a window for English rooms at their limits" in text for text in warnings)


async def test_a_window_that_cuts_long_takes_is_a_warning(tgi: SmallTgi) -> None:
    tgi.info |= {"max_input_tokens": 1999, "max_total_tokens": 2000}
    warnings = await said(tgi, "warning")
    assert any("Chinese takes short: 1000 tokens of 1241" in text for text in warnings)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (424, {"error": "Request failed during generation: shard died", "error_type": "generation"}),
        (500, {"error": "Incomplete generation", "error_type": "incomplete_generation"}),
    ],
)
async def test_a_model_that_generates_nothing_is_missing(
    tgi: SmallTgi, status: int, body: dict[str, str]
) -> None:
    tgi.trouble["/generate_stream"] = {"status": status, "text": json.dumps(body), **JSON}
    (text,) = await said(tgi, "missing")
    assert "generates nothing" in text


async def test_a_busy_model_is_a_warning(tgi: SmallTgi) -> None:
    busy = {"error": "Model is overloaded", "error_type": "overloaded"}
    tgi.trouble["/generate_stream"] = {"status": 429, "text": json.dumps(busy), **JSON}
    (text,) = await said(tgi, "warning")
    assert "is busy" in text
    assert await said(tgi, "missing") == []


async def test_a_tokenizer_that_fails_is_missing(tgi: SmallTgi) -> None:
    tgi.trouble["/tokenize"] = {"status": 404}
    (text,) = await said(tgi, "missing")
    assert "cannot count tokens" in text


async def test_each_server_is_looked_into_and_different_models_are_a_warning(tgi: SmallTgi) -> None:
    async with SmallTgi() as other:
        both = f"{tgi.url},{other.url}"
        assert await said(both, "warning", "missing") == []
        other.info["model_id"] = "another-model"
        (text,) = await said(both, "warning")
        assert "different models" in text
        answers = [text for text in await said(both) if " answers: " in text]
    assert [tgi.url.removeprefix("http://") in answers[0], len(answers)] == [True, 2]


async def test_servers_are_looked_into_at_once(tgi: SmallTgi) -> None:
    async with SmallTgi() as other:
        tgi.slow["/info"] = other.slow["/info"] = 0.5
        began = asyncio.get_running_loop().time()
        await said(f"{tgi.url},{other.url}")
        assert asyncio.get_running_loop().time() - began < 0.95


async def test_a_user_name_in_the_address_is_not_shown(tgi: SmallTgi) -> None:
    texts = await said(tgi.url.replace("127.0.0.1", "ana:barley@127.0.0.1"))
    assert not any("barley" in text or "ana" in text for text in texts)

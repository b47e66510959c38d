"""Whole answers: which keys are there, how a text ends, what the headers tell."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from tests.tgi.server.conftest import SEED, post
from tests.tgi.server.scripted import END, Scripted, token


async def test_without_details_the_text_is_the_only_key(http: aiohttp.ClientSession) -> None:
    async with http.post("/generate", json={"inputs": "Once", "parameters": {"max_new_tokens": 2}}) as answer:
        assert await answer.read() == b'{"generated_text":"ab"}'
        assert answer.headers["Content-Type"] == "application/json"


async def test_details_name_every_token_and_leave_absent_keys_out(http: aiohttp.ClientSession) -> None:
    asked: dict[str, Any] = {"max_new_tokens": 2, "details": True}
    assert await post(http, "/generate", **asked) == {
        "generated_text": "ab",
        "details": {
            "finish_reason": "length",
            "generated_tokens": 2,
            "seed": None,
            "prefill": [],
            "tokens": [
                {"id": ord("a"), "text": "a", "logprob": -0.5, "special": False},
                {"id": ord("b"), "text": "b", "logprob": -0.5, "special": False},
            ],
        },
    }


@pytest.mark.parametrize(
    ("asked", "seed"), [({"do_sample": True}, SEED), ({"top_k": 3, "seed": 7}, 7), ({"seed": 7}, None)]
)
async def test_the_seed_is_told_where_there_was_chance(
    http: aiohttp.ClientSession, asked: dict[str, Any], seed: int | None
) -> None:
    reply = await post(http, "/generate", details=True, max_new_tokens=1, **asked)
    assert reply["details"]["seed"] == seed


async def test_the_prompt_begins_the_text_on_the_old_route_only(http: aiohttp.ClientSession) -> None:
    asked: dict[str, Any] = {"max_new_tokens": 1}
    assert await post(http, "/", **asked) == [{"generated_text": "Oncea"}]
    assert await post(http, "/generate", **asked) == {"generated_text": "a"}
    assert await post(http, "/", return_full_text=False, **asked) == [{"generated_text": "a"}]
    assert await post(http, "/generate", return_full_text=True, **asked) == {"generated_text": "Oncea"}
    async with http.post("/", json={"inputs": "Once", "stream": True, "parameters": asked}) as answer:
        assert answer.content_type == "text/event-stream"
        assert b'"generated_text":"Oncea"' in await answer.read()


@pytest.mark.parametrize(
    ("asked", "text", "reason"),
    [
        ({}, "abcdefghijklmnopqrstuvwxyz", "eos_token"),
        ({"max_new_tokens": 3}, "abc", "length"),
        ({"stop": ["e"]}, "abcde", "stop_sequence"),
        ({"stop": ["xyz", "fg"]}, "abcdefg", "stop_sequence"),
        ({"stop": ["."]}, "abcdefghijklmnopqrstuvwxyz", "eos_token"),  # not a pattern
        ({"stop": ["c"], "max_new_tokens": 3}, "abc", "length"),  # length comes first
        ({"max_new_tokens": 27}, "abcdefghijklmnopqrstuvwxyz", "length"),  # also before the end of the text
    ],
)
async def test_a_text_ends_for_the_first_of_tgis_reasons(
    http: aiohttp.ClientSession, asked: dict[str, Any], text: str, reason: str
) -> None:
    reply = await post(http, "/generate", details=True, **asked)
    assert (reply["generated_text"], reply["details"]["finish_reason"]) == (text, reason)


async def test_a_token_that_runs_past_a_stop_sequence_hides_it(
    http: aiohttp.ClientSession, engine: Scripted
) -> None:
    engine.script = [token("The"), token(" end. And"), token(" on"), END]
    reply = await post(http, "/generate", stop=["end."])
    assert reply == {"generated_text": "The end. And on"}


async def test_a_stop_sequence_may_stand_before_a_last_line_break(
    http: aiohttp.ClientSession, engine: Scripted
) -> None:
    engine.script = [token("The"), token(" end.\n"), token(" on"), END]
    assert await post(http, "/generate", stop=["end."]) == {"generated_text": "The end.\n"}


async def test_special_tokens_are_told_but_not_written(http: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.script = [token("a"), token("<mark>", special=True), token("b"), END]
    reply = await post(http, "/generate", details=True)
    assert reply["generated_text"] == "ab"
    assert [(each["text"], each["special"]) for each in reply["details"]["tokens"]] == [
        ("a", False),
        ("<mark>", True),
        ("b", False),
        ("</s>", True),
    ]


async def test_headers_tell_what_it_took(http: aiohttp.ClientSession) -> None:
    body = {"inputs": "é one", "parameters": {"max_new_tokens": 3}}
    async with http.post("/generate", json=body) as answer:
        told = {name: answer.headers[name] for name in answer.headers if name.lower().startswith("x-")}
    assert {name: told[name] for name in ("x-compute-type", "x-compute-characters")} == {
        "x-compute-type": "cpu+scripted",
        "x-compute-characters": "5",
    }
    assert (told["x-prompt-tokens"], told["x-generated-tokens"]) == ("6", "3")
    assert float(told["x-compute-time"]) > 0
    for name in ("total", "validation", "queue", "inference"):
        assert int(told[f"x-{name}-time"]) >= 0
    assert int(told["x-time-per-token"]) >= 0


async def test_an_engine_that_breaks_is_424(http: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.breaks_after = 2
    async with http.post("/generate", json={"inputs": "Once"}) as answer:
        assert answer.status == 424
        assert await answer.json() == {
            "error": "Request failed during generation: the engine broke off",
            "error_type": "generation",
        }


async def test_a_text_without_an_ending_is_500(http: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.script = [token("a")]
    async with http.post("/generate", json={"inputs": "Once"}) as answer:
        assert answer.status == 500
        assert await answer.json() == {
            "error": "Incomplete generation",
            "error_type": "incomplete_generation",
        }


async def test_an_engine_that_cannot_tokenize_is_422(http: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.deaf = True
    assert await post(http, "/generate") == {
        "error": "Input validation error: tokenizer error the engine does not answer",
        "error_type": "validation",
    }

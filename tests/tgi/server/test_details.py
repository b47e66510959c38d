"""What details tell beyond the tokens: the prompt, the likeliest at each place, the best of several."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.tgi.server.conftest import Serve, frames, post
from tests.tgi.server.scripted import Scripted, token
from tgi.server.limits import Limits


async def test_the_prompts_tokens_come_with_their_log_probabilities(http: aiohttp.ClientSession) -> None:
    reply = await post(http, "/generate", "aé", decoder_input_details=True, max_new_tokens=1)
    assert reply["details"]["prefill"] == [
        {"id": 97, "text": "a", "logprob": None},
        {"id": 0xC3, "text": "\ufffd", "logprob": -1.95},
        {"id": 0xA9, "text": "\ufffd", "logprob": -1.69},
    ]
    assert [one["text"] for one in reply["details"]["tokens"]] == ["a"]


async def test_the_prompts_tokens_are_those_that_truncate_keeps(http: aiohttp.ClientSession) -> None:
    asked: dict[str, Any] = {"decoder_input_details": True, "truncate": 2, "max_new_tokens": 1}
    reply = await post(http, "/generate", "Once", **asked)
    assert [one["text"] for one in reply["details"]["prefill"]] == ["c", "e"]


async def test_the_likeliest_tokens_are_told_at_each_place(http: aiohttp.ClientSession) -> None:
    reply = await post(http, "/generate", details=True, top_n_tokens=2, max_new_tokens=2)
    likeliest = [
        {"id": 122, "text": "z", "logprob": -1.0, "special": False},
        {"id": 121, "text": "y", "logprob": -2.0, "special": False},
    ]
    assert reply["details"]["top_tokens"] == [likeliest, likeliest]
    first, _ = await frames(http, top_n_tokens=2, max_new_tokens=2)
    assert first["top_tokens"] == likeliest
    assert list(first) == ["index", "token", "top_tokens", "generated_text", "details"]


async def test_without_likeliest_tokens_their_keys_are_not_there(http: aiohttp.ClientSession) -> None:
    reply = await post(http, "/generate", details=True, max_new_tokens=1)
    assert "top_tokens" not in reply["details"]
    assert "best_of_sequences" not in reply["details"]
    (event,) = await frames(http, max_new_tokens=1)
    assert "top_tokens" not in event


async def test_the_best_of_several_is_the_likeliest_per_token(
    http: aiohttp.ClientSession, engine: Scripted
) -> None:
    engine.variants = [[token("x", logprob=-0.9)], [token("y", logprob=-0.1)]]
    asked: dict[str, Any] = {"best_of": 2, "do_sample": True, "max_new_tokens": 1}
    reply = await post(http, "/generate", details=True, **asked)
    assert reply["generated_text"] == "y"
    (other,) = reply["details"]["best_of_sequences"]
    assert (other["generated_text"], other["finish_reason"], other["generated_tokens"]) == ("x", "length", 1)
    assert [one["text"] for one in other["tokens"]] == ["x"]
    assert other["seed"] is not None
    assert await post(http, "/generate", **asked) == {"generated_text": "y"}


async def test_of_equals_the_first_is_the_best(http: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.variants = [[token("x")], [token("y")]]
    assert await post(http, "/generate", best_of=2, do_sample=True, max_new_tokens=1) == {
        "generated_text": "x"
    }


async def test_each_of_several_takes_a_permit_and_counts_as_one_request(
    serve: Serve, engine: Scripted
) -> None:
    http = await serve(Limits(max_total_tokens=100, max_concurrent_requests=1))
    asked: dict[str, Any] = {"best_of": 2, "do_sample": True, "max_new_tokens": 1}
    engine.waits_after = 0
    assert (await post(http, "/generate", **asked))["error_type"] == "overloaded"
    engine.waits_after = None
    roomy = await serve()
    await post(roomy, "/generate", **asked)
    async with roomy.get("/metrics") as answer:
        lines = (await answer.text()).splitlines()
    assert "tgi_request_count 1" in lines
    assert "tgi_request_success 1" in lines
    assert engine.running == 0


async def test_of_several_one_that_breaks_breaks_all(http: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.breaks_after = 1
    reply = await post(http, "/generate", best_of=2, do_sample=True)
    assert reply["error_type"] == "generation"
    assert engine.running == 0


@pytest.mark.parametrize("best_of", [None, 1])
async def test_one_text_has_no_others(http: aiohttp.ClientSession, best_of: int | None) -> None:
    reply = await post(http, "/generate", best_of=best_of, details=True, max_new_tokens=1)
    assert "best_of_sequences" not in reply["details"]


async def test_an_unknown_log_probability_is_null(http: aiohttp.ClientSession, engine: Scripted) -> None:
    engine.script = [token("a", logprob=None), token("b")]
    body = {"inputs": "Once", "parameters": {"max_new_tokens": 2, "details": True}}
    async with http.post("/generate", json=body) as answer:
        first, _ = json.loads(await answer.read())["details"]["tokens"]
    assert first == {"id": 97, "text": "a", "logprob": None, "special": False}

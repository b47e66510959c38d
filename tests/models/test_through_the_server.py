"""The whole server over HTTP with the transformers engine behind it, and the command that starts it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.models.engines import greedy_text, loaded, reference
from tests.models.test_adapters import write_adapter
from tests.models.tiny import tiny_tokenizer, write_tiny_opt
from tests.tgi.server.conftest import command, frames, listening, post
from tgi.server import app
from tgi.server.limits import Limits

PROMPT = "The lamp"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    base = write_tiny_opt(tmp_path / "base")
    (base / "chat_template.jinja").write_text(
        "{% for one in messages %}{{ one.role }}: {{ one.content }}\n{% endfor %}"
    )
    return base


@pytest.fixture
async def http(folder: Path, tmp_path: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """A server with one adapter and two seats."""
    adapters = {"noir": write_adapter(tmp_path / "noir", folder, seed=1)}
    async with loaded(folder, adapters=adapters, seats=2) as engine:
        built = app.build(
            engine, app.Model("a/tiny-opt", "abc"), Limits(max_total_tokens=200), version="1.2.3"
        )
        async with listening(built) as session:
            yield session


def expected(folder: Path, limit: int) -> str:
    tokenizer = tiny_tokenizer()
    written = greedy_text(reference(folder), tokenizer.encode(PROMPT).ids, limit)
    return str(tokenizer.decode(written, skip_special_tokens=True))


async def test_generate_answers_as_transformers_would(http: aiohttp.ClientSession, folder: Path) -> None:
    answer = await post(
        http, "/generate", PROMPT, max_new_tokens=12, details=True, decoder_input_details=True, top_n_tokens=2
    )
    # A character that the text leaves incomplete is not in it; transformers writes U+FFFD for its parts.
    assert expected(folder, 12).startswith(answer["generated_text"].rstrip("\ufffd"))
    details = answer["details"]
    assert details["finish_reason"] == "length"
    assert [token["text"] for token in details["prefill"]] == ["</s>", "The", " lamp"]
    assert details["prefill"][0]["logprob"] is None
    assert all(token["logprob"] < 0 for token in details["prefill"][1:])
    assert len(details["tokens"]) == 12
    assert [top[0]["id"] for top in details["top_tokens"]] == [token["id"] for token in details["tokens"]]


async def test_a_stream_has_the_tokens_of_the_whole_answer(http: aiohttp.ClientSession) -> None:
    asked = {
        "max_new_tokens": 15,
        "do_sample": True,
        "seed": 5,
        "top_p": 0.9,
        "typical_p": 0.95,
        "watermark": True,
    }
    whole = await post(http, "/generate", PROMPT, details=True, **asked)
    *tokens, last = await frames(http, PROMPT, details=True, **asked)
    assert [each["token"] for each in [*tokens, last]] == whole["details"]["tokens"]
    assert last["generated_text"] == whole["generated_text"]
    assert last["details"]["seed"] == 5


async def test_a_grammar_an_adapter_and_their_refusals(http: aiohttp.ClientSession) -> None:
    rule = {"type": "regex", "value": "[a-c]{4}"}
    answer = await post(http, "/generate", PROMPT, grammar=rule, max_new_tokens=9)
    assert re.fullmatch("[a-c]{4}", answer["generated_text"])
    assert await post(http, "/generate", PROMPT, grammar={"type": "regex", "value": "("}) == {
        "error": "Input validation error: grammar is not valid: unclosed group",
        "error_type": "validation",
    }
    plain = await post(http, "/generate", PROMPT, max_new_tokens=9)
    assert plain != await post(http, "/generate", PROMPT, max_new_tokens=9, adapter_id="noir")
    refused = await post(http, "/generate", PROMPT, adapter_id="comedy")
    assert refused["error"] == "Input validation error: `adapter_id` must be one of noir. Given: comedy"


async def test_completions_and_chat(http: aiohttp.ClientSession) -> None:
    body = {"model": "a/tiny-opt", "prompt": PROMPT, "max_tokens": 8, "temperature": 0.5, "seed": 1}
    async with http.post("/v1/completions", json=body) as answer:
        told = await answer.json()
    assert told["usage"] == {"prompt_tokens": 3, "completion_tokens": 8, "total_tokens": 11}
    body = {
        "model": "a/tiny-opt",
        "messages": [{"role": "user", "content": PROMPT}],
        "max_tokens": 8,
        "seed": 1,
    }
    async with http.post("/v1/chat/completions", json=body) as answer:
        told = await answer.json()
    assert told["choices"][0]["message"]["role"] == "assistant"
    assert told["usage"]["completion_tokens"] == 8


async def test_tokenize_health_and_info(http: aiohttp.ClientSession) -> None:
    async with http.post("/tokenize", json={"inputs": PROMPT}) as answer:
        assert [token["text"] for token in await answer.json()] == ["", "The", " lamp"]
    async with http.get("/health") as answer:
        assert answer.status == 200
    async with http.get("/info") as answer:
        assert (await answer.json())["model_id"] == "a/tiny-opt"
    async with http.post("/generate", json={"inputs": PROMPT, "parameters": {"max_new_tokens": 1}}) as answer:
        assert answer.headers["x-compute-type"] == "cpu+transformers"


async def test_closing_the_connection_frees_the_seat(http: aiohttp.ClientSession) -> None:
    body = {
        "inputs": PROMPT,
        "parameters": {"max_new_tokens": 190, "do_sample": True, "seed": 1, "top_k": 20},
    }
    for _ in range(6):  # of two seats
        async with http.post("/generate_stream", json=body) as answer:
            await answer.content.readline()
            answer.close()
    async with asyncio.timeout(2):
        assert "generated_text" in await post(http, "/generate", PROMPT, max_new_tokens=1)


async def test_the_command_serves_a_folder_and_ends_cleanly(folder: Path, tmp_path: Path) -> None:
    options = ("--model-path", str(folder), "--parallel", "2", "--max-total-tokens", "128", "--device", "cpu")
    with command(tmp_path, *options) as (process, port):
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            answer = await post(http, "/generate", PROMPT, max_new_tokens=5, details=True)
            assert answer["details"]["generated_tokens"] == 5
        process.terminate()
        assert process.wait(20) in {0, 143}


def test_the_command_says_in_one_line_why_a_folder_is_not_served(folder: Path, tmp_path: Path) -> None:
    config = json.loads((folder / "config.json").read_text()) | {"num_hidden_layers": 3}
    (folder / "config.json").write_text(json.dumps(config))
    with (
        pytest.raises(RuntimeError) as caught,
        command(tmp_path, "--model-path", str(folder), "--max-total-tokens", "128", "--device", "cpu"),
    ):
        pass
    (line,) = str(caught.value).strip().splitlines()
    assert "do not fit its config.json: model.decoder.layers.2.fc1.bias, " in line

"""OpenAI's shapes of a generation, models, conversations and CORS."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.tgi.server.conftest import Serve
from tests.tgi.server.scripted import Scripted
from tgi.server.engine import ChatTemplate

TEMPLATE = ChatTemplate(
    "{% if messages|length > 2 %}{{ raise_exception('too long') }}{% endif %}"
    "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
HELLO = [{"role": "user", "content": "Hi"}]


@pytest.fixture
async def chatty(serve: Serve, engine: Scripted) -> aiohttp.ClientSession:
    engine.chat_template = TEMPLATE
    return await serve()


async def asked(http: aiohttp.ClientSession, path: str, body: Any) -> tuple[int, Any]:
    async with http.post(path, json=body) as answer:
        return answer.status, await answer.json()


async def streamed(http: aiohttp.ClientSession, path: str, body: Any) -> list[Any]:
    async with http.post(path, json={**body, "stream": True}) as answer:
        assert (answer.status, answer.content_type) == (200, "text/event-stream")
        lines = (await answer.read()).decode().split("\n\n")
    assert lines[-2:] == ["data: [DONE]", ""]
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-2]]


async def test_the_one_model_is_listed(http: aiohttp.ClientSession) -> None:
    async with http.get("/v1/models") as answer:
        one = {"id": "an/alphabet", "object": "model", "created": 0, "owned_by": "an/alphabet"}
        assert await answer.json() == {"object": "list", "data": [one]}


async def test_several_prompts_are_completed_side_by_side(http: aiohttp.ClientSession) -> None:
    status, answer = await asked(http, "/v1/completions", {"prompt": ["One", "Two!"], "max_tokens": 2})
    assert status == 200
    assert answer.pop("created") > 1_700_000_000
    assert answer == {
        "object": "text_completion",
        "id": "",
        "model": "an/alphabet",
        "system_fingerprint": "1.2.3-native",
        "choices": [
            {"index": index, "text": "ab", "logprobs": None, "finish_reason": "length"} for index in (0, 1)
        ],
        "usage": {"prompt_tokens": 7, "completion_tokens": 4, "total_tokens": 11},
    }


async def test_the_headers_of_several_prompts_are_summed(http: aiohttp.ClientSession) -> None:
    body = {"prompt": ["One", "Two!"], "max_tokens": 2}
    async with http.post("/v1/completions", json=body) as answer:
        assert (answer.headers["x-prompt-tokens"], answer.headers["x-generated-tokens"]) == ("7", "4")
        assert "x-compute-time" not in answer.headers


@pytest.mark.parametrize(
    ("more", "kind"),
    [({"suffix": "x"}, "suffix not supported"), ({"prompt": ["a"] * 5}, "batch size exceeded")],
)
async def test_what_a_completion_cannot_have_is_named(
    http: aiohttp.ClientSession, more: dict[str, Any], kind: str
) -> None:
    status, answer = await asked(http, "/v1/completions", {"prompt": "a", **more})
    assert (status, answer["error_type"]) == (422, kind)


async def test_a_streamed_completion_says_eos_token_where_a_whole_one_says_stop(
    http: aiohttp.ClientSession,
) -> None:
    _, whole = await asked(http, "/v1/completions", {"prompt": "a"})
    assert whole["choices"][0]["finish_reason"] == "stop"
    pieces = await streamed(http, "/v1/completions", {"prompt": "a"})
    assert "".join(piece["choices"][0]["text"] for piece in pieces[:-1]) == "abcdefghijklmnopqrstuvwxyz"
    assert [piece["choices"][0]["finish_reason"] for piece in pieces[-2:]] == ["", "eos_token"]
    assert pieces[-1]["usage"]["completion_tokens"] == 27


async def test_a_stream_tells_of_a_broken_rule_in_openais_shape(http: aiohttp.ClientSession) -> None:
    (event,) = await streamed(http, "/v1/completions", {"prompt": "a", "max_tokens": 0})
    words = "Input validation error: `max_new_tokens` must be strictly positive"
    assert event == {"error": {"message": words, "http_status_code": 422}}


async def test_a_conversation_goes_through_the_models_template(
    chatty: aiohttp.ClientSession, engine: Scripted
) -> None:
    body = {"messages": HELLO, "max_tokens": 2, "logprobs": True, "temperature": 0}
    status, answer = await asked(chatty, "/v1/chat/completions", body)
    assert (status, engine.asked[-1][0]) == (200, b"<user>Hi<assistant>")
    assert engine.asked[-1][1].greedy
    (choice,) = answer["choices"]
    assert choice["message"] == {"role": "assistant", "content": "ab"}
    assert choice["logprobs"]["content"][1] == {"token": "b", "logprob": -0.5, "top_logprobs": []}


async def test_a_chat_stream_ends_with_its_usage_where_that_is_asked_for(
    chatty: aiohttp.ClientSession,
) -> None:
    body = {"messages": HELLO, "max_tokens": 2, "stream_options": {"include_usage": True}}
    *pieces, usage = await streamed(chatty, "/v1/chat/completions", body)
    assert [piece["choices"][0]["delta"]["content"] for piece in pieces] == ["a", "b"]
    assert [piece["choices"][0]["finish_reason"] for piece in pieces] == [None, "length"]
    assert (usage["choices"], usage["usage"]["total_tokens"]) == ([], 21)


async def test_an_assistants_last_message_is_continued(chatty: aiohttp.ClientSession) -> None:
    messages = [*HELLO, {"role": "assistant", "content": "Well"}]
    _, answer = await asked(chatty, "/chat_tokenize", {"messages": messages})
    assert answer["templated_text"] == "<user>Hi<assistant>Well"
    assert len(answer["tokenize_response"]) == len(answer["templated_text"])


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/chat_tokenize"])
async def test_without_a_template_a_conversation_is_tgis_template_error(
    http: aiohttp.ClientSession, path: str
) -> None:
    told = {"error": "Template error: template not found", "error_type": "template_error"}
    assert await asked(http, path, {"messages": HELLO}) == (422, told)


async def test_what_a_template_refuses_is_told(chatty: aiohttp.ClientSession) -> None:
    status, answer = await asked(chatty, "/v1/chat/completions", {"messages": HELLO * 3})
    assert (status, answer["error"]) == (422, "Template error: syntax error: too long")


async def test_invocations_are_told_apart_by_their_fields(chatty: aiohttp.ClientSession) -> None:
    _, text = await asked(chatty, "/invocations", {"inputs": "x", "parameters": {"max_new_tokens": 1}})
    assert text == [{"generated_text": "xa"}]
    _, completion = await asked(chatty, "/invocations", {"prompt": "x", "max_tokens": 1})
    assert completion["object"] == "text_completion"
    _, said = await asked(chatty, "/invocations", {"messages": HELLO, "max_tokens": 1})
    assert said["object"] == "chat.completion"
    async with chatty.post("/invocations", json={}) as answer:
        assert (answer.status, answer.content_type) == (422, "text/plain")


async def test_vertex_answers_a_text_for_each_instance(chatty: aiohttp.ClientSession) -> None:
    one = {"inputs": "x", "parameters": {"max_new_tokens": 1}}
    said = {"messages": HELLO, "max_tokens": 2}
    assert await asked(chatty, "/vertex", {"instances": [one, said]}) == (200, {"predictions": ["a", "ab"]})
    assert (await asked(chatty, "/vertex", {"instances": []}))[0] == 422
    status, told = await asked(chatty, "/vertex", {"instances": [one, {"inputs": ""}]})
    assert (status, told["error_type"]) == (500, "Incomplete generation")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"prompt": 3}', "prompt: data did not match any variant of untagged enum PromptDeserializer"),
        ('{"prompt": "a", "stop": "x"}', 'stop: invalid type: string "x", expected a sequence'),
    ],
)
async def test_a_broken_body_is_plain_text(http: aiohttp.ClientSession, body: str, words: str) -> None:
    headers = {"Content-Type": "application/json"}
    async with http.post("/v1/completions", data=body, headers=headers) as answer:
        assert (answer.status, answer.content_type) == (422, "text/plain")
        assert words in await answer.text()


async def test_a_preflight_is_answered_and_any_origin_may_read(http: aiohttp.ClientSession) -> None:
    async with http.options("/generate") as answer:
        assert (answer.status, answer.headers["Access-Control-Allow-Methods"]) == (200, "GET,POST")
        assert answer.headers["Access-Control-Allow-Headers"] == "content-type"
    async with http.get("/info") as answer:
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "message",
    [
        {"role": "assistant", "content": "x", "tool_calls": [{"id": "a"}]},
        {"role": "assistant", "content": 5, "tool_calls": []},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "assistant", "content": [{"type": "sound"}], "tool_calls": []},
    ],
)
async def test_the_first_body_of_a_message_that_fits_is_taken(
    chatty: aiohttp.ClientSession, message: dict[str, Any]
) -> None:
    status, _ = await asked(chatty, "/chat_tokenize", {"messages": [message]})
    assert status == 200

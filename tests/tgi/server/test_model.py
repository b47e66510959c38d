"""The server with its real model: what a scripted engine cannot show."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.tgi.server.conftest import frames, needs_model, post

pytestmark = needs_model

PROMPT = "Once upon a time there was a lighthouse"
DRAW = {"do_sample": True, "temperature": 0.9, "seed": 5, "max_new_tokens": 12}


async def test_the_same_seed_gives_the_same_text_and_another_another(model: aiohttp.ClientSession) -> None:
    first = await post(model, "/generate", PROMPT, **DRAW)
    other = await post(model, "/generate", PROMPT, **(DRAW | {"seed": 6}))
    again = await post(model, "/generate", PROMPT, **DRAW)
    assert first["generated_text"] == again["generated_text"]
    assert first["generated_text"] != other["generated_text"]


async def test_a_stream_writes_what_a_whole_answer_tells(model: aiohttp.ClientSession) -> None:
    reply = await post(model, "/generate", PROMPT, details=True, **DRAW)
    events = await frames(model, PROMPT, details=True, **DRAW)
    assert [event["index"] for event in events] == [*range(1, 13)]
    assert [event["token"]["id"] for event in events] == [each["id"] for each in reply["details"]["tokens"]]
    assert "".join(event["token"]["text"] for event in events) == reply["generated_text"]
    assert all(event["generated_text"] is None for event in events[:-1])
    assert events[-1]["generated_text"] == reply["generated_text"]
    assert all(event["token"]["logprob"] <= 0 for event in events)
    counted = await post(model, "/tokenize", PROMPT)
    assert events[-1]["details"] == {
        "finish_reason": "length",
        "generated_tokens": 12,
        "seed": 5,
        "input_length": len(counted),
    }


async def test_greedy_text_is_the_likeliest_whatever_the_seed(model: aiohttp.ClientSession) -> None:
    texts = {
        (await post(model, "/generate", PROMPT, max_new_tokens=6, seed=seed))["generated_text"]
        for seed in (1, 2)
    }
    assert len(texts) == 1


async def test_a_log_probability_is_that_of_the_choice_after_the_dials(model: aiohttp.ClientSession) -> None:
    dials: tuple[dict[str, Any], ...] = ({}, {"top_k": 1, "seed": 5}, {"do_sample": True, "seed": 5})
    greedy, forced, free = [
        [event["token"]["logprob"] for event in await frames(model, PROMPT, max_new_tokens=4, **dial)]
        for dial in dials
    ]
    assert forced == pytest.approx([0, 0, 0, 0])  # one token was left to choose from
    assert all(each < -0.01 for each in (*greedy, *free))


async def test_every_dial_reaches_the_model(model: aiohttp.ClientSession) -> None:
    likeliest = await post(model, "/generate", "la la la la la", max_new_tokens=6)
    narrow = [
        await post(model, "/generate", "la la la la la", max_new_tokens=6, seed=3, temperature=1.3, **dial)
        for dial in ({"top_k": 1}, {"top_p": 0.001})
    ]
    assert narrow == [likeliest, likeliest]
    for dial in ({"repetition_penalty": 5.0}, {"frequency_penalty": 2.0}):
        assert await post(model, "/generate", "la la la la la", max_new_tokens=6, **dial) != likeliest
    typical: dict[str, Any] = {"temperature": 1.5, "seed": 3, "max_new_tokens": 6}
    assert await post(model, "/generate", PROMPT, typical_p=0.05, **typical) != await post(
        model, "/generate", PROMPT, **typical
    )


async def test_a_stop_sequence_ends_the_text_and_is_part_of_it(model: aiohttp.ClientSession) -> None:
    whole = (await post(model, "/generate", PROMPT, **DRAW))["generated_text"]
    word = whole.split()[3]
    reply = await post(model, "/generate", PROMPT, details=True, stop=[word], **DRAW)
    assert reply["details"]["finish_reason"] == "stop_sequence"
    assert reply["generated_text"] == whole[: whole.index(word) + len(word)]


async def test_the_model_ends_a_text_with_a_special_token(model: aiohttp.ClientSession) -> None:
    chat = "<|im_start|>user\nSay only: Yes<|im_end|>\n<|im_start|>assistant\nYes"
    reply = await post(model, "/generate", chat, details=True, max_new_tokens=40)
    last = reply["details"]["tokens"][-1]
    assert (reply["details"]["finish_reason"], last["text"], last["special"]) == (
        "eos_token",
        "<|im_end|>",
        True,
    )
    assert "<|im_end|>" not in reply["generated_text"]


@pytest.mark.parametrize("prompt", ["🌊🌊🌊🌊🌊🌊🌊🌊", "灯塔守望者听见潮水。灯塔守望者听见潮水。灯塔守望"])
async def test_a_character_of_several_tokens_is_shown_whole(
    model: aiohttp.ClientSession, prompt: str
) -> None:
    events = await frames(model, prompt, max_new_tokens=14, repetition_penalty=1.0)
    pieces = [event["token"]["text"] for event in events]
    assert "\ufffd" not in "".join(pieces)
    assert any(piece == "" for piece in pieces)  # some were a part of a character only
    assert any(len(piece.encode()) > 2 for piece in pieces)
    rows = await post(model, "/tokenize", prompt)
    assert len(rows) > len({(row["start"], row["stop"]) for row in rows})
    known = {row["id"] for row in rows}
    assert known & {event["token"]["id"] for event, piece in zip(events, pieces, strict=True) if not piece}


async def test_tokenize_places_tell_the_text_back(model: aiohttp.ClientSession) -> None:
    text = "The keeper's 🌊 lamp,\n  灯塔 — done."
    rows = await post(model, "/tokenize", text)
    whole = text.encode()
    assert all(whole[row["start"] : row["stop"]].decode() == row["text"] for row in rows)
    covered = {place for row in rows for place in range(row["start"], row["stop"])}
    assert covered == set(range(len(whole)))


async def test_truncated_tokens_are_the_last_ones(model: aiohttp.ClientSession) -> None:
    count = len(await post(model, "/tokenize", " a lighthouse"))
    long = await post(
        model, "/generate", PROMPT, truncate=count, max_new_tokens=5, decoder_input_details=False
    )
    short = await post(model, "/generate", " a lighthouse", max_new_tokens=5)
    assert long == short


async def test_two_streams_at_once_do_not_mix(model: aiohttp.ClientSession) -> None:
    prompts = [PROMPT, "The recipe for bread is simple: flour, water"]
    alone = [await frames(model, prompt, **DRAW) for prompt in prompts]
    beside = await asyncio.gather(*(frames(model, prompt, **DRAW) for prompt in prompts))
    texts = [[events[-1]["generated_text"] for events in each] for each in (alone, beside)]
    assert texts[0] == texts[1]


async def test_leaving_a_stream_frees_the_models_seat_at_once(model: aiohttp.ClientSession) -> None:
    body = {"inputs": PROMPT, "parameters": {"max_new_tokens": 200, "do_sample": True}}
    async with asyncio.timeout(30):
        for _ in range(4):  # two seats: the third would wait for 200 tokens if leaving freed none
            async with model.post("/generate_stream", json=body) as answer:
                await answer.content.readuntil(b"\n\n")
                answer.close()
    async with asyncio.timeout(10):
        while "tgi_batch_current_size 0" not in await (await model.get("/metrics")).text():  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.01)
        assert (await post(model, "/generate", PROMPT, max_new_tokens=1))["generated_text"]


async def test_prompts_that_are_too_long_are_refused_before_the_model(model: aiohttp.ClientSession) -> None:
    reply = await post(model, "/generate", "la " * 300, max_new_tokens=10)
    assert reply["error_type"] == "validation"
    assert "`inputs` tokens + `max_new_tokens` must be <= 256" in reply["error"]


async def test_info_names_the_model_and_the_files_sum(model: aiohttp.ClientSession) -> None:
    async with model.get("/info") as answer:
        about = json.loads(await answer.read())
    assert about["model_id"] == "HuggingFaceTB/SmolLM2-135M-Instruct"
    assert about["model_sha"] == "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
    assert (about["max_input_tokens"], about["max_total_tokens"]) == (200, 256)


async def test_a_conversation_is_held_to_a_call_of_a_tool(model: aiohttp.ClientSession) -> None:
    hour = {"type": "integer", "minimum": 0, "maximum": 23}
    parameters = {"type": "object", "properties": {"hour": hour}, "required": ["hour"]}
    body = {
        "messages": [{"role": "user", "content": "Ring the bell at noon."}],
        "tools": [{"type": "function", "function": {"name": "ring", "parameters": parameters}}],
        "tool_choice": "required",
        "tool_prompt": "Call it.",
        "max_tokens": 60,
        "temperature": 0,
    }
    async with model.post("/v1/chat/completions", json=body) as answer:
        assert answer.status == 200, await answer.text()
        (choice,) = (await answer.json())["choices"]
    function = choice["message"]["tool_calls"][0]["function"]
    assert function["name"] == "ring"
    assert json.loads(function["arguments"])["hour"] in range(24)


async def test_a_conversation_goes_through_the_templates_special_tokens(model: aiohttp.ClientSession) -> None:
    body = {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 8, "temperature": 0}
    async with model.post("/chat_tokenize", json=body) as answer:
        told = await answer.json()
    assert "<|im_start|>user\nHello<|im_end|>" in told["templated_text"]
    assert told["templated_text"].endswith("<|im_start|>assistant\n")
    async with model.post("/v1/chat/completions", json=body) as answer:
        whole = await answer.json()
    assert whole["choices"][0]["message"]["content"]
    assert whole["usage"]["prompt_tokens"] == len(told["tokenize_response"])

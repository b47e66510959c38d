"""In front of other servers with OpenAI's completions, our own among them: a tokenizer of one's own helps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.serving import listening
from tests.tgi.server.engine.upstream.conftest import Open, drawn, text_of
from tests.tgi.server.engine.upstream.vocabularies import END, byte_folder
from tests.tgi.server.scripted import Scripted, token
from tgi.errors import EngineFailed, NoUpstream
from tgi.server import app
from tgi.server.engine import Dials
from tgi.server.limits import Limits

pytest.importorskip("tokenizers", reason="the optional package tokenizers is not installed")

ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def own_server(engine: Scripted) -> web.Application:
    return app.build(engine, app.Model("an/alphabet", None), Limits(max_total_tokens=100), version="1.2.3")


async def test_our_own_server_writes_the_same_text_as_when_asked_directly(
    open_upstream: Open, tmp_path: Path
) -> None:
    async with listening(own_server(Scripted())) as url, aiohttp.ClientSession() as http:
        asked = {"prompt": "Once", "max_tokens": 50, "model": "an/alphabet"}
        async with http.post(f"{url}/v1/completions", json=asked) as answer:
            directly = (await answer.json())["choices"][0]["text"]
        upstream = await open_upstream(url, tokenizer=byte_folder(tmp_path))
        assert (upstream.model, upstream.kind) == ("an/alphabet", "upstream+plain")
        tokens = await drawn(upstream)
    assert text_of(tokens) == directly == ALPHABET
    assert [each.id for each in tokens] == [*ALPHABET.encode(), END]
    assert (tokens[-1].text, tokens[-1].special, tokens[-1].ends) == ("</s>", True, True)
    assert {each.logprob for each in tokens} == {None}


async def test_a_prompt_goes_as_text_where_ids_are_not_taken(open_upstream: Open, tmp_path: Path) -> None:
    engine = Scripted()
    async with listening(own_server(engine)) as url:
        upstream = await open_upstream(url, tokenizer=byte_folder(tmp_path))
        prompt = [each.id for each in await upstream.tokenize("</s>Héy")]
        async for _ in upstream.generate(prompt, Dials(), limit=2):
            pass
    assert engine.asked[-1][0] == "Héy".encode()
    assert engine.asked[-1][2] == 2


async def test_longer_tokens_are_cut_at_the_limit(open_upstream: Open, tmp_path: Path) -> None:
    engine = Scripted(script=[token("ab"), token("cd"), token("ef")])
    async with listening(own_server(engine)) as url:
        tokens = await drawn(await open_upstream(url, tokenizer=byte_folder(tmp_path)), limit=3)
    assert [each.text for each in tokens] == ["a", "b", "c"]


async def test_what_is_short_of_the_limit_is_asked_for_again(open_upstream: Open, tmp_path: Path) -> None:
    engine = Scripted(script=[token(""), token("a"), token(""), token("b")])
    async with listening(own_server(engine)) as url:
        upstream = await open_upstream(url, tokenizer=byte_folder(tmp_path))
        engine.asked.clear()
        tokens = await drawn(upstream, limit=4)
    assert text_of(tokens) == "abaa"
    asked = [(prompt.removeprefix(b"\x02\x0b\x0c"), limit) for prompt, _, limit in engine.asked]
    assert asked == [(b"", 4), (b"ab", 2), (b"aba", 1), (b"aba", 5)]


async def test_an_upstream_that_writes_nothing_is_a_failure(open_upstream: Open, tmp_path: Path) -> None:
    async with listening(own_server(Scripted(script=[token("")] * 9))) as url:
        with pytest.raises(EngineFailed, match="stopped after 0 of 5 tokens"):
            await drawn(await open_upstream(url, tokenizer=byte_folder(tmp_path)), limit=5)


async def test_its_error_frames_are_failures(open_upstream: Open, tmp_path: Path) -> None:
    engine = Scripted()
    async with listening(own_server(engine)) as url:
        upstream = await open_upstream(url, tokenizer=byte_folder(tmp_path))
        engine.breaks_after = 2
        with pytest.raises(
            EngineFailed, match="broke off: Request failed during generation: the engine broke off"
        ):
            await drawn(upstream)


async def test_only_openais_own_dials_are_promised(open_upstream: Open, tmp_path: Path) -> None:
    engine = Scripted()
    async with listening(own_server(engine)) as url:
        upstream = await open_upstream(url, tokenizer=byte_folder(tmp_path))
        assert set(upstream.abilities) == {"temperature", "top_p", "frequency_penalty", "seed"}
        assert not upstream.adapters
        await drawn(upstream, Dials(seed=7, temperature=0.5, top_p=0.9, frequency_penalty=0.25))
        await drawn(upstream, Dials(greedy=True))
    turned, greedy = (dials for _, dials, _ in engine.asked[-2:])
    assert (turned.seed, turned.temperature, turned.top_p, turned.frequency_penalty) == (7, 0.5, 0.9, 0.25)
    assert greedy.greedy


async def test_without_a_tokenizer_it_is_refused(open_upstream: Open, tmp_path: Path) -> None:
    async with listening(own_server(Scripted())) as url:
        with pytest.raises(NoUpstream, match=r"is none of vLLM, SGLang and llama\.cpp; name a folder"):
            await open_upstream(url)
        with pytest.raises(NoUpstream, match="does not name the eos_token"):
            await open_upstream(url, tokenizer=byte_folder(tmp_path, config={}))


# --- one that tells log-probabilities --------------------------------------------------------------------


def telling(
    chunks: Sequence[tuple[str, Sequence[str]]], asked: list[Any], *, finish: str = "stop"
) -> web.Application:
    """OpenAI's legacy completions: token ids are taken, and log-probabilities name tokens by their texts."""

    async def models(_request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "babbage", "owned_by": "system"}]})

    async def completions(request: web.Request) -> web.StreamResponse:
        body = await request.json()
        asked.append(body)
        if not body["stream"]:
            told = {"tokens": ["a"], "token_logprobs": [-0.5], "top_logprobs": [{}], "text_offset": [0]}
            return web.json_response(
                {"choices": [{"text": "a", "logprobs": told, "finish_reason": "length"}]}
            )
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for text, names in chunks:
            values = [-0.5 * (at + 1) for at, _ in enumerate(names)]
            told = {"tokens": list(names), "token_logprobs": values, "top_logprobs": None}
            choice = {"index": 0, "text": text, "logprobs": told if names else None, "finish_reason": None}
            await response.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
        last = {"choices": [{"index": 0, "text": "", "logprobs": None, "finish_reason": finish}]}
        await response.write(f"data: {json.dumps(last)}\n\ndata: [DONE]\n\n".encode())
        return response

    built = web.Application()
    built.add_routes([web.get("/v1/models", models), web.post("/v1/completions", completions)])
    return built


async def test_log_probabilities_tell_tokens_apart(open_upstream: Open, tmp_path: Path) -> None:
    asked: list[Any] = []
    chunks = [("abab", ["ab", "a", "b"]), ("é", ["bytes:\\xc3", "bytes:\\xa9"]), ("", [])]
    async with listening(telling(chunks, asked)) as url:
        upstream = await open_upstream(url, tokenizer=byte_folder(tmp_path, merges=["ab"]))
        tokens = await drawn(upstream)
    assert [each.id for each in tokens] == [257, 97, 98, 0xC3, 0xA9, END]
    assert [each.text for each in tokens] == ["ab", "a", "b", "", "é", "</s>"]
    assert [each.logprob for each in tokens] == [-0.5, -1.0, -1.5, -0.5, -1.0, None]
    assert [body["prompt"] for body in asked] == [[97], [2, 11, 12]]
    assert asked[1]["logprobs"] == 1


async def test_names_that_the_vocabulary_does_not_know_are_tokenized_again(
    open_upstream: Open, tmp_path: Path
) -> None:
    async with listening(telling([("xyz", ["xyz"])], [])) as url:
        tokens = await drawn(await open_upstream(url, tokenizer=byte_folder(tmp_path)))
    assert [each.id for each in tokens] == [*b"xyz", END]


async def test_another_reason_to_finish_is_a_failure(open_upstream: Open, tmp_path: Path) -> None:
    async with listening(telling([("a", ["a"])], [], finish="content_filter")) as url:
        with pytest.raises(EngineFailed, match=r"broke off \(content_filter\)"):
            await drawn(await open_upstream(url, tokenizer=byte_folder(tmp_path)))

"""In front of llama.cpp's own server, with the real model: the same texts as when it is asked directly."""

from __future__ import annotations

import asyncio
import json
from contextlib import aclosing
from typing import Any

import aiohttp
import pytest

from tests.tgi.server.conftest import needs_model
from tests.tgi.server.engine.upstream.conftest import Open, text_of
from tgi.errors import EngineFailed, InvalidInput, NoUpstream, OtherModel
from tgi.server.engine import Dials, GeneratedToken, GrammarRule
from tgi.server.engine.upstream import Patience, Upstream

pytestmark = needs_model

MODEL = "SmolLM2-135M-Instruct.Q4_1"
PROMPT = "A lighthouse keeper finds a letter in a bottle. It says:"
PATIENT = Patience(answer=30, first=60, idle=60)


@pytest.fixture
async def upstream(open_upstream: Open, llama_cpp: str) -> Upstream:
    return await open_upstream(llama_cpp, model=MODEL, context=512, patience=PATIENT)


async def written(
    engine: Upstream, dials: Dials, *, prompt: str = PROMPT, limit: int = 24
) -> list[GeneratedToken]:
    ids = [token.id for token in await engine.tokenize(prompt)]
    async with aclosing(engine.generate(ids, dials, limit=limit)) as tokens:
        return [token async for token in tokens]


async def directly(url: str, path: str, body: dict[str, Any]) -> Any:
    async with aiohttp.ClientSession() as http, http.post(f"{url}{path}", json=body) as answer:
        assert answer.status == 200
        return await answer.json()


async def test_a_greedy_text_is_that_of_its_openai_route(upstream: Upstream, llama_cpp: str) -> None:
    asked = {"prompt": PROMPT, "max_tokens": 24, "temperature": 0, "cache_prompt": False}
    answer = await directly(llama_cpp, "/v1/completions", asked)
    tokens = await written(upstream, Dials(greedy=True))
    assert text_of(tokens) == answer["choices"][0]["text"]
    assert len(tokens) == answer["usage"]["completion_tokens"] == 24
    assert all(token.logprob is not None and token.logprob <= 0 for token in tokens)


async def test_a_seeded_text_is_that_of_its_own_route(upstream: Upstream, llama_cpp: str) -> None:
    asked = {
        "prompt": PROMPT,
        "n_predict": 24,
        "seed": 41,
        "cache_prompt": False,
        "return_tokens": True,
        "samplers": ["penalties", "temperature", "top_k", "top_p", "typ_p"],
        "temperature": 0.9,
        "top_k": 30,
        "top_p": 0.9,
        "typical_p": 0.95,
        "repeat_penalty": 1.2,
        "repeat_last_n": 512,
    }
    answer = await directly(llama_cpp, "/completion", asked)
    dials = Dials(seed=41, temperature=0.9, top_k=30, top_p=0.9, typical_p=0.95, repetition_penalty=1.2)
    tokens = await written(upstream, dials)
    assert [token.id for token in tokens] == answer["tokens"]
    assert text_of(tokens) == answer["content"]
    assert await written(upstream, Dials(seed=42, temperature=0.9)) != tokens


async def test_prompts_are_tokenized_to_their_bytes(upstream: Upstream, llama_cpp: str) -> None:
    text = "Héy 你好 🦙 <|im_end|>"
    tokens = await upstream.tokenize(text)
    answer = await directly(llama_cpp, "/tokenize", {"content": text, "add_special": True})
    assert [token.id for token in tokens] == answer["tokens"]
    assert b"".join(token.piece for token in tokens).decode() == text


async def test_a_grammar_holds_and_the_parts_of_characters_are_tokens(upstream: Upstream) -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"a": {"const": "你🦙é"}}, "required": ["a"]}
    schema["additionalProperties"] = False
    tokens = await written(upstream, Dials(greedy=True, grammar=GrammarRule("json", schema)), limit=60)
    assert json.loads(text_of(tokens)) == {"a": "你🦙é"}
    assert (tokens[-1].special, tokens[-1].ends) == (True, True)
    pieces = {token.id: token.piece for token in await upstream.tokenize("你🦙é")}
    silent = [token for token in tokens if not token.text]
    assert len(silent) >= 2
    assert all(token.id in pieces and token.logprob is None for token in silent)


async def test_a_schema_that_it_does_not_hold_to_is_refused_and_never_ignored(upstream: Upstream) -> None:
    for broken, why in (
        ({"not": {"type": "integer"}}, "`not` in a schema is not supported"),
        ({"type": "string", "pattern": "^(?=a)b$"}, "the upstream"),
        ({"$ref": "#/$defs/nowhere"}, "the upstream"),
    ):
        schema = {"type": "object", "properties": {"a": broken}, "required": ["a"]}
        with pytest.raises(InvalidInput, match=f"grammar is not valid: {why}"):
            await written(upstream, Dials(greedy=True, grammar=GrammarRule("json", schema)))


async def test_the_likeliest_tokens_hold_the_greedy_choice(upstream: Upstream) -> None:
    tokens = await written(upstream, Dials(greedy=True, top_n=3), limit=5)
    for token in tokens:
        assert token.top[0].id == token.id
        assert [one.logprob for one in token.top] == sorted((one.logprob for one in token.top), reverse=True)
        assert len(token.top) == 3


async def test_its_model_goes_by_the_name_of_its_file(open_upstream: Open, llama_cpp: str) -> None:
    for name in (MODEL, f"{MODEL}.gguf"):
        assert (await open_upstream(llama_cpp, model=name)).model == name
    assert (await open_upstream(llama_cpp)).model.endswith(f"{MODEL}.gguf")
    with pytest.raises(OtherModel, match=r"SmolLM2.*, and not facebook/opt-175b\.$"):
        await open_upstream(llama_cpp, model="facebook/opt-175b")


async def test_a_context_that_is_longer_than_a_slot_is_refused(open_upstream: Open, llama_cpp: str) -> None:
    with pytest.raises(NoUpstream, match="holds 512 tokens, and 513 were asked for"):
        await open_upstream(llama_cpp, context=513)


async def test_it_tells_its_template_and_what_it_can_do(upstream: Upstream) -> None:
    template = upstream.chat_template
    assert template is not None
    assert "<|im_start|>" in template.source
    assert template.eos_token == "<|im_end|>"
    assert upstream.kind == "upstream+llama.cpp"
    assert "typical_p" in upstream.abilities
    assert not {"decoder_input_details", "grammar.regex", "watermark", "adapter_id"} & set(upstream.abilities)


async def test_a_prompt_that_is_too_long_is_refused_in_its_words(upstream: Upstream) -> None:
    with pytest.raises(
        EngineFailed, match=r"refuses the request \(status 400\): .* exceeds the available context"
    ):
        await written(upstream, Dials(), prompt="a " * 600)


async def test_a_closed_generation_frees_its_slot(upstream: Upstream, llama_cpp: str) -> None:
    ids = [token.id for token in await upstream.tokenize(PROMPT)]
    for _ in range(8):
        async with aclosing(upstream.generate(ids, Dials(), limit=400)) as tokens:
            await anext(tokens)
    after = await written(upstream, Dials(greedy=True), limit=3)
    assert len(after) == 3
    async with aiohttp.ClientSession() as http, asyncio.timeout(2):
        while await busy(http, llama_cpp):  # noqa: ASYNC110 - the server has no event to give
            await asyncio.sleep(0.01)


async def busy(http: aiohttp.ClientSession, url: str) -> bool:
    async with http.get(f"{url}/slots") as answer:
        return any(slot["is_processing"] for slot in await answer.json())

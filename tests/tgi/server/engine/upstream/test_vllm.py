"""In front of vLLM: what it is asked, and how its chunks become tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.tgi.server.engine.upstream.conftest import Open, drawn, text_of
from tests.tgi.server.engine.upstream.fakes import END, FakeVllm, spelled
from tgi.errors import EngineFailed, NoUpstream
from tgi.server.engine import Dials, GrammarRule


async def test_each_chunk_is_a_token_with_its_id_text_and_log_probability(open_upstream: Open) -> None:
    tokens = await drawn(await open_upstream(FakeVllm()))
    assert [token.id for token in tokens] == [300, 301, 302, 303, END]
    assert [token.text for token in tokens] == ["Once", " upon", " a", " time", "</s>"]
    assert [token.logprob for token in tokens] == [-0.25] * 5
    assert [(token.special, token.ends) for token in tokens] == [(False, False)] * 4 + [(True, True)]


async def test_several_tokens_of_one_chunk_are_told_apart(open_upstream: Open) -> None:
    fake = FakeVllm(chunks=[(300, 301, *spelled("你")), spelled("!"), (302, *spelled("é"), 303, END)])
    tokens = await drawn(await open_upstream(fake))
    assert [token.id for token in tokens] == [id_ for chunk in fake.chunks for id_ in chunk]
    texts = [token.text for token in tokens]
    assert texts == ["Once", " upon", "", "", "你", "!", " a", "", "é", " time", "</s>"]
    assert tokens[1].logprob == -0.5


async def test_a_character_that_spans_chunks_comes_whole_with_its_last_token(open_upstream: Open) -> None:
    fake = FakeVllm(chunks=[[id_] for id_ in spelled("你🦙")] + [[END]])
    tokens = await drawn(await open_upstream(fake))
    assert [token.text for token in tokens] == ["", "", "你", "", "", "", "🦙", "</s>"]


async def test_a_chunk_without_tokens_is_passed_over(open_upstream: Open) -> None:
    assert (
        text_of(await drawn(await open_upstream(FakeVllm(chunks=[(300,), (), (301,), (END,)]))))
        == "Once upon"
    )


async def test_a_text_that_reaches_the_limit_does_not_end(open_upstream: Open) -> None:
    fake = FakeVllm(chunks=[(300,), (301,)], finish="length")
    tokens = await drawn(await open_upstream(fake), limit=2)
    assert [token.ends for token in tokens] == [False, False]
    assert fake.asked[0]["max_tokens"] == 2


async def test_an_upstream_that_stops_short_of_the_limit_is_a_failure(open_upstream: Open) -> None:
    upstream = await open_upstream(FakeVllm(chunks=[(300,)], finish="length"))
    with pytest.raises(EngineFailed, match="stopped after 1 of 5 tokens"):
        await drawn(upstream, limit=5)


async def test_the_likeliest_tokens_come_with_their_texts(open_upstream: Open) -> None:
    first, *_ = await drawn(await open_upstream(FakeVllm()), Dials(top_n=2))
    assert [(one.id, one.text, one.logprob) for one in first.top] == [(302, " a", -3.0), (300, "Once", -3.5)]


async def test_a_tokens_text_is_asked_for_once(open_upstream: Open) -> None:
    fake = FakeVllm()
    upstream = await open_upstream(fake)
    await drawn(upstream, Dials(top_n=3))
    asked = fake.calls.count("/detokenize")
    await drawn(upstream, Dials(top_n=3))
    assert fake.calls.count("/detokenize") == asked


async def test_every_dial_is_named_lest_the_models_own_defaults_apply(open_upstream: Open) -> None:
    fake = FakeVllm()
    upstream = await open_upstream(fake)
    await drawn(upstream)
    await drawn(upstream, Dials(greedy=True, top_k=3, top_p=0.5, temperature=0.7))
    await drawn(
        upstream,
        Dials(
            seed=2**64 - 1,
            temperature=0.7,
            top_k=20,
            top_p=0.9,
            repetition_penalty=1.2,
            frequency_penalty=0.4,
        ),
    )
    neutral = {"temperature": 1.0, "top_k": -1, "top_p": 1.0, "min_p": 0.0, "presence_penalty": 0.0}
    neutral |= {"repetition_penalty": 1.0, "frequency_penalty": 0.0}
    plain, greedy, turned = ({name: body[name] for name in neutral} for body in fake.asked)
    assert plain == neutral
    assert greedy == neutral | {"temperature": 0.0}
    assert turned == neutral | {
        "temperature": 0.7,
        "top_k": 20,
        "top_p": 0.9,
        "repetition_penalty": 1.2,
        "frequency_penalty": 0.4,
    }
    assert fake.asked[2]["seed"] == 2**63 - 1
    assert all("stop" not in body for body in fake.asked)


@pytest.mark.parametrize(
    ("version", "field"),
    [
        ("0.11.2", {"guided_regex": "a+"}),
        ("0.12.0", {"structured_outputs": {"regex": "a+"}}),
        ("0.15.1rc1", {"structured_outputs": {"regex": "a+"}}),
        ("0.1.dev1+g0123456", {"structured_outputs": {"regex": "a+"}}),
    ],
)
async def test_grammars_are_named_as_the_version_does(
    open_upstream: Open, version: str, field: dict[str, object]
) -> None:
    fake = FakeVllm(version=version)
    upstream = await open_upstream(fake)
    assert {"grammar.json", "grammar.regex"} <= set(upstream.abilities)
    await drawn(upstream, Dials(grammar=GrammarRule("regex", "a+")))
    assert field.items() <= fake.asked[0].items()


async def test_a_json_schema_is_passed_on(open_upstream: Open) -> None:
    fake = FakeVllm()
    await drawn(await open_upstream(fake), Dials(grammar=GrammarRule("json", {"type": "object"})))
    assert fake.asked[0]["structured_outputs"] == {"json": {"type": "object"}}


async def test_adapters_are_models_of_their_own(open_upstream: Open) -> None:
    fake = FakeVllm(adapters=["noir"])
    upstream = await open_upstream(fake)
    assert set(upstream.adapters) == {"noir"}
    assert "adapter_id" in upstream.abilities
    await drawn(upstream, Dials(adapter_id="noir"))
    assert fake.asked[0]["model"] == "noir"


async def test_what_it_cannot_do_is_not_among_its_abilities(open_upstream: Open) -> None:
    upstream = await open_upstream(FakeVllm())
    assert not {"typical_p", "watermark", "adapter_id"} & set(upstream.abilities)
    assert upstream.kind == "upstream+vllm"


@pytest.mark.parametrize("names", [True, False])
async def test_a_prompt_is_tokenized_to_its_bytes(open_upstream: Open, *, names: bool) -> None:
    upstream = await open_upstream(FakeVllm(names=names))
    tokens = await upstream.tokenize("a é")
    assert [token.id for token in tokens] == [END, *spelled("a é")]
    if names:
        assert [token.piece for token in tokens] == [b"</s>", b"a", b" ", b"\xc3", b"\xa9"]
    assert [token.id for token in await upstream.tokenize("a", add_special=False)] == spelled("a")


async def test_a_prompt_is_scored(open_upstream: Open) -> None:
    fake = FakeVllm()
    upstream = await open_upstream(fake)
    assert await upstream.prefill([END, 11, 12], Dials()) == [None, -1.5, -1.5]
    assert fake.asked[0]["prompt_logprobs"] == 0


async def test_without_a_way_to_tokenize_it_is_refused(open_upstream: Open) -> None:
    with pytest.raises(NoUpstream, match=r"does not tokenize; name a folder .*--tokenizer"):
        await open_upstream(FakeVllm(tokenizes=False))


async def test_a_text_that_is_written_with_another_model_is_a_failure(open_upstream: Open) -> None:
    class Swapped(FakeVllm):
        def event(self, body: Any, ids: Sequence[int], text: str, finish: str | None) -> dict[str, Any]:
            return super().event({**body, "model": "facebook/opt-125m"}, ids, text, finish)

    with pytest.raises(EngineFailed, match=r"writes with facebook/opt-125m, and not with facebook/opt-175b"):
        await drawn(await open_upstream(Swapped()))

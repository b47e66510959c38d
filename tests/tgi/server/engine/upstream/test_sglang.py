"""In front of SGLang: its own `/generate`, whole or in increments."""

from __future__ import annotations

import json

import pytest

from tests.tgi.server.engine.upstream.conftest import Open, drawn, text_of
from tests.tgi.server.engine.upstream.fakes import END, FakeSglang, spelled
from tgi.errors import EngineFailed, NoUpstream
from tgi.server.engine import Dials, GrammarRule


@pytest.mark.parametrize("incremental", [False, True])
async def test_events_that_repeat_and_events_that_do_not_give_the_same_tokens(
    open_upstream: Open, *, incremental: bool
) -> None:
    fake = FakeSglang(
        chunks=[(300, 301), spelled("你")[:1], spelled("你")[1:], (302, *spelled("é")), (END,)],
        incremental=incremental,
    )
    tokens = await drawn(await open_upstream(fake), Dials(top_n=1))
    assert [token.id for token in tokens] == [id_ for chunk in fake.chunks for id_ in chunk]
    assert [token.text for token in tokens] == ["Once", " upon", "", "", "你", " a", "", "é", "</s>"]
    assert [token.logprob for token in tokens] == [-0.5] * 9
    assert [(one.id, one.text, one.logprob) for one in tokens[3].top] == [(302, " a", -1.0)]
    assert (tokens[-1].special, tokens[-1].ends) == (True, True)


async def test_a_text_that_reaches_the_limit_does_not_end(open_upstream: Open) -> None:
    fake = FakeSglang(chunks=[(300,), (301,)], finish="length")
    tokens = await drawn(await open_upstream(fake), limit=2)
    assert text_of(tokens) == "Once upon"
    assert not tokens[-1].ends


async def test_a_text_that_is_aborted_is_a_failure(open_upstream: Open) -> None:
    with pytest.raises(EngineFailed, match=r"broke off \(abort\)"):
        await drawn(await open_upstream(FakeSglang(chunks=[(300,), (301,)], finish="abort")))


async def test_every_dial_is_named_lest_the_models_own_defaults_apply(open_upstream: Open) -> None:
    fake = FakeSglang()
    upstream = await open_upstream(fake)
    await drawn(upstream, Dials(temperature=0.7, top_k=20, top_p=0.9, frequency_penalty=0.4), limit=9)
    assert fake.asked[0]["sampling_params"] == {
        "max_new_tokens": 9,
        "temperature": 0.7,
        "top_k": 20,
        "top_p": 0.9,
        "min_p": 0.0,
        "frequency_penalty": 0.4,
        "presence_penalty": 0.0,
        "repetition_penalty": 1.0,
    }
    assert fake.asked[0]["input_ids"] == [2, 11, 12]


async def test_seeds_are_promised_only_where_they_are_kept(open_upstream: Open) -> None:
    assert "seed" not in (await open_upstream(FakeSglang())).abilities
    fake = FakeSglang(info={"enable_deterministic_inference": True})
    upstream = await open_upstream(fake)
    assert "seed" in upstream.abilities
    await drawn(upstream, Dials(seed=2**64 - 1))
    assert fake.asked[0]["sampling_params"]["sampling_seed"] == 2**31 - 1


async def test_what_it_ignores_is_not_among_its_abilities(open_upstream: Open) -> None:
    upstream = await open_upstream(FakeSglang())
    assert not {"repetition_penalty", "typical_p", "watermark", "adapter_id"} & set(upstream.abilities)
    assert upstream.kind == "upstream+sglang"


async def test_grammars_need_a_backend(open_upstream: Open) -> None:
    fake = FakeSglang()
    upstream = await open_upstream(fake)
    assert {"grammar.json", "grammar.regex"} <= set(upstream.abilities)
    await drawn(upstream, Dials(grammar=GrammarRule("json", {"type": "object"})))
    await drawn(upstream, Dials(grammar=GrammarRule("regex", "a+")))
    schema, regex = (body["sampling_params"] for body in fake.asked)
    assert json.loads(schema["json_schema"]) == {"type": "object"}
    assert regex["regex"] == "a+"
    without = await open_upstream(FakeSglang(info={"grammar_backend": "none"}))
    assert not {"grammar.json", "grammar.regex"} & set(without.abilities)


async def test_an_adapter_is_named(open_upstream: Open) -> None:
    fake = FakeSglang(adapters=["noir"])
    upstream = await open_upstream(fake)
    await drawn(upstream, Dials(adapter_id="noir"))
    assert fake.asked[0]["lora_path"] == "noir"


async def test_a_prompt_is_tokenized_and_scored(open_upstream: Open) -> None:
    upstream = await open_upstream(FakeSglang())
    tokens = await upstream.tokenize("a é!")
    assert [token.id for token in tokens] == [END, *spelled("a é!")]
    assert b"".join(token.piece for token in tokens[1:]) == "a é!".encode()
    assert tokens[0].piece == b"</s>"
    assert await upstream.tokenize("", add_special=False) == []
    assert await upstream.prefill([END, 11, 12], Dials()) == [None, -1.5, -1.5]


async def test_events_may_be_longer_than_a_readers_buffer(open_upstream: Open) -> None:
    chunks = [*([300 + at % 4 for at in range(20)] for _ in range(60)), [END]]
    tokens = await drawn(await open_upstream(FakeSglang(chunks=chunks)), Dials(top_n=2), limit=2000)
    assert len(tokens) == 1201
    assert text_of(tokens) == "Once upon a time" * 300


async def test_without_a_way_to_tokenize_it_is_refused(open_upstream: Open) -> None:
    with pytest.raises(NoUpstream, match="does not tokenize"):
        await open_upstream(FakeSglang(tokenizes=False))

"""What is drawn from the real model: dials, seeds, the likeliest, limits, ends, characters, adapters."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

import pytest

from tests.tgi.server.conftest import needs_model
from tests.tgi.server.engine.llama_cpp.conftest import CONTEXT, PROMPT, drawn, ids_of, text_of
from tgi import weights
from tgi.errors import EngineFailed, UnreadableModel
from tgi.server.engine import Dials
from tgi.server.engine.llama_cpp import LlamaCpp
from tgi.server.engine.llama_cpp.abilities import ABILITIES

pytestmark = needs_model

GREEDY = Dials(greedy=True, top_n=5)
SEEDED = Dials(seed=7, temperature=0.9, top_k=40, top_p=0.9, typical_p=0.95, repetition_penalty=1.1, top_n=2)


async def test_a_greedy_choice_is_the_likeliest_and_the_likeliest_are_in_order(engine: LlamaCpp) -> None:
    tokens = await drawn(engine, GREEDY)
    assert len(tokens) == 16
    for token in tokens:
        told = [one.logprob for one in token.top]
        assert (token.top[0].id, told[0]) == (token.id, token.logprob)
        assert len(told) >= 5
        assert told == sorted(told, reverse=True)
        assert sum(map(math.exp, told)) <= 1.0001


async def test_a_seed_alone_gives_the_same_tokens_each_time(engine: LlamaCpp) -> None:
    first = await drawn(engine, SEEDED)
    assert await drawn(engine, SEEDED) == first
    assert text_of(await drawn(engine, Dials(seed=8))) != text_of(first)
    largest = Dials(seed=2**64 - 1)
    assert await drawn(engine, largest) == await drawn(engine, largest)


async def test_the_same_seed_four_times_at_once_gives_the_same_text(engine: LlamaCpp) -> None:
    found = await asyncio.gather(*(drawn(engine, SEEDED) for _ in range(4)))
    assert len({text_of(tokens) for tokens in found}) == 1


async def test_a_seed_in_a_mixed_batch_gives_what_it_gives_alone(engine: LlamaCpp) -> None:
    """As long as the prompts that begin together fit into one step; the page on engines says so."""
    for seed in range(3):
        alone = await drawn(engine, Dials(seed=seed, temperature=0.9, top_p=0.9))
        among = await asyncio.gather(
            drawn(engine, Dials(seed=seed, temperature=0.9, top_p=0.9)),
            *(drawn(engine, Dials(seed=seed + each), prompt="Other words " * each) for each in (1, 3, 7)),
        )
        assert among[0] == alone


async def test_a_seed_right_behind_a_text_that_was_left_gives_what_it_gives_alone(engine: LlamaCpp) -> None:
    """The left text is in its last step still, which a prompt read beside it would share."""
    prompt = "The keeper of the light wrote a letter to her brother about the storm. " * 4
    await asyncio.sleep(0.5)
    alone = await drawn(engine, SEEDED, prompt=prompt)
    for _ in range(5):
        await drawn(engine, SEEDED, limit=9)
        assert await drawn(engine, SEEDED, prompt=prompt) == alone


async def test_log_probabilities_are_those_after_the_dials(engine: LlamaCpp) -> None:
    (only,) = await drawn(engine, Dials(seed=1, top_k=1, top_n=1), limit=1)
    assert only.logprob == pytest.approx(0)
    narrowed = (await drawn(engine, Dials(seed=1, top_k=2, top_n=2), limit=1))[0].top
    assert len(narrowed) == 2
    assert sum(math.exp(one.logprob) for one in narrowed) == pytest.approx(1, abs=1e-4)
    ((first, second), (cold_first, cold_second)) = [
        (await drawn(engine, Dials(seed=1, temperature=heat, top_k=2, top_n=2), limit=1))[0].top
        for heat in (1.0, 0.5)
    ]
    apart = first.logprob - second.logprob
    assert cold_first.logprob - cold_second.logprob == pytest.approx(2 * apart, rel=1e-3)


async def test_penalties_count_the_prompt(engine: LlamaCpp) -> None:
    prompt = "Row, row, row, row, row, row, row, row,"
    assert text_of(await drawn(engine, Dials(greedy=True), prompt=prompt)).startswith(" row, row")
    for dials in (Dials(greedy=True, repetition_penalty=3.0), Dials(greedy=True, frequency_penalty=2.0)):
        assert "row" not in text_of(await drawn(engine, dials, prompt=prompt, limit=2))


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
async def test_exactly_as_many_tokens_come_as_were_asked_for(engine: LlamaCpp, limit: int) -> None:
    assert len(await drawn(engine, Dials(seed=3), limit=limit)) == limit


async def test_the_whole_context_can_be_used(engine: LlamaCpp) -> None:
    ids = (await ids_of(engine, "one two three " * CONTEXT))[: CONTEXT - 8]
    assert len(await drawn(engine, Dials(greedy=True), prompt=ids, limit=8)) == 8


async def test_the_token_that_ends_a_text_is_special_and_the_last(engine: LlamaCpp) -> None:
    asked = "<|im_start|>user\nSay yes.<|im_end|>\n<|im_start|>assistant\n"
    tokens = await drawn(engine, Dials(greedy=True), prompt=asked, limit=200)
    assert (tokens[-1].text, tokens[-1].special, tokens[-1].ends) == ("<|im_end|>", True, True)
    assert not any(token.ends or token.special for token in tokens[:-1])


async def test_special_tokens_in_a_prompt_are_read_as_such(engine: LlamaCpp) -> None:
    tokens = await engine.tokenize("<|im_start|>é🦙")
    assert b"".join(token.piece for token in tokens) == "<|im_start|>é🦙".encode()
    assert tokens[0].piece == b"<|im_start|>"


async def test_text_is_whole_characters_and_nothing_of_it_is_lost(engine: LlamaCpp) -> None:
    tokens = await drawn(engine, Dials(greedy=True), prompt="🦙🐑🦙🐑🦙🐑🦙🐑🦙🐑🦙🐑", limit=24)
    assert "�" not in text_of(tokens)
    assert "🐑" in text_of(tokens)
    assert any(not token.text for token in tokens)  # inside a character


async def test_a_limit_inside_a_character_is_met_and_told_the_same_again(engine: LlamaCpp) -> None:
    llamas, dials = "🦙🐑🦙🐑🦙🐑🦙🐑🦙🐑🦙🐑", Dials(seed=5, top_k=2, top_n=1)
    inside = 0
    for limit in range(1, 9):
        tokens = await drawn(engine, dials, prompt=llamas, limit=limit)
        assert len(tokens) == limit
        assert await drawn(engine, dials, prompt=llamas, limit=limit) == tokens
        inside += not tokens[-1].text
    assert inside


async def test_an_adapter_writes_only_where_it_is_named(engine: LlamaCpp) -> None:
    plain, strange = Dials(greedy=True), Dials(greedy=True, adapter_id="strange")
    before = await drawn(engine, plain)
    changed = await drawn(engine, strange)
    assert text_of(changed) != text_of(before)
    assert await drawn(engine, plain) == before
    assert await drawn(engine, strange) == changed
    told = await engine.prefill([*await ids_of(engine), changed[0].id], strange)
    assert told[-1] == pytest.approx(changed[0].logprob, abs=0.01)
    assert before[0].logprob != pytest.approx(changed[0].logprob, abs=0.01)


async def test_what_it_can_do_is_what_the_page_says(engine: LlamaCpp) -> None:
    assert engine.abilities == ABILITIES
    assert engine.adapters == ("strange",)
    bare = await LlamaCpp.load(weights.fetched(), seats=1, context=64, threads=1)
    try:
        assert bare.abilities == ABILITIES - {"adapter_id"}
        assert bare.adapters == ()
        template = bare.chat_template
        assert template is not None
        assert "<|im_start|>" in template.source
        assert (template.bos_token, template.eos_token) == ("<|im_start|>", "<|im_end|>")
    finally:
        await bare.close()


async def test_a_prompt_that_no_slot_holds_is_a_failure(engine: LlamaCpp) -> None:
    ids = await ids_of(engine, PROMPT * CONTEXT)
    with pytest.raises(EngineFailed, match=r"refuses the request \(.*exceeds the available context"):
        await drawn(engine, Dials(), prompt=ids)


async def test_a_model_that_reads_less_than_was_asked_for_is_refused() -> None:
    with pytest.raises(
        UnreadableModel, match=r"reads at most 8192 tokens; 8193 were asked for \(--max-total-tokens\)\.$"
    ):
        await LlamaCpp.load(weights.fetched(), seats=1, context=8193)


async def test_a_model_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    half = tmp_path / "half.gguf"
    with weights.fetched().open("rb") as whole:
        half.write_bytes(whole.read(20_000_000))
    with pytest.raises(UnreadableModel, match=r"is cut short: 20,000,000 of 98,[0-9]{3},[0-9]{3} bytes"):
        await LlamaCpp.load(half, seats=1, context=64)

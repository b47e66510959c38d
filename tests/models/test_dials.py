"""Each dial, and all of them together, against the formulas written out; seeds, alone and in company."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper, TypicalLogitsWarper

from tests.models import plain_dials
from tests.models.engines import GREEDY, PROMPTS, ids, numbers, reference, scores_after, tiny, together, write
from tgi.server.engine import Dials
from tgi.server.engine.transformers.dials import Dialled, draw

DIALS = {
    "plain sampling": Dials(seed=1),
    "temperature": Dials(seed=2, temperature=0.6),
    "top_k": Dials(seed=3, top_k=7),
    "a top_k above the vocabulary": Dials(seed=3, top_k=10_000),
    "top_p": Dials(seed=4, top_p=0.7),
    "a top_p that leaves one": Dials(seed=4, top_p=0.001),
    "typical_p": Dials(seed=5, typical_p=0.5),
    "repetition_penalty": Dials(seed=6, repetition_penalty=1.8),
    "a repetition_penalty below 1": Dials(seed=6, repetition_penalty=0.7),
    "frequency_penalty": Dials(seed=7, frequency_penalty=2.0),
    "a frequency_penalty below 0": Dials(seed=7, frequency_penalty=-2.0),
    "watermark": Dials(seed=8, watermark=True),
    "greedy with penalties": Dials(greedy=True, repetition_penalty=1.5, frequency_penalty=1.0),
    "greedy, watermarked": Dials(greedy=True, watermark=True),
    "greedy ignores filters": Dials(greedy=True, temperature=3.0, top_k=2, top_p=0.1, typical_p=0.1),
    "all": Dials(
        seed=2**64 - 1,
        temperature=1.3,
        top_k=60,
        top_p=0.9,
        typical_p=0.8,
        repetition_penalty=1.2,
        frequency_penalty=0.5,
        watermark=True,
    ),
}


@pytest.mark.parametrize("name", DIALS)
async def test_a_dial_does_what_its_formula_says(tmp_path: Path, name: str) -> None:
    async with tiny(tmp_path) as engine:
        model = reference(tmp_path)
        for prompt in PROMPTS:
            found = await write(engine, prompt, DIALS[name], limit=15)
            expected = plain_dials.write(model, await ids(engine, prompt), DIALS[name], 15)
            assert numbers(found) == [id_ for id_, _ in expected]
            assert [token.logprob for token in found] == pytest.approx([log for _, log in expected], abs=1e-4)


async def test_dials_of_texts_that_are_written_together_do_not_mix(tmp_path: Path) -> None:
    async with tiny(tmp_path, seats=len(DIALS)) as engine:
        alone = [numbers(await write(engine, PROMPTS[1], dials)) for dials in DIALS.values()]
        found = await together(engine, [(PROMPTS[1], dials) for dials in DIALS.values()])
        assert [numbers(tokens) for tokens in found] == alone


def test_filters_of_a_large_vocabulary_agree_with_transformers_own() -> None:
    dice = torch.Generator().manual_seed(0)
    # Flat and steep: of the flat ones top-p keeps more tokens than are looked at first.
    scores = torch.randn(6, 5000, generator=dice) * torch.tensor([[0.1], [0.5], [1], [3], [8], [0.01]])
    ours = Dialled([Dials(temperature=0.7, top_k=4000, top_p=0.9, typical_p=0.8)] * 6, scores.device)
    theirs = scores.clone()
    for warper in (
        TemperatureLogitsWarper(0.7),
        TopKLogitsWarper(4000),
        TopPLogitsWarper(0.9),
        TypicalLogitsWarper(0.8),
    ):
        theirs = warper(None, theirs)
    found = ours.filtered(scores.clone())
    # A token at the very edge may fall to either side of a sum of thousands.
    assert (found.isfinite() != theirs.isfinite()).sum(-1).max() <= 1
    assert torch.equal(
        found[found.isfinite() & theirs.isfinite()], theirs[found.isfinite() & theirs.isfinite()]
    )
    assert len({int(count) for count in found.isfinite().sum(-1)}) > 3


def test_the_share_of_each_token_is_its_probability() -> None:
    scores = torch.tensor([[2.0, 1.0, 0.0, -1.0, float("-inf")]])
    generators = [torch.Generator().manual_seed(7)]
    drawn = Counter(int(draw(scores, generators)) for _ in range(20_000))
    for id_, chance in enumerate(scores[0].softmax(-1).tolist()):
        assert drawn[id_] / 20_000 == pytest.approx(chance, abs=5 * math.sqrt(0.25 / 20_000))


async def test_first_tokens_of_many_seeds_are_spread_as_the_model_says(tmp_path: Path) -> None:
    async with tiny(tmp_path, seats=8, spread=0.4) as engine:
        prompt = await ids(engine, "The lamp")
        chances = scores_after(reference(tmp_path), prompt)[-1].softmax(-1)
        found = await together(engine, [("The lamp", Dials(seed=seed)) for seed in range(2000)], limit=1)
        drawn = Counter(tokens[0].id for tokens in found)
        likeliest = chances.topk(5)
        for id_, chance in zip(likeliest.indices.tolist(), likeliest.values.tolist(), strict=True):
            assert drawn[id_] / 2000 == pytest.approx(chance, abs=5 * math.sqrt(chance / 2000))


async def test_a_seed_gives_the_same_text_again_and_another_seed_another(tmp_path: Path) -> None:
    async with tiny(tmp_path) as engine:
        one, again, other = [
            numbers(await write(engine, "The lamp", Dials(seed=seed), limit=40)) for seed in (5, 5, 6)
        ]
        assert one == again
        assert one != other


async def test_a_seed_gives_the_same_text_in_a_mixed_batch(tmp_path: Path) -> None:
    asked = [
        (PROMPTS[seed % len(PROMPTS)], Dials(seed=seed, temperature=0.9, top_p=0.95)) for seed in range(120)
    ]
    async with tiny(tmp_path, seats=8) as engine:
        alone = [numbers(await write(engine, prompt, dials, limit=40)) for prompt, dials in asked]
        beside = [numbers(tokens) for tokens in await together(engine, asked, limit=40)]
    assert beside == alone


async def test_the_likeliest_tokens_are_told_with_those_as_likely_as_the_last(tmp_path: Path) -> None:
    async with tiny(tmp_path) as engine:
        model = reference(tmp_path)
        prompt = await ids(engine, "The lamp")
        (token,) = await write(engine, prompt, Dials(greedy=True, top_n=4), limit=1)
        logs = scores_after(model, prompt)[-1].log_softmax(-1)
        best = logs.topk(4)
        assert [one.id for one in token.top] == best.indices.tolist()
        assert [one.logprob for one in token.top] == pytest.approx(best.values.tolist(), abs=1e-4)
        assert token.top[0].id == token.id
        # Of OPT they are told before the dials, as TGI does.
        dials = Dials(top_k=2, repetition_penalty=1.7, frequency_penalty=1.0, watermark=True, top_n=4)
        (same,) = await write(engine, prompt, dials, limit=1)
        assert [(one.id, one.logprob) for one in same.top] == [(one.id, one.logprob) for one in token.top]


@pytest.mark.parametrize("one_by_one", [True, False])
def test_penalties_of_both_of_tgis_forms_are_what_their_formulas_say(*, one_by_one: bool) -> None:
    dice = torch.Generator().manual_seed(1)
    asked = [
        Dials(frequency_penalty=0.5),
        Dials(frequency_penalty=-2.0, repetition_penalty=1.4),
        Dials(),  # beside the others
        Dials(repetition_penalty=0.8),
    ]
    scores = torch.randn(len(asked), 50, generator=dice) * 5
    tokens = torch.randint(0, 12, (len(asked), 40), generator=dice)  # token 0 among them
    assert all((row == 0).any() for row in tokens)
    counts = torch.zeros_like(scores).scatter_add_(1, tokens, torch.ones_like(tokens, dtype=torch.float32))
    ours = Dialled(asked, scores.device, one_by_one=one_by_one)
    found = ours.penalised(scores.clone(), counts, tokens[:, -1].tolist())
    for row, dials in enumerate(asked):
        penalties = replace(dials, greedy=True)
        expected = plain_dials.dialled(
            scores[row].tolist(), tokens[row].tolist(), penalties, one_by_one=one_by_one
        )
        assert found[row].tolist() == pytest.approx(expected.tolist(), rel=1e-5)


async def test_a_prompts_log_probabilities_are_the_models(tmp_path: Path) -> None:
    async with tiny(tmp_path, context=250) as engine:
        prompt = (await ids(engine, PROMPTS[1] * 9))[:240]  # two chunks
        found = await engine.prefill(prompt, GREEDY)
        logs = scores_after(reference(tmp_path), prompt).log_softmax(-1)
        assert found[0] is None
        expected = [float(logs[at, id_]) for at, id_ in enumerate(prompt[1:])]
        assert found[1:] == pytest.approx(expected, abs=1e-4)
        assert await engine.prefill(prompt[:1], GREEDY) == [None]

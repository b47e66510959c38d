"""Greedy texts are those of transformers' own `generate`, whatever runs beside them and whenever it came."""

from __future__ import annotations

import asyncio
import math
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import (
    AutoModelForCausalLM,
    BloomConfig,
    GPT2Config,
    GPTNeoXConfig,
    LlamaConfig,
    MptConfig,
    Qwen2Config,
    XGLMConfig,
)

from tests.models.engines import (
    GREEDY,
    PROMPTS,
    greedy_text,
    ids,
    loaded,
    numbers,
    reference,
    tiny,
    together,
    write,
)
from tests.models.tiny import write_tiny_opt, write_tiny_tokenizer
from tgi.server.engine import Dials
from tgi.server.engine.transformers import TransformersEngine

_ENDS = {"bos_token_id": 2, "eos_token_id": 2, "pad_token_id": 1, "vocab_size": 400}
_LLAMA = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "max_position_embeddings": 256,
    "initializer_range": 0.2,
    **_ENDS,
}
OTHERS = {
    "llama": LlamaConfig(num_key_value_heads=2, **_LLAMA),
    "qwen2": Qwen2Config(num_key_value_heads=2, **_LLAMA),
    "gpt2": GPT2Config(n_embd=32, n_layer=2, n_head=4, n_positions=256, initializer_range=0.2, **_ENDS),
    "gpt_neox": GPTNeoXConfig(**_LLAMA),
    "bloom": BloomConfig(hidden_size=32, n_layer=2, n_head=4, initializer_range=0.2, **_ENDS),
    "mpt": MptConfig(d_model=32, n_heads=4, n_layers=2, max_seq_len=256, initializer_range=0.2, **_ENDS),
    "xglm": XGLMConfig(d_model=32, ffn_dim=64, num_layers=2, attention_heads=4, init_std=0.2, **_ENDS),
}


def write_other(folder: Path, config: Any) -> Path:
    write_tiny_tokenizer(folder)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        AutoModelForCausalLM.from_config(config).save_pretrained(folder)
    return folder


async def assert_as_transformers_writes(engine: TransformersEngine, folder: Path) -> None:
    model = reference(folder)
    found = await together(engine, [(prompt, GREEDY) for prompt in PROMPTS])
    for prompt, tokens in zip(PROMPTS, found, strict=True):
        assert numbers(tokens) == greedy_text(model, await ids(engine, prompt), 20)


@pytest.mark.parametrize(
    "shape", [{}, {"word_width": 16, "norm_before": False}, {"layers": 1, "heads": 2, "width": 64}]
)
async def test_an_opt_writes_what_transformers_writes(tmp_path: Path, shape: dict[str, Any]) -> None:
    async with tiny(tmp_path, **shape) as engine:
        await assert_as_transformers_writes(engine, tmp_path)


@pytest.mark.parametrize("kind", OTHERS)
async def test_other_causal_models_write_what_transformers_writes(tmp_path: Path, kind: str) -> None:
    write_other(tmp_path, OTHERS[kind])
    async with loaded(tmp_path) as engine:
        await assert_as_transformers_writes(engine, tmp_path)


async def test_of_models_that_tgi_has_batched_forms_for_the_likeliest_are_told_after_the_dials(
    tmp_path: Path,
) -> None:
    async with loaded(write_other(tmp_path, OTHERS["gpt2"])) as engine:
        (token,) = await write(engine, await ids(engine, "The lamp"), Dials(top_k=2, top_n=5), limit=1)
        assert len(token.top) == 2
        assert sum(math.exp(one.logprob) for one in token.top) == pytest.approx(1.0)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
async def test_half_precision_gives_nearly_the_same_probabilities(tmp_path: Path, dtype: str) -> None:
    write_tiny_opt(tmp_path)
    async with loaded(tmp_path, dtype=dtype) as half, loaded(tmp_path) as whole:
        prompt = await ids(whole, PROMPTS[1])
        pairs = zip(await half.prefill(prompt, GREEDY), await whole.prefill(prompt, GREEDY), strict=True)
        assert max(abs((one or 0.0) - (other or 0.0)) for one, other in pairs) < 0.2


async def test_more_texts_than_seats_wait_and_are_all_written(tmp_path: Path) -> None:
    async with tiny(tmp_path, seats=3) as engine:
        prompts = [f"The ship {number}" for number in range(11)]
        alone = [numbers(await write(engine, prompt)) for prompt in prompts]
        assert [
            numbers(each) for each in await together(engine, [(each, GREEDY) for each in prompts])
        ] == alone


async def test_a_text_that_joins_late_or_leaves_early_changes_no_other(tmp_path: Path) -> None:
    async with tiny(tmp_path) as engine:
        alone = {prompt: numbers(await write(engine, prompt, limit=60)) for prompt in PROMPTS}

        async def later(prompt: str, steps: int, limit: int) -> None:
            before = engine.generate(await ids(engine, "a"), GREEDY, limit=steps)
            async for _ in before:  # as long as so many steps take
                pass
            assert numbers(await write(engine, prompt, limit=limit)) == alone[prompt][:limit]

        await asyncio.gather(
            *(
                later(prompt, steps, limit)
                for prompt in PROMPTS
                for steps, limit in ((1, 60), (7, 5), (13, 30))
            )
        )


async def test_a_long_prompt_is_read_in_parts_and_others_go_on(tmp_path: Path) -> None:
    async with tiny(tmp_path, positions=2048, context=2000, layers=4, width=128) as engine:
        long = (await ids(engine, "A storm of winter " * 400))[:1900]
        expected = greedy_text(reference(tmp_path), long, 3)
        heard: list[int] = []
        begun = asyncio.Event()

        async def listen() -> None:
            async for token in engine.generate(await ids(engine, "x"), GREEDY, limit=400):
                heard.append(token.id)
                begun.set()

        async with asyncio.TaskGroup() as group:
            listening = group.create_task(listen())
            await begun.wait()
            before = len(heard)
            found = engine.generate(long, GREEDY, limit=3)
            async with aclosing(found):
                first = await anext(found)
                # 1,900 tokens are 15 chunks, and there is a step after each.
                assert len(heard) - before >= 10
                assert [first.id, *[token.id async for token in found]] == expected
            listening.cancel()


async def test_the_end_of_a_text_is_marked_and_nothing_follows(tmp_path: Path) -> None:
    async with tiny(tmp_path) as engine:
        for seed in range(200):
            tokens = await write(engine, "x", Dials(seed=seed), limit=100)
            if len(tokens) < 100:
                assert tokens[-1].ends
                assert tokens[-1].special
                assert (tokens[-1].id, tokens[-1].text) == (2, "</s>")
                assert not any(token.ends for token in tokens[:-1])
                return
        pytest.fail("no text ended")

"""Whoever leaves is gone before the next step; what closes ends everybody; nothing stays behind."""

from __future__ import annotations

import asyncio
import gc
import json
import weakref
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from safetensors.torch import load_file, save_file

from tests.models.engines import GREEDY, ids, loaded, numbers, tiny, together, write
from tests.models.tiny import write_tiny_opt
from tgi.errors import EngineFailed
from tgi.server.engine import Dials
from tgi.server.engine.transformers import TransformersEngine

LONG = 1900


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[TransformersEngine]:
    """One with two seats of 2,000 tokens."""
    async with tiny(tmp_path, positions=2048, context=2000, seats=2) as opened:
        yield opened


async def begun(engine: TransformersEngine, limit: int = LONG) -> Any:
    """A generation that has said its first token."""
    tokens = engine.generate(await ids(engine, "x"), Dials(seed=1, top_k=5, temperature=2.0), limit=limit)
    await anext(tokens)
    return tokens


async def test_a_closed_generation_frees_its_seat_at_once(engine: TransformersEngine) -> None:
    first, second = await begun(engine), await begun(engine)
    waiting = asyncio.create_task(write(engine, "x", limit=1))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await first.aclose()
    async with asyncio.timeout(2):
        assert await waiting
    await second.aclose()


async def test_a_cancelled_task_frees_its_seat(engine: TransformersEngine) -> None:
    tasks = [asyncio.create_task(write(engine, "x", Dials(seed=seed), limit=LONG)) for seed in range(2)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    async with asyncio.timeout(2):
        assert await write(engine, "x", limit=1)
    assert all(
        isinstance(end, asyncio.CancelledError)
        for end in await asyncio.gather(*tasks, return_exceptions=True)
    )


async def test_one_who_waits_or_is_being_read_may_leave_too(engine: TransformersEngine) -> None:
    long = (await ids(engine, "storm " * 900))[:1800]
    first, second = await begun(engine), await begun(engine)
    waiting = asyncio.create_task(write(engine, long, limit=1))
    await asyncio.sleep(0.02)
    waiting.cancel()
    await first.aclose()
    reading = asyncio.create_task(write(engine, long, limit=1))
    prefilled = asyncio.create_task(engine.prefill(long, GREEDY))
    await asyncio.sleep(0.02)
    reading.cancel()
    prefilled.cancel()
    await asyncio.gather(waiting, reading, prefilled, return_exceptions=True)
    expected = numbers(await write(engine, "The lamp", limit=8))
    await second.aclose()
    assert numbers(await write(engine, "The lamp", limit=8)) == expected


async def test_a_prompt_is_read_right_while_rows_before_it_end(tmp_path: Path) -> None:
    async with tiny(tmp_path, positions=2048, context=2000, seats=4) as engine:
        long = (await ids(engine, "A storm of winter " * 400))[:1800]  # 15 chunks
        dials = Dials(greedy=True, repetition_penalty=1.2)
        expected = numbers(await write(engine, long, dials, limit=10))
        *_, found = await asyncio.gather(
            *(write(engine, "x", limit=limit) for limit in (3, 6, 9)), write(engine, long, dials, limit=10)
        )
        assert numbers(found) == expected


async def test_closing_ends_what_runs_and_lets_go_of_the_model(tmp_path: Path) -> None:
    async with loaded(write_tiny_opt(tmp_path, positions=2048), context=2000, seats=1) as engine:
        batch = engine._thread._batch
        assert batch is not None
        watched = weakref.ref(batch._model._inner)
        del batch
        running = asyncio.create_task(write(engine, "x", Dials(seed=1, top_k=5), limit=LONG))
        waiting = asyncio.create_task(write(engine, "x", limit=5))
        reading = asyncio.create_task(engine.prefill([2, 50], GREEDY))
        await asyncio.sleep(0.1)
        await engine.close()
        for task in (running, waiting, reading):
            with pytest.raises(EngineFailed, match="the engine is closed"):
                await task
        with pytest.raises(EngineFailed, match="the engine is closed"):
            await write(engine, "x", limit=1)
        await engine.close()  # twice is once
    del running, waiting, reading
    gc.collect()
    assert watched() is None


async def test_what_the_engine_cannot_hold_is_refused(engine: TransformersEngine) -> None:
    with pytest.raises(EngineFailed, match="prompt and text are 2001 tokens, of 2000 at most"):
        await write(engine, [2] * 1001, limit=1000)
    with pytest.raises(EngineFailed, match="the prompt has no tokens"):
        await write(engine, [], limit=1)


async def test_a_step_that_breaks_is_told_to_those_it_concerns_and_the_next_goes_on(
    engine: TransformersEngine,
) -> None:
    expected = numbers(await write(engine, "The lamp"))
    async with aclosing(await begun(engine)) as other:
        with pytest.raises(EngineFailed, match=r"the engine broke off \(IndexError\)"):
            await write(engine, [2, 10**6], limit=5)  # no such token: reading it breaks, and nothing else
        await anext(other)
    assert numbers(await write(engine, "The lamp")) == expected


async def test_a_model_whose_scores_are_no_numbers_says_so(tmp_path: Path) -> None:
    file = write_tiny_opt(tmp_path) / "model.safetensors"
    weights = load_file(file)
    weights["model.decoder.final_layer_norm.bias"].fill_(float("nan"))
    save_file(weights, file, metadata={"format": "pt"})
    async with loaded(tmp_path) as engine:
        with pytest.raises(EngineFailed, match="the model's scores are no numbers; --dtype float32 may help"):
            await write(engine, "x", limit=1)


async def test_what_a_broken_text_leaves_in_its_row_does_not_reach_the_next_one(tmp_path: Path) -> None:
    file = write_tiny_opt(tmp_path) / "model.safetensors"
    weights = load_file(file)
    weights["model.decoder.embed_tokens.weight"][300] = float("nan")  # and so are its keys and values
    weights["lm_head.weight"] = weights["model.decoder.embed_tokens.weight"].nan_to_num()
    save_file(weights, file, metadata={"format": "pt"})
    config = tmp_path / "config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"tie_word_embeddings": False}))
    async with loaded(tmp_path, seats=2) as engine:
        long = await ids(engine, "A storm of winter " * 12)
        expected = numbers(await write(engine, "x"))
        with pytest.raises(EngineFailed, match="the model's scores are no numbers"):
            await write(engine, [2] + [300] * 100, limit=5)
        found, _ = await asyncio.gather(write(engine, "x"), write(engine, long))
        assert numbers(found) == expected


async def test_memory_is_flat_over_thousands_of_texts_of_which_half_are_cancelled(tmp_path: Path) -> None:
    async with tiny(tmp_path, seats=8) as engine:
        prompts = [await ids(engine, text) for text in ("x", "The lamp " * 10, "A storm of winter " * 8)]

        async def one(number: int) -> None:
            dials = Dials(seed=number, top_p=0.9, repetition_penalty=1.1, top_n=number % 3)
            async with aclosing(engine.generate(prompts[number % 3], dials, limit=5 + number % 4)) as tokens:
                async for _ in tokens:
                    if number % 2:
                        break

        async def some(first: int, count: int) -> int:
            for begin in range(first, first + count, 40):
                await asyncio.gather(*(one(number) for number in range(begin, begin + 40)))
            gc.collect()
            return int(psutil.Process().memory_info().rss)

        await some(0, 600)
        before, tensors = await some(0, 200), live_tensors()
        after = await some(0, 2000)
        assert after - before < 8_000_000
        assert live_tensors() <= tensors


def live_tensors() -> int:
    return sum(issubclass(type(each), torch.Tensor) for each in gc.get_objects())


async def test_texts_stay_right_while_others_come_and_go(tmp_path: Path) -> None:
    async with tiny(tmp_path, seats=5) as engine:
        asked = [
            ("The lamp" * (seed % 4 + 1), Dials(seed=seed, repetition_penalty=1.3, frequency_penalty=0.5))
            for seed in range(60)
        ]
        alone = [numbers(await write(engine, prompt, dials, limit=30)) for prompt, dials in asked]

        async def leave(after: int) -> None:
            for seed in range(20):
                async with aclosing(
                    engine.generate(await ids(engine, "storm " * after), Dials(seed=seed), limit=50)
                ) as tokens:
                    for _ in range(after):
                        if await anext(tokens, None) is None:
                            break

        leaving = [asyncio.create_task(leave(after)) for after in (1, 3, 9)]
        found = await together(engine, asked, limit=30)
        await asyncio.gather(*leaving)
        assert [numbers(tokens) for tokens in found] == alone

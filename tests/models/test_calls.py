"""What the engine tells of the calls of its model, for the metrics of TGI's batches."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest

from tests.models.engines import GREEDY, ids, tiny, write
from tests.tgi.server.conftest import listening, post
from tests.tgi.server.test_metrics import told
from tgi.errors import EngineFailed
from tgi.server import app
from tgi.server.engine import Call, TellsCalls
from tgi.server.engine.transformers import TransformersEngine
from tgi.server.limits import Limits

CHUNK = 128


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[TransformersEngine]:
    """One with two seats of 500 tokens."""
    async with tiny(tmp_path, positions=2048, context=500, seats=2) as opened:
        yield opened


@pytest.fixture
def calls(engine: TransformersEngine) -> list[Call]:
    """What the engine tells."""
    assert isinstance(engine, TellsCalls)
    heard: list[Call] = []
    engine.tell_calls(heard.append)
    return heard


async def prompt(engine: TransformersEngine, length: int) -> list[int]:
    return (await ids(engine, "storm " * length))[:length]


async def test_each_chunk_of_a_prompt_and_each_step_is_a_call(
    engine: TransformersEngine, calls: list[Call]
) -> None:
    await write(engine, await prompt(engine, 2 * CHUNK + 10), limit=5)
    assert [(call.method, call.begins) for call in calls] == [
        *(("prefill", 1), ("prefill", 0), ("prefill", 0)),
        *[("decode", 0)] * 4,
    ]
    assert not any(call.failed or call.joins for call in calls)


async def test_the_parts_of_a_call_are_all_of_it(engine: TransformersEngine, calls: list[Call]) -> None:
    await write(engine, await prompt(engine, CHUNK + 10), limit=5)
    for call in calls:
        parts = [call.forward, call.decode, call.filter, call.concat]
        assert all(part is None or part >= 0 for part in parts)
        assert sum(part or 0 for part in parts) == pytest.approx(call.inference)
        assert call.forward
        assert (call.decode or 0) > 0 or call is calls[0]  # nothing is chosen before the prompt is read
    assert [call.concat is not None for call in calls] == [False, False, True, False, False, False]


async def test_a_text_that_comes_while_another_is_written_joins_it(
    engine: TransformersEngine, calls: list[Call]
) -> None:
    async with aclosing(engine.generate(await prompt(engine, 5), GREEDY, limit=400)) as first:
        await anext(first)
        await write(engine, await prompt(engine, 6), limit=3)
    assert [call.joins for call in calls if call.begins] == [False, True]


async def test_a_call_that_breaks_is_told_as_failed(engine: TransformersEngine, calls: list[Call]) -> None:
    with pytest.raises(EngineFailed):
        await write(engine, [10**9])
    assert calls == [Call("prefill", begins=1, failed=True)]


async def test_the_server_shows_the_calls_of_this_engine(engine: TransformersEngine) -> None:
    built = app.build(engine, app.Model("a/tiny-opt", None), Limits(max_total_tokens=400), version="1")
    async with listening(built) as http:
        await asyncio.gather(*(post(http, "/generate", "The lamp", max_new_tokens=10) for _ in range(2)))
        values = await told(http)
    assert values['tgi_batch_inference_count{method="prefill"}'] == 2
    assert values["tgi_batch_next_size_count"] == 2
    steps = values['tgi_batch_inference_count{method="decode"}']
    assert 9 <= steps <= 18  # together, or one after the other
    for part in ("inference", "forward", "decode", "filter"):
        assert values[f'tgi_batch_{part}_duration_count{{method="decode"}}'] == steps
        assert values[f'tgi_batch_{part}_duration_sum{{method="decode"}}'] > 0
    assert values['tgi_batch_concat_duration_count{method="decode"}'] >= 1
    assert values["tgi_request_skipped_tokens_count"] == 20

"""A prompt's log-probabilities are those that the model gives the same tokens when it writes them."""

from __future__ import annotations

import pytest

from tests.tgi.server.conftest import needs_model
from tests.tgi.server.engine.llama_cpp.conftest import CONTEXT, drawn, ids_of
from tgi.server.engine import Dials
from tgi.server.engine.llama_cpp import LlamaCpp

pytestmark = needs_model


async def test_they_are_those_of_a_greedy_text(engine: LlamaCpp) -> None:
    ids = await ids_of(engine)
    written = await drawn(engine, Dials(greedy=True), limit=20)
    told = await engine.prefill([*ids, *(token.id for token in written)], Dials())
    assert told[0] is None
    assert len(told) == len(ids) + 20
    assert told[len(ids) :] == pytest.approx([token.logprob for token in written], abs=1e-3)


async def test_each_is_that_of_the_next_token_after_those_before_it(engine: LlamaCpp) -> None:
    """Every place asked on its own, where the token is among the five likeliest."""
    ids = await ids_of(engine, "The cat sat on the mat. One, two, three, four, five, six.")
    told = await engine.prefill(ids, Dials())
    seen = 0
    for place in range(1, len(ids)):
        (likely,) = await drawn(engine, Dials(greedy=True, top_n=5), prompt=ids[:place], limit=1)
        for one in likely.top:
            if one.id == ids[place]:
                seen += 1
                assert told[place] == pytest.approx(one.logprob, abs=2e-3)
    assert seen >= 6


async def test_special_tokens_have_one_too_and_parts_of_characters_none(engine: LlamaCpp) -> None:
    ids = await ids_of(engine, "Hi 🦙!<|im_end|>\n<|im_start|>")
    pieces = [token.piece for token in await engine.tokenize("Hi 🦙!<|im_end|>\n<|im_start|>")]
    told = await engine.prefill(ids, Dials())
    assert len(told) == len(ids)
    known = dict(zip(pieces[1:], told[1:], strict=True))
    assert known[b"<|im_end|>"] is not None
    assert known[b"<|im_start|>"] is not None
    assert known[b"!"] is not None
    assert known[b" \xf0\x9f"] is None
    assert all((value is None or value <= 0) for value in known.values())


async def test_a_prompt_as_long_as_a_slot_is_read(engine: LlamaCpp) -> None:
    ids = (await ids_of(engine, "one two 三 four é 🦙 " * 100))[: CONTEXT - 1]
    told = await engine.prefill(ids, Dials())
    assert len(told) == CONTEXT - 1
    assert sum(value is not None for value in told) > CONTEXT // 2


async def test_one_token_alone_has_none(engine: LlamaCpp) -> None:
    assert await engine.prefill((await ids_of(engine))[:1], Dials()) == [None]

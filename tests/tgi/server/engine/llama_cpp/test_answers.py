"""llama.cpp's events as tokens, where a character is never completed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

import pytest

from tgi.server.engine import GeneratedToken
from tgi.server.engine.llama_cpp.answers import tokens
from tgi.server.engine.vocabulary import Vocabulary

A, WAVE_1, WAVE_2, WAVE_3, UNKNOWN = range(5)
VOCABULARY = Vocabulary([b"a", b"\xf0\x9f", b"\x8c", b"\x8a", "\ufffd".encode()], frozenset())


def event(text: str, last: int, drawn: int) -> dict[str, Any]:
    """As the runtime tells of the tokens since the last event. `drawn`: how many there were in all."""
    content = [{"id": last, "logprob": -0.5}]
    choice = {"text": text, "finish_reason": None, "logprobs": {"content": content}}
    return {"choices": [choice], "timings": {"predicted_n": drawn}}


async def heard(*events: dict[str, Any]) -> list[GeneratedToken]:
    async def told() -> AsyncGenerator[dict[str, Any]]:
        for each in events:
            yield each

    return [token async for token in tokens(told(), VOCABULARY, top_n=0)]


async def test_the_tokens_of_a_whole_character_are_found_again() -> None:
    found = await heard(event("a", A, 1), event("🌊", WAVE_3, 4), event("a", A, 5))
    assert [token.id for token in found] == [A, WAVE_1, WAVE_2, WAVE_3, A]
    assert [token.text for token in found] == ["a", "", "", "🌊", "a"]
    assert [token.logprob for token in found] == [-0.5, None, None, -0.5, -0.5]


@pytest.mark.parametrize(
    ("text", "last", "texts"),
    [
        ("\ufffda", A, ["\ufffd", "a"]),
        ("\ufffd\ufffd", WAVE_2, ["\ufffd\ufffd", ""]),
        ("\ufffd\ufffda", A, ["\ufffd\ufffda", ""]),
    ],
)
async def test_a_character_that_is_broken_off_costs_neither_text_nor_count(
    text: str, last: int, texts: list[str]
) -> None:
    found = await heard(event(text, last, 2), event("🌊", WAVE_3, 5))
    assert [token.id for token in found] == [UNKNOWN, last, WAVE_1, WAVE_2, WAVE_3]
    assert [token.text for token in found] == [*texts, "", "", "🌊"]
    assert not any(token.special for token in found)


def test_a_vocabulary_without_the_replacement_character_has_its_first_byte_or_else_any_token() -> None:
    assert Vocabulary([b"a", b"\xef"], frozenset()).unknown == 1
    assert Vocabulary([b"a"], frozenset()).unknown == 0

"""Grammars hold the text from its first token to its end, and what cannot be held to is refused at once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.models.engines import loaded, numbers, tiny, together, write
from tests.models.test_texts import OTHERS, write_other
from tgi.errors import InvalidInput
from tgi.server.engine import Dials, GeneratedToken, GrammarRule
from tgi.server.engine.transformers import TransformersEngine

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "title": {"type": "string", "maxLength": 8, "pattern": "^[a-z]*$"},
        "year": {"type": "integer", "minimum": 1900, "maximum": 1999},
        "cast": {"type": "array", "items": {"enum": ["keeper", "brother"]}, "minItems": 1, "maxItems": 2},
        "film": {"$ref": "#/$defs/yes"},
    },
    "required": ["title", "year", "cast", "film"],
    "$defs": {"yes": {"type": "boolean"}},
}


def text(tokens: list[GeneratedToken]) -> str:
    return "".join(token.text for token in tokens if not token.special)


def regex(pattern: str) -> GrammarRule:
    return GrammarRule("regex", pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "[a-c]{3,6}",
        r"^\d{4}-\d\d-\d\d$",
        r"(lamp|ship|storm)( \w{2,5}){2}",
        r"[^\W\d]{3}[\]\[&~x]{4}",
        r"[]a]{4}",
        "灯塔[一二三]集é{2}",
        r"a\$b\\$",
        r"\S{3}\s\D{2}",
    ],
)
async def test_a_text_matches_all_of_its_expression_and_then_ends(tmp_path: Path, pattern: str) -> None:
    async with tiny(tmp_path) as engine:
        for seed in range(4):
            tokens = await write(engine, "x", Dials(seed=seed, grammar=regex(pattern)), limit=80)
            assert tokens[-1].ends
            assert re.fullmatch(pattern, text(tokens), re.ASCII)


async def test_a_text_follows_its_schema(tmp_path: Path) -> None:
    async with tiny(tmp_path) as engine:
        for seed in range(6):
            dials = Dials(seed=seed, temperature=1.5, grammar=GrammarRule("json", SCHEMA))
            tokens = await write(engine, "Synopsis:", dials, limit=150)
            assert tokens[-1].ends
            jsonschema.validate(json.loads(text(tokens)), SCHEMA)


async def test_a_schema_with_properties_means_an_object_of_these_only(tmp_path: Path) -> None:
    rule = GrammarRule("json", {"properties": {"a": {"properties": {"b": {"type": "boolean"}}}}})
    async with tiny(tmp_path) as engine:
        for seed in range(6):
            tokens = await write(engine, "x", Dials(seed=seed, grammar=rule), limit=60)
            found = json.loads(text(tokens))
            assert set(found) <= {"a"}
            assert set(found.get("a", {})) <= {"b"}


async def test_greedy_texts_filters_and_penalties_hold_to_a_grammar_too(tmp_path: Path) -> None:
    async with tiny(tmp_path) as engine:
        for dials in (
            {"greedy": True},
            {"top_k": 1},
            {"top_p": 0.01},
            {"typical_p": 0.01},
            {"repetition_penalty": 2.0, "frequency_penalty": 2.0, "watermark": True},
        ):
            tokens = await write(engine, "x", Dials(grammar=regex("[ab]{5}c"), **dials), limit=20)
            assert re.fullmatch("[ab]{5}c", text(tokens))


async def test_the_likeliest_tokens_are_those_that_the_grammar_allows(tmp_path: Path) -> None:
    async with loaded(write_other(tmp_path, OTHERS["gpt2"])) as engine:
        tokens = await write(engine, "x", Dials(greedy=True, top_n=5, grammar=regex("[ab]")), limit=5)
        assert {one.text for one in tokens[0].top} == {"a", "b"}
        assert [one.text for one in tokens[1].top] == ["</s>"]


async def test_of_an_opt_the_likeliest_tokens_are_told_as_if_there_were_no_grammar(tmp_path: Path) -> None:
    async with tiny(tmp_path) as engine:
        (free,) = await write(engine, "x", Dials(greedy=True, top_n=5), limit=1)
        held = await write(engine, "x", Dials(greedy=True, top_n=5, grammar=regex("[ab]")), limit=5)
        assert held[0].text in {"a", "b"}
        assert held[0].top == free.top


async def test_texts_with_and_without_grammars_share_a_batch(tmp_path: Path) -> None:
    async with tiny(tmp_path) as engine:
        asked = [
            Dials(seed=1, grammar=regex("[a-c]{9}")),
            Dials(seed=1),
            Dials(seed=1, grammar=regex("[xyz]{9}")),
        ]
        alone = [numbers(await write(engine, "x", dials, limit=9)) for dials in asked]
        found = await together(engine, [("x", dials) for dials in asked], limit=9)
        assert [numbers(tokens) for tokens in found] == alone
        assert re.fullmatch("[a-c]{9}", text(found[0]))
        assert re.fullmatch("[xyz]{9}", text(found[2]))


BROKEN = {
    "(": "unclosed group",
    "a)": "unopened group",
    "[a": "unclosed character class",
    "*a": "repetition operator missing expression",
    "a{3,1}": "invalid repetition count range, the start must be <= the end",
    "(?=a)b": "look-around, including look-ahead and look-behind, is not supported",
    r"(a)\1": "backreferences are not supported",
}


@pytest.mark.parametrize("pattern", BROKEN)
async def test_a_broken_or_unsupported_expression_is_refused_before_anything_runs(
    tmp_path: Path, pattern: str
) -> None:
    async with tiny(tmp_path) as engine:
        refusal = await refused(engine, regex(pattern))
        assert refusal == f"Input validation error: grammar is not valid: {BROKEN[pattern]}"


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"not": {"type": "string"}}, 'Unimplemented keys: ["not"]'),
        ({"type": "array", "uniqueItems": True}, 'Unimplemented keys: ["uniqueItems"]'),
        ({"$ref": "#/nowhere"}, "Pointer '/nowhere' does not exist"),
        ({"type": "string", "pattern": "("}, "unclosed group"),
    ],
)
async def test_a_schema_that_cannot_be_held_to_is_refused(
    tmp_path: Path, schema: dict[str, Any], reason: str
) -> None:
    async with tiny(tmp_path) as engine:
        refusal = await refused(engine, GrammarRule("json", {"properties": {"a": schema}}))
        assert refusal == f"Input validation error: grammar is not valid: {reason}"


async def refused(engine: TransformersEngine, rule: GrammarRule) -> str:
    with pytest.raises(InvalidInput) as caught:
        await write(engine, "x", Dials(grammar=rule))
    assert await write(engine, "x", limit=1)
    return str(caught.value)

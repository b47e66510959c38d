"""Texts under a grammar, drawn from the real model: regular expressions hold, and so do JSON schemas."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tgi.server.conftest import needs_model
from tests.tgi.server.engine.llama_cpp.conftest import drawn, text_of
from tests.tgi.server.engine.llama_cpp.patterns import patterns
from tgi.errors import InvalidInput
from tgi.server.engine import Dials, GrammarRule
from tgi.server.engine.llama_cpp import LlamaCpp

pytestmark = needs_model

LIMIT = 40


def closed(**properties: Any) -> dict[str, Any]:
    """An object with just these members."""
    required = [*properties]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


async def drawn_under(
    engine: LlamaCpp, kind: str, value: Any, *, seed: int = 3, limit: int = 80
) -> tuple[str, bool]:
    """A text at a high temperature, and whether it came to its end."""
    rule = GrammarRule("regex" if kind == "regex" else "json", value)
    tokens = await drawn(engine, Dials(seed=seed, temperature=1.3, grammar=rule), limit=limit)
    return text_of(tokens), tokens[-1].ends


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pattern=patterns(), seed=st.integers(0, 999))
async def test_what_ends_under_a_regex_matches_it(engine: LlamaCpp, pattern: str, seed: int) -> None:
    text, ended = await drawn_under(engine, "regex", pattern, seed=seed, limit=12)
    if ended:
        assert re.fullmatch(pattern, text, re.ASCII)


@pytest.mark.parametrize(
    "pattern",
    [
        r"[A-Z][a-z]{3,6} (is|was) \d+\.",
        r"^(yes|no|maybe)$",
        r"\d{4}-\d{2}-\d{2}",
        r"(?:ha){3}!?",
        r"[你好]{2}🦙",
        r"([a-z]{1,9}, ){2}[a-z]{1,9}\.",
    ],
)
async def test_a_regex_holds_for_the_whole_text(engine: LlamaCpp, pattern: str) -> None:
    for seed in range(3):
        text, ended = await drawn_under(engine, "regex", pattern, seed=seed)
        assert ended
        assert re.fullmatch(pattern, text, re.ASCII)


SCHEMAS = {
    "numbers": closed(a={"type": "integer", "minimum": 3, "maximum": 40}, b={"type": "boolean"}),
    "fractions": closed(a={"type": "number", "minimum": 1.5, "maximum": 3}),
    "texts": closed(a={"type": "string", "minLength": 2, "maxLength": 9}, b={"type": "null"}),
    "patterns": closed(a={"type": "string", "pattern": "^[A-Z]{2}-[0-9]+$", "maxLength": 9}),
    "choices": closed(a={"enum": ["x", 3, None]}, b={"const": "你🦙é"}),
    "lists": closed(
        a={"type": "array", "items": {"type": "integer", "maximum": 99, "minimum": 0}, "maxItems": 3}
    ),
    "tuples": closed(
        a={"type": "array", "prefixItems": [{"type": "boolean"}, {"const": 1}], "items": False, "minItems": 2}
    ),
    "unions": closed(a={"anyOf": [{"type": "boolean"}, {"const": "no"}]}),
    "references": {**closed(a={"$ref": "#/$defs/one"}), "$defs": {"one": closed(b={"type": "boolean"})}},
    "formats": closed(a={"type": "string", "format": "date"}),
    "left out": {**closed(a={"type": "boolean"}, b={"type": "boolean"}), "required": ["b"]},
    "annotated": closed(a={"type": "boolean", "title": "x", "description": "y", "default": True}),
}


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
async def test_a_text_under_a_schema_is_valid_and_ends(engine: LlamaCpp, schema: dict[str, Any]) -> None:
    for seed in range(2):
        text, ended = await drawn_under(engine, "json", schema, seed=seed)
        assert ended
        jsonschema.validate(json.loads(text), schema)
        assert text.startswith('{"')  # and not with whitespace, with which a small model goes on


UNREAD: dict[str, Any] = {
    "not": {"not": {"type": "integer"}},
    "if": {"if": {"type": "integer"}, "then": {"minimum": 3}},
    "uniqueItems": {"type": "array", "items": {"type": "boolean"}, "uniqueItems": True},
    "contains": {"type": "array", "contains": {"const": 3}},
    "propertyNames": {"type": "object", "propertyNames": {"pattern": "^a"}},
    "dependentRequired": {"type": "object", "dependentRequired": {"a": ["b"]}},
    "dependentSchemas": {"type": "object", "dependentSchemas": {"a": {}}},
    "unevaluatedProperties": {"type": "object", "unevaluatedProperties": False},
    "unevaluatedItems": {"type": "array", "unevaluatedItems": False},
}


@pytest.mark.parametrize("keyword", UNREAD)
async def test_a_keyword_that_is_not_read_is_refused_by_name(engine: LlamaCpp, keyword: str) -> None:
    for schema in (closed(a=UNREAD[keyword]), closed(a={"anyOf": [{"type": "null"}, UNREAD[keyword]]})):
        with pytest.raises(
            InvalidInput, match=rf"grammar is not valid: `{keyword}` in a schema is not supported"
        ):
            await drawn_under(engine, "json", schema)


@pytest.mark.parametrize(
    "broken",
    [
        {"$ref": "#/$defs/nowhere"},
        {"$ref": "https://example.com/a"},
        {"type": "string", "format": "frob"},
        {"type": "string", "pattern": "^(?=a)b$"},
        {"type": "integer", "minimum": 3, "maximum": 1},
        {"oneOf": [{"type": "integer"}, {"type": "number"}]},
    ],
    ids=str,
)
async def test_a_schema_that_is_not_held_to_is_refused_and_never_ignored(
    engine: LlamaCpp, broken: dict[str, Any]
) -> None:
    for _ in range(2):
        with pytest.raises(InvalidInput, match="this engine cannot hold to all of the schema"):
            await drawn_under(engine, "json", closed(a=broken))


async def test_the_log_probability_under_a_grammar_is_the_models_own(engine: LlamaCpp) -> None:
    free = (await drawn(engine, Dials(greedy=True, top_n=5), limit=1))[0].top
    rule = GrammarRule("regex", r".+")
    under = (await drawn(engine, Dials(greedy=True, top_n=5, grammar=rule), limit=1))[0].top
    assert [one.id for one in under] == [one.id for one in free]
    assert [one.logprob for one in under] == pytest.approx([one.logprob for one in free], abs=1e-3)

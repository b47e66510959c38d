"""Grammars as the router takes them: what is refused before any engine, and what an engine is given."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from tests.tgi.server.conftest import Serve, frames, post
from tests.tgi.server.scripted import Scripted
from tgi.server.engine import GrammarRule
from tgi.server.limits import Limits

SCHEMA: dict[str, Any] = {"properties": {"name": {"type": "string"}}, "required": ["name"]}
CLOSED = {"type": "object", "additionalProperties": False, **SCHEMA}


@pytest.mark.parametrize(
    "grammar",
    [
        {"type": "json", "value": SCHEMA},
        {"type": "json_object", "value": SCHEMA},
        {"type": "json", "value": json.dumps(SCHEMA)},
        {"type": "json_schema", "value": {"name": "person", "schema": SCHEMA}},
        {"type": "json_schema", "value": {"schema": SCHEMA, "strict": True}},
    ],
)
async def test_a_schema_reaches_the_engine_in_whatever_way_it_is_given(
    http: aiohttp.ClientSession, engine: Scripted, grammar: dict[str, Any]
) -> None:
    await post(http, "/generate", grammar=grammar, max_new_tokens=1)
    assert engine.asked[0][1].grammar == GrammarRule("json", CLOSED)


async def test_objects_have_their_properties_and_no_others_as_with_tgi(
    http: aiohttp.ClientSession, engine: Scripted
) -> None:
    inner = {"properties": {"x": {"type": "integer"}}}
    schema = {
        "properties": {
            "one": inner,
            "many": {"type": "array", "items": inner},
            "properties": {"type": "null"},
        },
        "additionalProperties": {"type": "string"},
    }
    await post(http, "/generate", grammar={"type": "json", "value": schema}, max_new_tokens=1)
    closed = {"type": "object", "additionalProperties": False, **inner}
    grammar = engine.asked[0][1].grammar
    assert grammar is not None
    assert grammar.value == {
        "type": "object",
        "properties": {
            "one": closed,
            "many": {"type": "array", "items": closed},
            "properties": {"type": "null"},
        },
        "additionalProperties": {"type": "string"},
    }


async def test_a_pattern_reaches_the_engine_as_it_stands(
    http: aiohttp.ClientSession, engine: Scripted
) -> None:
    await post(http, "/generate", grammar={"type": "regex", "value": "[a-z]+"}, max_new_tokens=1)
    assert engine.asked[0][1].grammar == GrammarRule("regex", "[a-z]+")


@pytest.mark.parametrize(
    ("grammar", "words"),
    [
        ({"type": "json", "value": 3}, "grammar is not supported"),
        ({"type": "json", "value": "{"}, "grammar is not valid: Expecting property name"),
        ({"type": "json", "value": "[" * 100_000}, "grammar is not valid: "),
        ({"type": "json", "value": {"type": "strin", "properties": {}}}, 'grammar is not valid: "strin" is'),
        ({"type": "json", "value": {"type": "object"}}, "grammar is not valid: Grammar must have a 'prop"),
        ({"type": "json", "value": "true"}, "grammar is not valid: Grammar must have a 'properties' field"),
        ({"type": "json_schema", "value": {"schema": [1]}}, "grammar is not valid: [1] is not of types"),
    ],
)
async def test_a_broken_grammar_is_told_in_the_routers_words(
    http: aiohttp.ClientSession, engine: Scripted, grammar: dict[str, Any], words: str
) -> None:
    reply = await post(http, "/generate", grammar=grammar)
    assert reply["error"].startswith(f"Input validation error: {words}")
    assert await frames(http, grammar=grammar) == [reply]
    assert engine.asked == []


@pytest.mark.parametrize(
    ("grammar", "words"),
    [
        ({"type": "regex", "value": 3}, "parameters.grammar.value: invalid type: integer `3`"),
        ({"type": "json_schema", "value": {}}, "missing field `schema`"),
        ({"type": "regex"}, "parameters.grammar: missing field `value`"),
        ({"value": "a"}, "parameters.grammar: missing field `type`"),
        ({"type": "ebnf", "value": "a"}, "parameters.grammar.type: unknown variant `ebnf`"),
    ],
)
async def test_a_grammar_of_another_shape_is_plain_text(
    http: aiohttp.ClientSession, grammar: dict[str, Any], words: str
) -> None:
    async with http.post("/generate", json={"inputs": "a", "parameters": {"grammar": grammar}}) as answer:
        assert (answer.status, answer.content_type) == (422, "text/plain")
        assert words in await answer.text()


async def test_grammars_may_be_switched_off(serve: Serve) -> None:
    http = await serve(Limits(max_total_tokens=100, disable_grammar_support=True))
    reply = await post(http, "/generate", grammar={"type": "regex", "value": "a"})
    assert reply["error"] == "Input validation error: grammar is not supported"

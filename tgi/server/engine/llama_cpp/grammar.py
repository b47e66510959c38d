"""A request's grammar as llama.cpp's own kind, GBNF; what it could not hold to is refused by name beforehand.

Regular expressions are translated here (`regex`), JSON schemas by llama.cpp, which skips in silence what it
does not know: those keywords are looked for first.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tgi.errors import InvalidInput
from tgi.server.engine import GrammarRule
from tgi.server.engine.llama_cpp.regex import to_gbnf
from tgi.server.engine.llama_cpp.runtime import json_schema_to_gbnf

# What llama.cpp's json-schema-to-grammar.cpp does not read.
_UNREAD: Final = (
    "not",
    "if",
    "then",
    "else",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "multipleOf",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
    "$dynamicRef",
)
# At most one blank between two signs, as in TGI's regular expression: without, a model may write line breaks
# until its tokens are spent.
_BLANKS: Final = {"x-guidance": {"whitespace_pattern": "[ ]?"}}
_BOUNDS: Final = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
_OF_SCHEMAS: Final = ("properties", "$defs", "definitions")
_LISTS: Final = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE: Final = ("items", "additionalProperties")


def gbnf(rule: GrammarRule) -> str:
    """Translate a grammar.

    Raises:
        InvalidInput: it is broken, or llama.cpp cannot hold to all of it.

    """
    if isinstance(rule.value, str):
        return to_gbnf(rule.value)
    for schema in _within(rule.value):
        _check(schema)
    try:
        return json_schema_to_gbnf(json.dumps({**rule.value, **_BLANKS}))
    except RuntimeError as error:
        reason = str(error).removeprefix("json_schema_to_grammar: ").replace("\n", " ").strip()
        raise InvalidInput(f"grammar is not valid: {reason}") from error


def _check(schema: Mapping[str, Any]) -> None:
    for keyword in _UNREAD:
        if keyword in schema:
            raise InvalidInput(f"grammar is not valid: `{keyword}` in a schema is not supported")
    kinds = schema.get("type")
    if "number" in (kinds if isinstance(kinds, list) else [kinds]):
        for keyword in _BOUNDS:
            if keyword in schema:
                raise InvalidInput(
                    f"grammar is not valid: `{keyword}` is supported for integers only, not for numbers"
                )


def _within(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the schema and those inside it."""
    inside = [schema]
    while inside:
        each = inside.pop()
        yield each
        found = [each.get(name) for name in _SINGLE]
        for name in _LISTS:
            several = each.get(name)
            found += several if isinstance(several, list) else []
        for name in _OF_SCHEMAS:
            named = each.get(name)
            found += named.values() if isinstance(named, dict) else []
        inside += [other for other in found if isinstance(other, dict)]

"""A request's grammar in a form that llama.cpp reads; what it could not hold to is refused by name before.

Regular expressions become GBNF, its own kind (`regex`). JSON schemas go to llguidance, which it is built
with; `schemas` sees that they arrived. Whitespace is what `json.dumps` puts: TGI's own expressions allow at
most one space, and a small model that may write any goes on with it until its tokens are spent.
Source: llguidance's docs/json_schema.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tgi.errors import InvalidInput
from tgi.server.engine import GrammarRule
from tgi.server.engine.llama_cpp.regex import to_gbnf
from tgi.server.engine.llama_cpp.runtime import json_schema_to_grammar

LLGUIDANCE: Final = "%llguidance"
"""How a grammar begins that is not GBNF."""

_WHITESPACE: Final = {
    "x-guidance": {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
}
# What llguidance does not read, beside what only annotates.
_UNREAD: Final = (
    "not",
    "if",
    "then",
    "else",
    "propertyNames",
    "uniqueItems",
    "contains",
    "minContains",
    "maxContains",
    "dependencies",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedItems",
    "unevaluatedProperties",
    "$dynamicRef",
)
_OF_SCHEMAS: Final = ("properties", "patternProperties", "$defs", "definitions")
_LISTS: Final = ("anyOf", "oneOf", "allOf", "prefixItems")
_SINGLE: Final = ("items", "additionalProperties")


def written(rule: GrammarRule) -> str:
    """Translate a grammar.

    Raises:
        InvalidInput: it is broken, or llama.cpp cannot hold to all of it.

    """
    if isinstance(rule.value, str):
        return to_gbnf(rule.value)
    refuse_keywords(rule.value, _UNREAD)
    grammar = json_schema_to_grammar(json.dumps(rule.value | _WHITESPACE))
    if not grammar.startswith(LLGUIDANCE):
        raise InvalidInput("grammar is not valid: this build of llama.cpp reads no JSON schemas (llguidance)")
    return grammar


def refuse_keywords(schema: Mapping[str, Any], unread: tuple[str, ...]) -> None:
    """Look for keywords in a schema and all inside it.

    Raises:
        InvalidInput: there is one of them.

    """
    for each in _within(schema):
        for keyword in unread:
            if keyword in each:
                raise InvalidInput(f"grammar is not valid: `{keyword}` in a schema is not supported")


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

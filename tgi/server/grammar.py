"""A request's grammar, checked as the router does before any engine sees it (router/src/validation.rs)."""

from __future__ import annotations

import json
from typing import Any

from tgi.errors import InvalidInput
from tgi.protocol import Grammar, JsonSchemaConfig
from tgi.server.engine import GrammarRule
from tgi.server.engine.schema import closed


def rule_of(grammar: Grammar) -> GrammarRule:
    """Return what an engine holds a text to.

    A schema must be one of JSON Schema 2020-12 and have `properties`, without which TGI cannot build its
    regular expression. Whether an expression is one is the engine's to say.

    Raises:
        InvalidInput: the router would refuse it, in its words.

    """
    if grammar.type == "regex":
        return GrammarRule("regex", grammar.value)
    schema = grammar.value.schema_ if isinstance(grammar.value, JsonSchemaConfig) else _object(grammar.value)
    _check(schema)
    return GrammarRule("json", closed(schema))


def _object(value: Any) -> Any:  # noqa: ANN401 - whatever JSON held
    if isinstance(value, str):
        try:
            return json.loads(value)
        except (ValueError, RecursionError) as error:
            raise InvalidInput(f"grammar is not valid: {error}") from error
    if not isinstance(value, dict):
        raise InvalidInput("grammar is not supported")
    return value


def _check(schema: Any) -> None:  # noqa: ANN401 - as above
    import jsonschema_rs  # noqa: PLC0415 - of the extras that serve; a request without a grammar needs none

    try:
        # The router holds it to 2020-12 whatever `$schema` it names.
        jsonschema_rs.meta.validate(_without_dialect(schema))
    except (jsonschema_rs.ValidationError, ValueError, RecursionError) as error:
        reason = error.message if isinstance(error, jsonschema_rs.ValidationError) else str(error)
        raise InvalidInput(f"grammar is not valid: {reason}") from error
    if not isinstance(schema, dict) or "properties" not in schema:
        raise InvalidInput("grammar is not valid: Grammar must have a 'properties' field")


def _without_dialect(schema: Any) -> Any:  # noqa: ANN401 - as above
    return {key: schema[key] for key in schema if key != "$schema"} if isinstance(schema, dict) else schema

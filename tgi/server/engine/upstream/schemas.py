"""Does llama.cpp's server hold to a JSON schema? What it cannot read it skips, or all of the schema at once.

Its own reader (common/json-schema-to-grammar.cpp) skips keywords; built with llguidance, it writes free text.
So some keywords are refused by name, and each schema is tried once: a token that begins no JSON text is made
certain, and must be kept from coming.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from tgi.errors import InvalidInput
from tgi.server.engine.llama_cpp.grammar import refuse_keywords
from tgi.server.engine.upstream.dialect import need
from tgi.server.engine.upstream.wire import Refused, Wire

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
"""What its own reader of schemas (json-schema-to-grammar.cpp) skips without a word."""
_REMEMBERED: Final = 64
_CERTAIN: Final = 1e9


class Schemas:
    """Tries schemas, and remembers the last that were held to."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._held: deque[str] = deque(maxlen=_REMEMBERED)

    async def check(self, schema: Mapping[str, Any], *, barred: int) -> None:
        """Try a schema that is not known yet; `barred` is a token that begins no JSON text.

        Raises:
            InvalidInput: it is not held to.
            EngineFailed: the server does not answer.

        """
        refuse_keywords(schema, _UNREAD)
        known = json.dumps(schema)
        if known in self._held:
            return
        try:
            told = await self._wire.post("/completion", _tried(schema, barred))
        except Refused as error:
            if error.status != HTTPStatus.BAD_REQUEST:
                raise
            raise InvalidInput(f"grammar is not valid: {error}") from error
        if need(told, "tokens") == [barred]:
            raise InvalidInput("grammar is not valid: the upstream cannot hold to all of the schema")
        self._held.append(known)


def _tried(schema: Mapping[str, Any], barred: int) -> dict[str, Any]:
    return {
        "prompt": [barred],
        "n_predict": 1,
        "temperature": 0.0,
        "samplers": ["temperature"],
        "logit_bias": [[barred, _CERTAIN]],
        "json_schema": schema,
        "return_tokens": True,
    }

"""JSON schemas as TGI reads them, for whoever hands one to a compiler of grammars."""

from __future__ import annotations

from typing import Any


def closed(schema: Any) -> Any:  # noqa: ANN401 - JSON
    """Read a schema as TGI's regular expression does: `properties` make an object, which has no others.

    JSON Schema itself would let a bare number through, and members that go on until the tokens are spent.
    Where `allOf` adds members from elsewhere, it stays open: closed, nothing could hold to it.
    """
    if not isinstance(schema, dict):
        return schema
    made = dict(schema)
    for key in ("properties", "$defs", "definitions"):
        if isinstance(schema.get(key), dict):
            made[key] = {name: closed(each) for name, each in schema[key].items()}
    for key in ("anyOf", "oneOf", "prefixItems"):
        if isinstance(schema.get(key), list):
            made[key] = [closed(each) for each in schema[key]]
    if isinstance(schema.get("items"), dict):
        made["items"] = closed(schema["items"])
    if isinstance(schema.get("properties"), dict) and "allOf" not in schema:
        made = {"type": "object", "additionalProperties": False, **made}
    return made

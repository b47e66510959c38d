"""Values from a JSON schema: mostly right ones, so that a request comes far, and then some that are not.

Schemathesis reads this document too, but makes two requests a second of it; this makes a thousand.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

__all__ = ["Values"]

_DEEP = 7
_WORDS = (
    "room",
    "枯井",
    "a",
    "The Dry Well",
    "film",
    "@everyone",
    "<@1100000000000000031>",
    "x y",
    "é",
    "\u202eabc",
    "😀",
)
_ODD = (
    "",
    "\x00",
    "a\x00b",
    "x" * 5000,
    "\u200b",
    " ",
    "../..",
    "%s%n",
    "{{7*7}}",
    "NaN",
    "null",
    "\r\n",
    "🏳️‍🌈" * 40,
)
_NUMBERS = (0, 1, -1, 2, 25, 100, 2**31 - 1, 2**31, 2**53, 2**63, -(2**63), 10**30, 0.5, -0.0, 1e300)
_FORMATS = {
    "date-time": (
        "2026-01-01T00:00:00+00:00",
        "2031-06-01T10:00:00.000000+00:00",
        "1990-01-01T00:00:00Z",
        "soon",
    ),
    "uri": ("https://example.org/a.png", "attachment://a.txt", "javascript:1", "http://["),
}


class Values:
    """Draws values with `dice`. `ids` gives an id of something that is."""

    def __init__(self, schemas: dict[str, Any], dice: random.Random, ids: Callable[[str], str]) -> None:
        self._schemas = schemas
        self._dice = dice
        self._ids = ids

    def of(self, schema: dict[str, Any], name: str = "", depth: int = 0) -> Any:
        """A value that `schema` allows, nearly always; `name` is the property's."""
        if "$ref" in schema:
            kind = schema["$ref"].rpartition("/")[2]
            return self._ids(name) if kind == "SnowflakeType" else self.of(self._schemas[kind], name, depth)
        for several in ("oneOf", "anyOf"):
            if several in schema and schema.get("type") in {None, "object"}:
                return self._one_of(schema[several], name, depth)
        if schema.get("enum") or "const" in schema:
            return self._dice.choice(schema.get("enum") or [schema["const"]])
        if "allOf" in schema:
            return self._all_of(schema, name, depth)
        if "oneOf" in schema or "anyOf" in schema:  # Discord lists an enum's values so
            return self.of(self._dice.choice(schema.get("oneOf") or schema["anyOf"]), name, depth)
        kinds = schema.get("type", "object")
        kind = (
            kinds
            if isinstance(kinds, str)
            else self._dice.choice([each for each in kinds if each != "null"] * 4 + kinds)
        )
        return self._typed(kind, schema, name, depth)

    def _typed(self, kind: str, schema: dict[str, Any], name: str, depth: int) -> Any:
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, depth)
        if kind == "string":
            return self._text(schema, name)
        if kind in {"integer", "number"}:
            return self._number(int(schema.get("minimum", 0)), int(schema.get("maximum", 200)))
        return self._dice.random() < 0.5 if kind == "boolean" else None

    def _number(self, low: int, high: int) -> int:
        return self._dice.choice((low, high, self._dice.randint(low, max(low, high))))

    def _array(self, schema: dict[str, Any], name: str, depth: int) -> list[Any]:
        least = schema.get("minItems", 0)
        most = min(schema.get("maxItems", 3), 1 if depth > _DEEP else 3)
        count = self._dice.randint(min(least, 3), max(most, least))
        return [self.of(schema.get("items", {}), name, depth + 1) for _ in range(count)]

    def _one_of(self, branches: list[dict[str, Any]], name: str, depth: int) -> Any:
        full = [each for each in branches if each.get("type") != "null"]
        if depth > _DEEP and len(full) < len(branches):
            return None
        return self.of(self._dice.choice(full * 5 + branches), name, depth + 1)

    def _all_of(self, schema: dict[str, Any], name: str, depth: int) -> Any:
        drawn = [self.of(each, name, depth) for each in schema["allOf"]]
        if "properties" in schema:
            drawn.append(self._object(schema, depth))
        if all(isinstance(each, dict) for each in drawn):
            return {key: value for each in drawn for key, value in each.items()}
        return drawn[0]

    def _object(self, schema: dict[str, Any], depth: int) -> dict[str, Any]:
        required = set(schema.get("required", ()))
        chance = max(0.04, 0.4 - 0.07 * depth)
        drawn = {}
        for key, inner in schema.get("properties", {}).items():
            if (key in required and self._dice.random() < 0.98) or self._dice.random() < chance:
                drawn[key] = self.of(inner, key, depth + 1)
        extra = schema.get("additionalProperties")
        if isinstance(extra, dict) and self._dice.random() < chance:
            drawn[self._dice.choice(_WORDS)] = self.of(extra, "", depth + 1)
        return drawn

    def _text(self, schema: dict[str, Any], name: str) -> str:
        written = schema.get("format", "")
        if written in _FORMATS:
            return self._dice.choice(_FORMATS[written])
        if written == "snowflake" or name.endswith("_id"):
            return self._ids(name)
        if name == "permissions" or "allow" in name or "deny" in name:
            return str(self._dice.getrandbits(self._dice.choice((12, 40, 52))))
        low, high = schema.get("minLength", 0), schema.get("maxLength", 60)
        text = self._dice.choice(_WORDS)
        if self._dice.random() < 0.05:
            text = self._dice.choice(_ODD)
        if self._dice.random() < 0.05:
            text = "x" * (high + self._dice.choice((0, 0, 1)))
        return text.ljust(low, "a")

    def spoilt(self, value: Any, depth: int = 0) -> Any:
        """`value` with something in it of another type, missing, doubled, far too large or too deep."""
        if isinstance(value, dict) and value and self._dice.random() < 0.85:
            key = self._dice.choice(list(value))
            if self._dice.random() < 0.1:
                return {one: inner for one, inner in value.items() if one != key}
            return {**value, key: self.spoilt(value[key], depth + 1)}
        if isinstance(value, list) and value and self._dice.random() < 0.75:
            at = self._dice.randrange(len(value))
            if self._dice.random() < 0.1:
                return value * self._dice.choice((2, 40))
            return [*value[:at], self.spoilt(value[at], depth + 1), *value[at + 1 :]]
        return self._dice.choice((self._odd_text, self._odd_number, self._odd_shape))()

    def _odd_text(self) -> str:
        return self._dice.choice(_ODD)

    def _odd_number(self) -> float:
        return self._dice.choice(_NUMBERS)

    def _odd_shape(self) -> Any:
        nested: Any = []
        for _ in range(self._dice.choice((1, 30, 300))):
            nested = [nested] if self._dice.random() < 0.5 else {"components": [nested]}
        few: tuple[Any, ...] = (None, True, False, [], {}, [None], {"": None}, [[]], {"id": []})
        return self._dice.choice((*few, nested))

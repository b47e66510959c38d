"""JSON that is no such request: which field holds what it should not, or is missing."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tgi.server.serde.way import prefix

_INTEGERS: Final = {
    "best_of": "usize",
    "truncate": "usize",
    "seed": "u64",
    "top_k": "i32",
}
"""What the router takes for a whole number; all that are not named here are u32."""

_NAMES: Final = {"Grammar": "adjacently tagged enum GrammarType"}
"""What expects an object, where that is not a struct of the model's own name."""

_KINDS: Final = {
    "string_type": "a string",
    "bool_type": "a boolean",
    "list_type": "a sequence",
    "float_type": "f32",
    "finite_number": "f32",
}
_OUT_OF_RANGE: Final = frozenset({"greater_than_equal", "less_than_equal"})
_GRAMMARS: Final = ("json", "json_object", "regex", "json_schema")
_LARGEST: Final = 2**64


def shape(error: ValidationError, body: bytes) -> str:
    """Say why JSON is no such request: the first thing that is wrong, fields that are missing last."""
    text = body.decode(errors="replace")  # what follows the value may be anything
    details = error.errors(include_url=False)
    placed = [(_end_of(text, detail["loc"]), index, detail) for index, detail in enumerate(details)]
    end, _, first = min(placed, key=lambda place: (place[2]["type"] == "missing", *place[:2]))
    before = text[:end].encode()
    line = before.count(b"\n") + 1
    column = len(before) - (before.rfind(b"\n") + 1)
    return f"{_words(first)} at line {line} column {column}"


def _words(detail: ErrorDetails) -> str:
    loc, given, kind = detail["loc"], detail["input"], detail["type"]
    if kind == "missing":
        return f"{prefix(loc[:-1])}missing field `{loc[-1]}`"
    if kind == "value_error":
        return f"{prefix(loc)}{detail['ctx']['error']}"
    if kind == "literal_error" and isinstance(given, str):
        one_of = ", ".join(f"`{each}`" for each in _GRAMMARS)
        return f"{prefix(loc)}unknown variant `{given}`, expected one of {one_of}"
    if isinstance(given, int) and not -(_LARGEST // 2) <= given < _LARGEST:
        given = float(str(given))  # as serde_json reads it, and infinite where it is too large for that
    what = "value" if kind in _OUT_OF_RANGE and isinstance(given, int) else "type"
    return f"{prefix(loc)}invalid {what}: {_unexpected(given)}, expected {_expected(detail)}"


def _expected(detail: ErrorDetails) -> str:
    kind = detail["type"]
    if kind in _KINDS:
        return _KINDS[kind]
    if kind == "model_type":
        name = detail["ctx"]["class_name"]
        return _NAMES.get(name, f"struct {name}")
    if kind == "literal_error":
        return "variant identifier"
    return _INTEGERS.get(str(detail["loc"][-1]), "u32")


def _unexpected(given: Any) -> str:  # noqa: ANN401, PLR0911 - whatever JSON held, kind by kind
    match given:
        case None:
            return "null"
        case bool():
            return f"boolean `{str(given).lower()}`"
        case int():
            return f"integer `{given}`"
        case float() if not math.isfinite(given):
            return f"floating point `{given}`"
        case float():
            digits = f"{Decimal(repr(given)):f}"
            return f"floating point `{digits if '.' in digits else f'{digits}.0'}`"
        case str():
            return f"string {json.dumps(given, ensure_ascii=False)}"
        case list():
            return "sequence"
        case _:
            return "map"


def _end_of(text: str, path: Sequence[str | int]) -> int:
    """Return the offset after the value at `path`, or after the innermost value on the way that exists."""
    decoder = json.JSONDecoder()
    at = _skip(text, 0)
    _, end = decoder.raw_decode(text, at)
    for step in path:
        found = _child(decoder, text, at, step)
        if found is None:
            return end
        at, end = found
    return end


def _child(decoder: json.JSONDecoder, text: str, at: int, step: str | int) -> tuple[int, int] | None:
    if text[at] not in "{[":
        return None
    is_object = text[at] == "{"
    at = _skip(text, at + 1)
    index = 0
    while text[at] not in "}]":
        key: Any = index
        if is_object:
            key, at = decoder.raw_decode(text, at)
            at = _skip(text, _skip(text, at) + 1)  # the colon
        _, end = decoder.raw_decode(text, at)
        if key == step:
            return at, end
        index += 1
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return None


def _skip(text: str, at: int) -> int:
    while text[at] in " \t\r\n":
        at += 1
    return at

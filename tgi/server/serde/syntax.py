"""A body that is no JSON: why, and which field was being read when it broke."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from tgi.server.serde.way import prefix

_PLACE: Final = re.compile(r" at line (\d+) column (\d+)$")
_TOKEN: Final = re.compile(
    rb'(?P<string>"(?:[^"\\]++|\\.)*+")|(?P<torn>".*)|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL
)
_MOST: Final = 2**15
"""Signs and words that are looked through for the field that was being read; the loop waits meanwhile."""


def is_no_json(error: ValidationError) -> bool:
    """Return whether the body is no JSON, and not only of another shape."""
    return error.errors(include_url=False)[0]["type"] == "json_invalid"


def after_the_end(error: ValidationError, body: bytes) -> int | None:
    """Return where a whole value ends that something follows; None where that is not what is wrong."""
    message = _message(error)
    return _offset(message, body) - 1 if message.startswith("trailing characters") else None


def syntax(error: ValidationError, body: bytes, model: type[BaseModel] | None) -> str:
    """Say why a body is no JSON; `model` is what it is read as, None for one of several."""
    message = _message(error)
    return f"{prefix(_way(message, body, model))}{message}"


@dataclass(slots=True)
class _Open:
    """An object or a list that is not closed; `awaits` is key, colon, value, rest (of a value) or end."""

    is_object: bool
    awaits: str
    key: str = ""
    index: int = 0

    @property
    def step(self) -> str | int:
        """What leads to the value that is being read."""
        return self.key if self.is_object else self.index


def _message(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    return str(first["ctx"]["error"]) if first["type"] == "json_invalid" else ""


def _offset(message: str, body: bytes) -> int:
    place = _PLACE.search(message)
    if place is None:
        return len(body)
    line, column = int(place[1]), int(place[2])
    return sum(len(each) + 1 for each in body.split(b"\n")[: line - 1]) + column


def _way(message: str, body: bytes, model: type[BaseModel] | None) -> list[str | int]:
    """Return the steps to what serde_path_to_error was reading; `?` is a key that is not known yet.

    There are none where the body has too much before it.
    """
    if message.startswith("recursion limit"):
        return []
    whole = message.startswith("EOF")
    ends = message.startswith(("EOF while parsing a value", "trailing"))
    opened = _opened(body[: _offset(message, body) - (not whole)], message)
    if not opened:
        return []
    *outer, last = opened
    steps = [each.step for each in outer]
    if last.is_object and last.awaits in {"key", "end"}:
        steps.append("?")
    elif last.awaits == "rest" or (last.awaits == "value" and (last.is_object or not ends)):
        steps.append(last.step)
    return [] if steps == ["?"] else _known(steps, model)


def _opened(before: bytes, message: str) -> list[_Open]:
    """Return what is open where `before` ends; nothing where that is too much to look through."""
    opened: list[_Open] = []
    for count, found in enumerate(_TOKEN.finditer(before)):
        if count == _MOST:
            return []
        token = found[0]
        if token in {b"{", b"["}:
            opened.append(_Open(token == b"{", "key" if token == b"{" else "value"))
        elif not opened:
            break
        elif token in {b"}", b"]"}:
            opened.pop()
            if opened:
                opened[-1].awaits = "end"
        else:
            _go_on(opened[-1], found, message)
    return opened


def _go_on(last: _Open, found: re.Match[bytes], message: str) -> None:
    token = found[0]
    if token == b",":
        last.awaits = "key" if last.is_object else "value"
        last.index += 1
    elif token == b":":
        last.awaits = "value"
    elif _is_torn(found, message):
        last.awaits = "rest" if last.awaits == "value" else last.awaits
    elif last.awaits == "key":
        last.key, last.awaits = json.loads(token, strict=False), "colon"
    else:
        last.awaits = "end"


def _is_torn(found: re.Match[bytes], message: str) -> bool:
    """Return whether it broke within this string, number or word, and not after it."""
    is_last = found.end() == len(found.string)
    if found["string"]:  # as `\u12"` at the end, whose last sign is taken for one of the four digits
        return is_last and message.startswith("EOF while parsing a string")
    after = ("expected `", "EOF while parsing an object", "EOF while parsing a list")
    return found["torn"] is not None or (is_last and not message.startswith(after))


def _known(steps: list[str | int], model: Any) -> list[str | int]:  # noqa: ANN401 - a model, or a field's type
    """Return the steps as far as serde follows them: into a field that it ignores it does not look."""
    for at, step in enumerate(steps):
        if not (isinstance(model, type) and issubclass(model, BaseModel)):
            return steps
        field = model.model_fields.get(str(step))
        if field is None:
            return steps[: at + 1]
        model = field.annotation
    return steps

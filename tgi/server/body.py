"""Request bodies: read within the payload limit, parsed strictly, refused in axum's plain-text words.

axum answers these before any handler runs, so they are text and not TGI's JSON errors. The words after the
colon are serde_json's; line and column are where serde_json would have stopped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

R = TypeVar("R", bound=BaseModel)

_SYNTAX: Final = "Failed to parse the request body as JSON: "
_SHAPE: Final = "Failed to deserialize the JSON body into the target type: "
_EXPECTED: Final = {
    "inputs": "a string",
    "parameters": "struct GenerateParameters",
    "stream": "a boolean",
    "best_of": "usize",
    "temperature": "f32",
    "repetition_penalty": "f32",
    "frequency_penalty": "f32",
    "top_k": "i32",
    "top_p": "f32",
    "typical_p": "f32",
    "do_sample": "a boolean",
    "max_new_tokens": "u32",
    "return_full_text": "a boolean",
    "stop": "a sequence",
    "truncate": "usize",
    "watermark": "a boolean",
    "details": "a boolean",
    "decoder_input_details": "a boolean",
    "seed": "u64",
    "top_n_tokens": "u32",
    "grammar": "internally tagged enum GrammarType",
    "adapter_id": "a string",
}


class RefusedBody(Exception):
    """A body that cannot be a request: answer `status` with the text as plain text."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


async def read(request: web.Request, model: type[R]) -> R:
    """Read a body as `model`.

    Raises:
        RefusedBody: 415, 413, 400 or 422.

    """
    body = await _received(request)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise _refusal(error, body, f"struct {model.__name__}") from None


async def read_untagged(request: web.Request, variants: Any, name: str) -> Any:  # noqa: ANN401 - one of `variants`
    """Read a body as the first of several models that fits, as serde reads an untagged enum.

    Raises:
        RefusedBody: 415, 413, 400 or 422.

    """
    body = await _received(request)
    fitting: TypeAdapter[Any] = TypeAdapter(Annotated[variants, Field(union_mode="left_to_right")])
    try:
        return fitting.validate_json(body)
    except ValidationError as error:
        if error.errors(include_url=False)[0]["type"] == "json_invalid":
            raise _refusal(error, body, name) from None
        raise RefusedBody(
            HTTPStatus.UNPROCESSABLE_ENTITY, f"{_SHAPE}data did not match any variant of untagged enum {name}"
        ) from None


async def _received(request: web.Request) -> bytes:
    if not _is_json(request.content_type):
        raise RefusedBody(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Expected request with `Content-Type: application/json`"
        )
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise RefusedBody(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Failed to buffer the request body: length limit exceeded"
        ) from None


def _is_json(content_type: str) -> bool:
    kind, _, subtype = content_type.partition("/")
    return kind == "application" and (subtype == "json" or subtype.endswith("+json"))


def _refusal(error: ValidationError, body: bytes, whole: str) -> RefusedBody:
    details = error.errors(include_url=False)
    if details[0]["type"] == "json_invalid":
        return RefusedBody(HTTPStatus.BAD_REQUEST, _SYNTAX + details[0]["ctx"]["error"])
    text = body.decode()
    placed = [(_end_of(text, detail["loc"]), index, detail) for index, detail in enumerate(details)]
    end, _, first = min(placed, key=lambda place: (place[2]["type"] == "missing", *place[:2]))
    before = text[:end].encode()
    line = before.count(b"\n") + 1
    column = len(before) - (before.rfind(b"\n") + 1)
    words = _words(first, whole)
    return RefusedBody(HTTPStatus.UNPROCESSABLE_ENTITY, f"{_SHAPE}{words} at line {line} column {column}")


def _words(detail: ErrorDetails, whole: str) -> str:
    loc = detail["loc"]
    if detail["type"] == "missing":
        prefix = _path(loc[:-1])
        return f"{prefix}missing field `{loc[-1]}`"
    if detail["type"] == "value_error":
        return f"{_path(loc)}{detail['ctx']['error']}"
    name = next((str(step) for step in reversed(loc) if isinstance(step, str)), "")
    expected = "a string" if loc and isinstance(loc[-1], int) else _EXPECTED.get(name, whole)
    given = detail["input"]
    kind = "value" if detail["type"] in _OUT_OF_RANGE and isinstance(given, int) else "type"
    return f"{_path(loc)}invalid {kind}: {_unexpected(given)}, expected {expected}"


_OUT_OF_RANGE: Final = frozenset({"greater_than_equal", "less_than_equal", "finite_number"})


def _path(loc: Sequence[str | int]) -> str:
    text = ""
    for step in loc:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return f"{text.lstrip('.')}: " if text else ""


def _unexpected(given: Any) -> str:  # noqa: ANN401, PLR0911 - whatever JSON held, kind by kind
    match given:
        case None:
            return "null"
        case bool():
            return f"boolean `{str(given).lower()}`"
        case int():
            return f"integer `{given}`"
        case float():
            return f"floating point `{given}`"
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

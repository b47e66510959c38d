"""Request bodies: read within the payload limit, parsed strictly, refused in axum's plain-text words.

axum answers these before any handler runs, so they are text and not TGI's JSON errors. What follows a whole
value is not looked at, as in the axum 0.7 that the router is built with.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, Final, TypeVar

from aiohttp import web
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from tgi.server import serde

R = TypeVar("R", bound=BaseModel)
V = TypeVar("V")

_SYNTAX: Final = "Failed to parse the request body as JSON: "
_SHAPE: Final = "Failed to deserialize the JSON body into the target type: "


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
        return _first(model.model_validate_json, body)
    except ValidationError as error:
        if serde.is_no_json(error):
            raise RefusedBody(HTTPStatus.BAD_REQUEST, _SYNTAX + serde.syntax(error, body, model)) from None
        raise RefusedBody(HTTPStatus.UNPROCESSABLE_ENTITY, _SHAPE + serde.shape(error, body)) from None


async def read_untagged(request: web.Request, variants: Any, name: str) -> Any:  # noqa: ANN401 - one of `variants`
    """Read a body as the first of several models that fits, as serde reads an untagged enum.

    Raises:
        RefusedBody: 415, 413, 400 or 422.

    """
    body = await _received(request)
    fitting: TypeAdapter[Any] = TypeAdapter(Annotated[variants, Field(union_mode="left_to_right")])
    try:
        return _first(fitting.validate_json, body)
    except ValidationError as error:
        if serde.is_no_json(error):
            raise RefusedBody(HTTPStatus.BAD_REQUEST, _SYNTAX + serde.syntax(error, body, None)) from None
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


def _first(read: Callable[[bytes], V], body: bytes) -> V:
    """Read a value, and nothing that follows it."""
    try:
        return read(body)
    except ValidationError as error:
        end = serde.after_the_end(error, body)
        if end is None:
            raise
    return read(body[:end])

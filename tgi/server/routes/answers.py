"""JSON answers as axum gives them: `application/json` without a charset."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from aiohttp import web

from tgi.errors import RequestError
from tgi.protocol import ErrorResponse

_JSON: Final = {"Content-Type": "application/json"}


def as_json(
    text: str, *, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer with text that is JSON already."""
    return web.Response(body=text.encode(), status=status, headers=_JSON | dict(headers or {}))


def as_error(error: RequestError) -> web.Response:
    """Answer with an error's own status and TGI's error body."""
    told = ErrorResponse(error=error.text, error_type=error.error_type)
    return as_json(told.model_dump_json(), status=error.status)

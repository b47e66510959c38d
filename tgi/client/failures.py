"""From what HTTP and the network did to the error that a caller meets.

Covers what is no TGI answer at all: a refused connection, a 401 with an empty body, a 422 in plain text, a
gateway's page, a redirect. TGI's own error objects go through the package's reading of them. No text
carries a body's HTML.
"""

from __future__ import annotations

import json
import os
import ssl
from http import HTTPStatus
from typing import TYPE_CHECKING

import aiohttp

from tgi.errors import (
    ClientError,
    Overloaded,
    TimedOut,
    Unauthorized,
    UnexpectedAnswer,
    Unreachable,
)

if TYPE_CHECKING:
    from tgi.client.package import Package

LARGEST_ERROR = 64 * 1024

_AWAY = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT})
_KEYLESS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_NOWHERE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})
# axum's extractors reject in plain text what never reached TGI's own validation.
_REJECTED = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.UNPROCESSABLE_ENTITY,
    }
)


def of_answer(package: Package, endpoint: str, status: int, content_type: str, body: bytes) -> ClientError:
    """Return the error for an answer that is not 200; `body` may be cut off."""
    if status in _KEYLESS:
        return Unauthorized()
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Overloaded()
    if status in _AWAY:
        return Unreachable(endpoint, f"HTTP {status} instead of an answer")
    return _of_body(package, status, content_type, body)


def of_sending(error: Exception, endpoint: str, connect: float) -> ClientError:
    """Return the error for an exchange that broke before an answer began."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return TimedOut("connect", connect)
    if isinstance(error, (aiohttp.ClientConnectionError, OSError)):
        refused = isinstance(error, aiohttp.ClientConnectorError)
        return Unreachable(endpoint, _reason(error), refused=refused)
    return UnexpectedAnswer("it does not speak HTTP")


def _of_body(package: Package, status: int, content_type: str, body: bytes) -> ClientError:
    answer = None if status in _NOWHERE else _error_object(body)
    if answer is not None:
        return package.failure(status, answer)
    if status in _REJECTED and content_type == "text/plain":
        return package.failure(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": body.decode(errors="replace")})
    if HTTPStatus(300) <= status < HTTPStatus.BAD_REQUEST:
        return UnexpectedAnswer("it sends on to another address, which is not followed", status)
    return UnexpectedAnswer(f"{content_type[:60]} instead of TGI's JSON", status)


def _error_object(body: bytes) -> dict[str, object] | None:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) and "error" in answer else None


def _reason(error: Exception) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "no such host"
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return "no trusted TLS connection"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "it closed the connection"
    number = error.errno if isinstance(error, OSError) else None
    return os.strerror(number).lower() if number and number > 0 else "no connection"

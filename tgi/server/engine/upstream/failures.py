"""What an upstream's failures are called: one line each, without keys, prompts or addresses within.

An upstream's own words are passed on where they are short and repeat nothing of what was asked: validation
errors of web frameworks quote the request.
"""

from __future__ import annotations

import json
import os
import re
import ssl
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import aiohttp

from tgi.errors import EngineFailed

_MOST_WORDS: Final = 200
_WINDOW: Final = 16
"""Characters in a row that a message and a request may not share."""
_SHORTEST: Final = 4
"""Characters of a text that would be known again in a message."""
_IDS: Final = re.compile(r"\d+,\s*\d+,\s*\d+")


class Refused(EngineFailed):
    """The upstream answered, and not with what was asked for; `status` is HTTP's."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status

    @property
    def absent(self) -> bool:
        """Whether the server has no such page, or a gateway hides it."""
        return self.status in {
            HTTPStatus.NOT_FOUND,
            HTTPStatus.METHOD_NOT_ALLOWED,
            HTTPStatus.NOT_IMPLEMENTED,
        }


def refusal(
    address: str, status: int, told: object, body: Mapping[str, Any] | None, *, key: str | None
) -> Refused:
    """Name an answer that is none. `told` is its JSON, or its content type where that is another."""
    words = _words(told, body, key) if isinstance(told, Mapping) else ""
    if told == "text/html":
        said = f"answers with a web page (status {status}); is that the address of its API?"
    elif 300 <= status < 400:  # noqa: PLR2004 - HTTP's classes of statuses
        said = f"answers with a redirect (status {status}); name the address that it leads to"
    elif status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        said = f"{'refuses the key' if key else 'asks for a key'} (status {status})"
    elif status == HTTPStatus.NOT_FOUND:
        said = f"has no such page or model (status {status})"
    elif status in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}:
        said = f"is busy or not ready (status {status})"
    elif status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        said = f"failed (status {status})"
    elif status >= HTTPStatus.BAD_REQUEST:
        said = f"refuses the request (status {status})"
    elif words:
        said = "broke off"
    else:
        said = "answers with something else than was asked for"
    return Refused(f"the upstream at {address} {said}{f': {words}' if words else ''}", status)


def unreachable(address: str, error: BaseException) -> EngineFailed:
    """Name what kept an answer from coming."""
    return EngineFailed(f"the upstream at {address} {_reason(error)}")


def _reason(error: BaseException) -> str:  # noqa: PLR0911 - one for each kind
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "has a host name that is not known"
        case aiohttp.ClientConnectorCertificateError():
            why = error.certificate_error
            detail = why.verify_message if isinstance(why, ssl.SSLCertVerificationError) else ""
            return f"has a certificate that is not trusted{f' ({detail})' if detail else ''}"
        case aiohttp.ClientConnectorSSLError():
            return "does not speak TLS; is it http?"
        case aiohttp.ClientConnectorError():
            number = error.os_error.errno  # its text would repeat the address
            return f"cannot be reached ({os.strerror(number).lower() if number else 'no connection'})"
        case aiohttp.ServerTimeoutError() | TimeoutError():
            return "cannot be reached in time"
        case aiohttp.ClientResponseError():
            return "does not speak HTTP; is it https?"
        case _:
            return "closed the connection without an answer"


def _words(told: Mapping[str, Any], body: Mapping[str, Any] | None, key: str | None) -> str:
    """Find the message: OpenAI's in `error.message`, older vLLM's in `message`, FastAPI's in `detail`."""
    error = told.get("error")
    message = error.get("message") if isinstance(error, Mapping) else error
    for other in (told.get("message"), told.get("detail")):
        message = message or other
    if not isinstance(message, str) or not message.strip():
        return ""
    line = " ".join(message.split("\n", 1)[0].split())[:_MOST_WORDS]
    return "" if (key and key in message) or _quotes(line, body or {}) else line


def _quotes(line: str, body: Mapping[str, Any]) -> bool:
    if _IDS.search(line):
        return True
    asked = {name: value for name, value in body.items() if name != "model"}
    texts = [value for value in asked.values() if isinstance(value, str) and len(value) >= _SHORTEST]
    if any(text in line for text in texts):
        return True
    request = json.dumps(asked, ensure_ascii=False)
    return any(line[at : at + _WINDOW] in request for at in range(len(line) - _WINDOW + 1))

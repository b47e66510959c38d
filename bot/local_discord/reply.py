"""JSON in and out. Content-Type is `application/json` exactly: discord.py takes a charset suffix for text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

__all__ = ["Json", "absolute", "absolute_text", "dumps", "json_reply", "origin_of"]

_TYPE = "application/json"
_LINKS = frozenset({"url", "proxy_url", "icon_url", "proxy_icon_url"})
Json = dict[str, Any]


def dumps(body: object) -> str:
    """`body` as compact JSON text."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def json_reply(
    body: object, *, status: int = 200, origin: str = "", headers: Mapping[str, str] | None = None
) -> web.Response:
    """An answer with `body`; attachment links become absolute on `origin`."""
    text = absolute_text(dumps(body), origin).encode()
    return web.Response(body=text, status=status, content_type=_TYPE, headers=headers)


def origin_of(request: web.BaseRequest) -> str:
    """Scheme and host as the caller named them: each caller gets links that it can open."""
    return f"{request.scheme}://{request.host}"


def absolute_text(text: str, origin: str) -> str:
    """What `dumps` made, with every attachment link (stored as a path) on `origin`.

    Exact, and far cheaper than to walk the body: inside a string of JSON no quotation mark stands unescaped,
    so that `"url":"` is always a key and the beginning of its value.
    """
    if not origin or "/attachments/" not in text:
        return text
    for key in ('"url":"', '"proxy_url":"', '"icon_url":"', '"proxy_icon_url":"'):
        text = text.replace(f"{key}/attachments/", f"{key}{origin}/attachments/")
    return text


def absolute(body: Any, origin: str) -> Any:  # noqa: ANN401 - any JSON value goes through
    """`body` with every attachment link (stored as a path) on `origin`."""
    if isinstance(body, dict):
        return {
            key: origin + value
            if key in _LINKS and isinstance(value, str) and value.startswith("/attachments/")
            else absolute(value, origin)
            for key, value in body.items()
        }
    if isinstance(body, list):
        return [absolute(item, origin) for item in body]
    return body

"""JSON in and out. Content-Type is `application/json` exactly: discord.py takes a charset suffix for text."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

__all__ = ["Json", "absolute", "dumps", "json_reply", "origin_of"]

_TYPE = "application/json"
Json = dict[str, Any]


def dumps(body: object) -> str:
    """`body` as compact JSON text."""
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False)


def json_reply(
    body: object, *, status: int = 200, origin: str = "", headers: Mapping[str, str] | None = None
) -> web.Response:
    """An answer with `body`; attachment links become absolute on `origin`."""
    text = dumps(absolute(body, origin)).encode()
    return web.Response(body=text, status=status, content_type=_TYPE, headers=headers)


def origin_of(request: web.BaseRequest) -> str:
    """Scheme and host as the caller named them: each caller gets links that it can open."""
    return f"{request.scheme}://{request.host}"


def absolute(body: Any, origin: str) -> Any:  # noqa: ANN401 - any JSON value goes through
    """`body` with every attachment link (stored as a path) on `origin`."""
    if isinstance(body, dict):
        return {
            key: origin + value
            if key in {"url", "proxy_url"} and isinstance(value, str) and value.startswith("/attachments/")
            else absolute(value, origin)
            for key, value in body.items()
        }
    if isinstance(body, list):
        return [absolute(item, origin) for item in body]
    return body

"""What every REST request passes, here and nowhere else: token, rate limit, fault, error body, ledger."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.local_discord.errors import RateLimited, RestError, unauthorized
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.reply import json_reply

__all__ = ["UNBUILT", "gate"]

UNBUILT = "/{unbuilt:.*}"
_log = logging.getLogger(__name__)
_PREFIX = "/api/v10"
_TOKEN_IN_PATH = ("/interactions/", "/webhooks/")
_MAJOR = ("channel_id", "guild_id", "webhook_id")


@web.middleware
async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Serve one request and write it into the ledger."""
    parts, began = parts_of(request), time.perf_counter()
    route = _template(request)
    code = 0
    try:
        reply = await _serve(request, handler, parts, route)
    except RestError as error:
        reply, code = _refusal(error, parts, f"{request.method} {route}", _major(request)), error.code
    except Exception:  # noqa: BLE001 - a fault of ours is logged, and answered as Discord answers its own
        _log.exception("%s %s failed", request.method, route)
        reply = json_reply({"message": "500: Internal Server Error", "code": 0}, status=500)
    parts.ledger.write(
        time=parts.clock(),
        method=request.method,
        route=route,
        path=request.path.removeprefix(_PREFIX),
        status=reply.status,
        code=code,
        took_ms=round((time.perf_counter() - began) * 1000, 3),
    )
    return reply


async def _serve(request: web.Request, handler: Handler, parts: Parts, route: str) -> web.StreamResponse:
    headers: dict[str, str] = {}
    named = f"{request.method} {route}"
    if not route.startswith(_TOKEN_IN_PATH):
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bot" or not secrets.compare_digest(token.encode(), parts.options.bot_token.encode()):
            raise unauthorized()
        headers = parts.limits.take(named, _major(request))
    delay, status = parts.fault.take(named)
    if delay:
        await asyncio.sleep(delay)
    if status:
        raise RestError(status, 0, f"A fault was asked for: {status}")
    reply = await handler(request)
    reply.headers.update(headers)
    return reply


def _refusal(error: RestError, parts: Parts, route: str, major: str) -> web.Response:
    headers: dict[str, str] = {}
    if isinstance(error, RateLimited):
        # Discord's edge adds Via; discord.py takes a 429 without it for a ban.
        headers = {"Retry-After": str(error.retry_after), "X-RateLimit-Scope": "user", "Via": "1.1 local"}
        headers |= parts.limits.headers(route, major)
    return json_reply(error.body(), status=error.status, headers=headers)


def _template(request: web.Request) -> str:
    resource = request.match_info.route.resource
    template = resource.canonical.removeprefix(_PREFIX) if resource is not None else ""
    return request.path.removeprefix(_PREFIX) if template in {"", UNBUILT, "/{unbuilt}"} else template


def _major(request: web.Request) -> str:
    return next((request.match_info[key] for key in _MAJOR if key in request.match_info), "")

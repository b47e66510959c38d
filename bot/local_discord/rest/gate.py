"""What every REST request passes, here and nowhere else, in this order.

The bar, the token, the limits, the faults, the body, the document, the route; then the ledger and the tap.
"""

from __future__ import annotations

import logging
import math
import secrets

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.local_discord.errors import RateLimited, RestError, unauthorized
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.limits.bar import PAGE
from bot.local_discord.limits.creates import new_commands
from bot.local_discord.limits.ratelimit import Taken
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.reply import json_reply
from bot.local_discord.rest.cut import reset, send_half
from bot.local_discord.rest.passage import UNBUILT, Passage, passage_of, read_sent

__all__ = ["UNBUILT", "gate"]

_log = logging.getLogger(__name__)
_OPEN = "GET /gateway"  # the one route that takes no token at all


@web.middleware
async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Serve one request and write it into the ledger."""
    parts, passage = parts_of(request), passage_of(request)
    address = request.remote or ""
    left = parts.bar.left(address) if parts.limits.enabled else 0
    if left:
        reply = web.Response(
            text=PAGE, content_type="text/html", status=429, headers={"Retry-After": str(left)}
        )
        passage.record(parts, reply, reply.status)
        return reply
    try:
        reply = await _answer(request, handler, parts, passage)
    except _Dropped:
        passage.record(parts, web.Response(), 0)
        reset(request)
        return web.Response()
    if parts.limits.enabled:
        parts.bar.count(address, reply.status, passage.scope, parts.limits.sizes)
    passage.record(parts, reply, reply.status)
    if passage.strike.drop == "after":
        reset(request)
    return await send_half(request, reply) if passage.strike.truncated else reply


class _Dropped(Exception):
    """The connection is to be reset and nothing is to be done."""


async def _answer(request: web.Request, handler: Handler, parts: Parts, passage: Passage) -> web.Response:
    """The answer, be it a refusal. Raises _Dropped."""
    try:
        await _admit(request, parts, passage)
        reply = await handler(request)
        if not isinstance(reply, web.Response):
            raise TypeError(f"{passage.named} answers with {type(reply).__name__}")  # noqa: TRY301 - a fault of ours
        if request.content_type == "multipart/form-data":
            passage.sent = (await read_body(request)).json  # the route has read it, and it is kept
    except _Dropped:
        raise
    except Exception as error:  # noqa: BLE001 - what is no refusal is logged as a fault of ours
        reply = _refusal(_as_rest(error, passage), passage)
    for name, value in passage.taken.headers.items():
        reply.headers.setdefault(name, value)
    if parts.spec is not None and passage.is_readable and not passage.strike.refusal:
        await parts.spec.after(request, reply)
    return reply


def _as_rest(error: Exception, passage: Passage) -> RestError:
    """What Discord answers to what was raised."""
    match error:
        case RestError():
            return error
        case web.HTTPRequestEntityTooLarge():
            passage.is_readable = False
            return RestError(413, 40005, "Request entity too large")
        case web.HTTPException():
            return RestError(error.status, 0, f"{error.status}: {error.reason}")
        case ConnectionError() | web.RequestPayloadError():
            passage.is_readable = False
            return RestError(400, 0, "400: Bad Request")  # nobody is there to read it
    _log.error("%s failed", passage.named, exc_info=error)
    return RestError(500, 0, "500: Internal Server Error")


async def _admit(request: web.Request, parts: Parts, passage: Passage) -> None:
    """Raise what keeps the request from its route."""
    if not passage.with_token and passage.named != _OPEN:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        given = token.encode(errors="surrogateescape")  # as aiohttp decodes headers
        if scheme != "Bot" or not secrets.compare_digest(given, parts.options.bot_token.encode()):
            raise unauthorized()
    try:
        await read_sent(request, passage)
    finally:
        # What is not JSON counts all the same.
        passage.taken = parts.limits.take(
            passage.named,
            passage.where,
            passage.sent,
            exempt=passage.with_token,
            creates=new_commands(parts.commands, passage.named, passage.where, passage.sent),
        )
    await _strike(parts, passage)
    if parts.spec is not None:
        await parts.spec.before(request)


async def _strike(parts: Parts, passage: Passage) -> None:
    strike = passage.strike = parts.faults.strike(passage.named, passage.where)
    if strike.delay:
        await parts.clock.sleep(strike.delay)
    if strike.drop == "before":
        raise _Dropped
    if strike.refusal is not None:
        raise strike.refusal
    parts.faults.happen(strike)


def _refusal(error: RestError, passage: Passage) -> web.Response:
    passage.code = error.code
    headers: dict[str, str] = {}
    if isinstance(error, RateLimited):
        passage.scope = error.scope
        passage.taken = Taken(error.bucket, passage.taken.headers, 0) if error.bucket else passage.taken
        # Discord's edge adds Via; discord.py takes a 429 without it for a ban.
        headers = {
            "Retry-After": str(math.ceil(error.retry_after)),
            "X-RateLimit-Scope": error.scope,
            "Via": "1.1 local",
            **error.headers,
        }
    return json_reply(error.body(), status=error.status, headers=headers)

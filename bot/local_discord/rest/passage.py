"""One request on its way through the gate: what is known of it, and what is written down of it at the end.

Tokens are blanked here, before the ledger and the tap see anything.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.local_discord.errors import RestError
from bot.local_discord.faults.faults import Strike
from bot.local_discord.forms.strict_json import loads
from bot.local_discord.limits.ratelimit import FREE, Taken
from bot.local_discord.parts import Parts
from bot.local_discord.reply import Json
from bot.local_discord.rest.known import known

__all__ = ["PREFIX", "UNBUILT", "Passage", "passage_of", "read_sent"]

PREFIX = "/api/v10"
UNBUILT = "/{unbuilt:.*}"
_TOKEN = re.compile(r"^(/(?:webhooks|interactions)/[^/]+/)[^/]+")
_TYPES = ("application/json", "multipart/form-data")
_SHOWN = 20_000


@dataclass
class Passage:
    """`route` is the template that took the request, `sent` its JSON; `code` and `scope` are an error's."""

    method: str
    path: str
    route: str
    where: dict[str, str]
    with_token: bool
    began: float = field(default_factory=time.perf_counter)
    is_readable: bool = True
    raw: bytes = b""
    sent: Any = None
    taken: Taken = FREE
    strike: Strike = field(default_factory=Strike)
    code: int = 0
    scope: str = ""

    @property
    def named(self) -> str:
        """The route as the ledger, the limits and the faults call it."""
        return f"{self.method} {self.route}"

    def record(self, parts: Parts, reply: web.Response, status: int) -> None:
        """Write the request and its answer into ledger and tap."""
        entry = parts.ledger.write(
            time=parts.clock(),
            method=self.method,
            route=self.route,
            path=_TOKEN.sub(r"\1***", self.path),
            status=status,
            code=self.code,
            took_ms=round((time.perf_counter() - self.began) * 1000, 3),
            bucket=self.taken.bucket,
            remaining=self.taken.remaining,
            scope=self.scope,
            fault=",".join(self.strike.names),
        )
        shown: Json = entry._asdict()
        del shown["number"], shown["time"]
        shown["body"] = _shown(self.raw, self.sent)
        shown["answer"] = _shown(reply.body) if isinstance(reply.body, bytes) else None
        parts.tap.note("request", shown)


def passage_of(request: web.Request) -> Passage:
    """The passage that begins."""
    path = request.path.removeprefix(PREFIX)
    resource = request.match_info.route.resource
    route = resource.canonical.removeprefix(PREFIX) if resource is not None else ""
    if route in {"", UNBUILT, "/{unbuilt}"}:
        route, _ = known(path)
    where = dict(request.match_info)
    return Passage(request.method, path, route, where, with_token="_token}" in route)


async def read_sent(request: web.Request, passage: Passage) -> None:
    """Read the body's JSON; multipart is read once, by the route. Raises RestError 50035, 50109."""
    if not request.can_read_body or request.method == "GET":
        return
    if request.content_type == "multipart/form-data":
        return
    raw = passage.raw = await request.read()
    if not raw:
        return
    if request.content_type != "application/json":
        said = f'Expected "Content-Type" header to be one of {{{", ".join(map(repr, _TYPES))}}}.'
        error = {"_errors": [{"code": "CONTENT_TYPE_INVALID", "message": said}]}
        raise RestError(400, 50035, "Invalid Form Body", error)
    try:
        passage.sent = loads(raw)
    except ValueError:
        raise RestError(400, 50109, "The request body contains invalid JSON.") from None


def _shown(raw: bytes, read: Any = None) -> Any:  # noqa: ANN401 - any JSON value
    """JSON as the tap keeps it: `read` where it was read already, text where it is long or no JSON."""
    if not raw and read is not None:  # the JSON of a multipart body
        raw = json.dumps(read).encode()
    if not raw:
        return None
    if len(raw) > _SHOWN:
        return raw[:_SHOWN].decode("utf-8", "replace")
    if read is None:
        try:
            read = json.loads(raw)
        except (ValueError, RecursionError):
            return raw.decode("utf-8", "replace")
    return _blanked(read) if b'"token"' in raw else read


def _blanked(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: "***" if key == "token" else _blanked(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_blanked(one) for one in value]
    return value

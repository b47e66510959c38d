"""Where the gate asks: one exchange is held against the document, and the violations are written down.

What violates is served all the same, since a document is no server; in strict mode a request that violates
is refused with 400 before anything happens.
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.local_discord.errors import RestError
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.strict_json import loads
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.spec.problems import Problem
from bot.local_discord.spec.spec import NO_BODY, NOT_JSON, Spec
from bot.local_discord.spec.violations import ANSWER, REQUEST, Violations

__all__ = ["Watch"]

_PREFIX = "/api/v10"
_OF_HTTP = frozenset({"HEAD", "OPTIONS"})  # of no document's making


class Watch:
    """The document and the ledger, joined."""

    def __init__(self, spec: Spec, violations: Violations, *, strict: bool = False) -> None:
        self._spec = spec
        self._violations = violations
        self._strict = strict

    async def before(self, request: web.Request) -> None:
        """Refuse, in strict mode, what violates. Raises RestError 50035."""
        if not self._strict or request.method in _OF_HTTP:
            return
        form = Form()
        for problem in await self._wrong(request):
            path = tuple(problem.path.split(".")) if problem.path else ()
            form.fail(path, "DISCORD_DOCUMENT", problem.message)
        form.check()

    async def after(self, request: web.Request, reply: web.StreamResponse) -> None:
        """Write down what is wrong with the request and with its answer."""
        if request.method in _OF_HTTP:
            return
        for problem in await self._wrong(request):
            self._note(REQUEST, request, reply.status, problem)
        body = reply.body if isinstance(reply, web.Response) else b""
        answered = body if isinstance(body, bytes) else b""
        for problem in self._spec.answer(request.method, _path(request), reply.status, answered):
            self._note(ANSWER, request, reply.status, problem)

    async def _wrong(self, request: web.Request) -> list[Problem]:
        query = {name: request.query.getall(name) for name in request.query}
        return self._spec.request(request.method, _path(request), await _sent(request), query)

    def _note(self, direction: str, request: web.Request, status: int, problem: Problem) -> None:
        self._violations.note(
            direction=direction,
            method=request.method,
            route=self._spec.template(request.method, _path(request)),
            status=status,
            path=problem.path,
            message=problem.message,
            instance=problem.instance,
        )


async def _sent(request: web.Request) -> Any:  # noqa: ANN401 - any JSON value
    """The request's JSON, as it is read once for all who ask."""
    if request.content_type == "multipart/form-data":
        try:
            return (await read_body(request)).json
        except RestError:
            return NOT_JSON
    text = await request.read()
    if not text:
        return NO_BODY
    try:
        return loads(text)
    except ValueError:
        return NOT_JSON


def _path(request: web.Request) -> str:
    return request.path.removeprefix(_PREFIX)

"""The people's routes, behind one gate that says errors in their form."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.local_discord.errors import PeopleError
from bot.local_discord.people import (
    commands,
    direct,
    events,
    interactions,
    messages,
    pins,
    polls,
    reactions,
    start,
    threads,
    uploads,
)
from bot.local_discord.people.refusals import plainly
from bot.local_discord.reply import json_reply

__all__ = ["make_people"]

_RESOURCES = (
    start,
    events,
    direct,
    threads,
    messages,
    interactions,
    commands,
    uploads,
    pins,
    polls,
    reactions,
)


def make_people() -> web.Application:
    """The application to mount under `/people/v1`."""
    people = web.Application(middlewares=[_gate])
    for module in _RESOURCES:
        people.add_routes(module.routes())
    return people


@web.middleware
async def _gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        # The rules are those of the REST side; a person is told the same in plain words.
        with plainly():
            return await handler(request)
    except PeopleError as error:
        return json_reply({"message": error.message, "errors": error.errors}, status=error.status)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - not an error
            raise
        text = f"{request.method} {request.path}: {error.reason}"
        return json_reply({"message": text, "errors": {}}, status=error.status)

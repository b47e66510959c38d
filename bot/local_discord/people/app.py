"""The people's routes, behind one gate that says errors in their form."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.local_discord.errors import PeopleError, RestError
from bot.local_discord.people import events, interactions, messages, start
from bot.local_discord.reply import Json, json_reply

__all__ = ["make_people"]


def make_people() -> web.Application:
    """The application to mount under `/people/v1`."""
    people = web.Application(middlewares=[_gate])
    for module in (start, events, messages, interactions):
        people.add_routes(module.routes())
    return people


@web.middleware
async def _gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except PeopleError as error:
        return json_reply({"message": error.message, "errors": error.errors}, status=error.status)
    except RestError as error:
        # The rules are those of the REST side; a person is told the same in their form.
        errors = dict(_flat(error.errors or {}))
        return json_reply({"message": error.message, "errors": errors}, status=error.status)
    except web.HTTPException as error:
        if error.status < 400:  # noqa: PLR2004 - not an error
            raise
        text = f"{request.method} {request.path}: {error.reason}"
        return json_reply({"message": text, "errors": {}}, status=error.status)


def _flat(tree: Json, path: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    found = []
    for key, value in tree.items():
        if key == "_errors":
            found.append((".".join(path), " ".join(error["message"] for error in value)))
        else:
            found += _flat(value, (*path, key))
    return found

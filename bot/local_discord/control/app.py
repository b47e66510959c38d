"""The control application: all resources behind one gate that says errors as `{"message", "errors"}`."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.local_discord.control import (
    channels,
    clock,
    faults,
    gateway,
    guilds,
    ledger,
    limits,
    violations,
    wire,
)
from bot.local_discord.errors import ControlError, RestError
from bot.local_discord.reply import json_reply

__all__ = ["make_control"]

_RESOURCES = (channels, clock, faults, gateway, guilds, ledger, limits, violations, wire)


def make_control() -> web.Application:
    """The application to mount under `/control/v1`."""
    control = web.Application(middlewares=[_gate])
    for resource in _RESOURCES:
        control.add_routes(resource.routes())
    control.router.add_route("*", "/{unknown:.*}", _unknown)
    return control


async def _unknown(request: web.Request) -> web.StreamResponse:
    raise RestError(404, 0, f"There is no {request.method} {request.path}.")


@web.middleware
async def _gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ControlError as error:
        return json_reply({"message": error.message, "errors": error.errors}, status=400)
    except RestError as error:
        return json_reply({"message": error.message, "errors": error.fields()}, status=error.status)
    except web.HTTPRequestEntityTooLarge:
        return json_reply({"message": "The body is too large.", "errors": {}}, status=413)

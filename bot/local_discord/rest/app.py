"""The REST application: all resources behind one gate, and 501 for what is not built."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import not_built
from bot.local_discord.rest import (
    application_commands,
    applications,
    channels,
    gateway,
    guilds,
    interactions,
    messages,
    pins,
    threads,
    users,
    webhooks,
)
from bot.local_discord.rest.gate import UNBUILT, gate

__all__ = ["make_rest"]

_RESOURCES = (
    application_commands,
    applications,
    channels,
    gateway,
    guilds,
    interactions,
    pins,  # before messages: `/messages/pins` is not a message's id
    messages,
    threads,
    users,
    webhooks,
)


def make_rest() -> web.Application:
    """The application to mount under `/api/v10`."""
    rest = web.Application(middlewares=[gate])
    for resource in _RESOURCES:
        rest.add_routes(resource.routes())
    rest.router.add_route("*", UNBUILT, _unbuilt)
    return rest


async def _unbuilt(request: web.Request) -> web.StreamResponse:
    raise not_built(f"the route {request.method} {request.path}")

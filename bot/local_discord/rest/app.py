"""The REST application: all resources behind one gate, and 501 for what is not built."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.rest import (
    application_commands,
    applications,
    channel_webhooks,
    channels,
    command_permissions,
    gateway,
    guilds,
    interactions,
    members,
    messages,
    pins,
    polls,
    reactions,
    roles,
    threads,
    users,
    webhooks,
)
from bot.local_discord.rest.gate import UNBUILT, gate
from bot.local_discord.rest.known import unbuilt

__all__ = ["make_rest"]

_RESOURCES = (
    command_permissions,  # before the commands: `/commands/permissions` is not a command's id
    application_commands,
    applications,
    channel_webhooks,
    channels,
    gateway,
    guilds,
    interactions,
    members,
    pins,  # before messages: `/messages/pins` is not a message's id
    messages,
    polls,
    reactions,
    roles,
    threads,
    users,
    webhooks,
)


def make_rest() -> web.Application:
    """The application to mount under `/api/v10`."""
    rest = web.Application(middlewares=[gate])
    for resource in _RESOURCES:
        rest.add_routes(resource.routes())
    rest.router.add_route("*", UNBUILT, unbuilt)
    return rest

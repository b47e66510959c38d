"""Application commands, global and of the guild. Permissions of commands are not built."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.local_discord.errors import RestError, missing_access, unknown
from bot.local_discord.forms.uploads import read_json
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.reply import Json, json_reply

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    found = []
    for scope in ("/applications/{application_id}", "/applications/{application_id}/guilds/{guild_id}"):
        found += [
            web.get(f"{scope}/commands", listed),
            web.put(f"{scope}/commands", overwritten),
            web.post(f"{scope}/commands", created),
            web.get(f"{scope}/commands/{{command_id}}", one),
            web.patch(f"{scope}/commands/{{command_id}}", edited),
            web.delete(f"{scope}/commands/{{command_id}}", deleted),
        ]
    return found


async def listed(request: web.Request) -> web.Response:
    """The scope's commands."""
    parts, scope = _scope(request)
    return json_reply(parts.commands.of(scope))


async def overwritten(request: web.Request) -> web.Response:
    """Replace the scope's commands."""
    parts, scope = _scope(request)
    bodies = await read_json(request)
    if not isinstance(bodies, list) or not all(isinstance(body, dict) for body in bodies):
        raise RestError(400, 50035, "Invalid Form Body")
    return json_reply(parts.commands.overwrite(scope, bodies))


async def created(request: web.Request) -> web.Response:
    """Register one command."""
    parts, scope = _scope(request)
    command, fresh = parts.commands.create(scope, _object(await read_json(request)))
    return json_reply(command, status=201 if fresh else 200)


async def one(request: web.Request) -> web.Response:
    """One command."""
    parts, scope = _scope(request)
    return json_reply(parts.commands.get(scope, request.match_info["command_id"]))


async def edited(request: web.Request) -> web.Response:
    """Change one command."""
    parts, scope = _scope(request)
    body = _object(await read_json(request))
    return json_reply(parts.commands.edit(scope, request.match_info["command_id"], body))


async def deleted(request: web.Request) -> web.Response:
    """Remove one command."""
    parts, scope = _scope(request)
    parts.commands.delete(scope, request.match_info["command_id"])
    return web.Response(status=204)


def _scope(request: web.Request) -> tuple[Parts, str]:
    parts = parts_of(request)
    if request.match_info["application_id"] != parts.world.application.id:
        raise unknown("Application")
    scope = request.match_info.get("guild_id", "")
    if scope and scope not in parts.world.guilds:
        raise missing_access()
    return parts, scope


def _object(value: Any) -> Json:  # noqa: ANN401 - an unchecked JSON value
    if not isinstance(value, dict):
        raise RestError(400, 50035, "Invalid Form Body")
    return value

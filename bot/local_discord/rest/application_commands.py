"""Application commands, global and of a guild. Who may use them is `command_permissions.py`."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.local_discord.errors import invalid_form, missing_access, unknown
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.uploads import read_json
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.wire.commands import localised_json

__all__ = ["routes", "scope_of"]

_MOST = 130
_TRUE = {"1", "true", "True"}


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
    """The scope's commands, in one language unless all are asked for."""
    parts, scope = scope_of(request)
    commands = parts.commands.of(scope)
    if request.query.get("with_localizations") not in _TRUE:
        locale = request.headers.get("X-Discord-Locale", "en-US")
        commands = [localised_json(command, locale) for command in commands]
    return json_reply(commands)


async def overwritten(request: web.Request) -> web.Response:
    """Replace the scope's commands."""
    parts, scope = scope_of(request)
    form = Form()
    bodies = form.items(await read_json(request), (), most=_MOST)
    form.check()
    return json_reply(parts.commands.overwrite(scope, bodies))


async def created(request: web.Request) -> web.Response:
    """Register one command."""
    parts, scope = scope_of(request)
    command, fresh = parts.commands.create(scope, _object(await read_json(request)))
    return json_reply(command, status=201 if fresh else 200)


async def one(request: web.Request) -> web.Response:
    """One command."""
    parts, scope = scope_of(request)
    return json_reply(parts.commands.get(scope, request.match_info["command_id"]))


async def edited(request: web.Request) -> web.Response:
    """Change one command."""
    parts, scope = scope_of(request)
    body = _object(await read_json(request))
    return json_reply(parts.commands.edit(scope, request.match_info["command_id"], body))


async def deleted(request: web.Request) -> web.Response:
    """Remove one command."""
    parts, scope = scope_of(request)
    parts.commands.delete(scope, request.match_info["command_id"])
    return web.Response(status=204)


def scope_of(request: web.Request) -> tuple[Parts, str]:
    """The parts, and the guild's id ("" for global). Raises RestError 10002, 50001."""
    parts = parts_of(request)
    if request.match_info["application_id"] != parts.world.application.id:
        raise unknown("Application")
    scope = request.match_info.get("guild_id", "")
    guild = parts.world.guilds.get(scope)
    if scope and (guild is None or parts.world.application.bot_id not in guild.members):
        raise missing_access()
    return parts, scope


def _object(value: Any) -> Json:  # noqa: ANN401 - an unchecked JSON value
    if isinstance(value, dict):
        return value
    why = {"code": "MODEL_TYPE_CONVERT", "message": "Only dictionaries may be used in a ModelType"}
    raise invalid_form({"_errors": [why]})

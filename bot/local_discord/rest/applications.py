"""The application that the token belongs to."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import not_built
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.localised import read_localised
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.wire.users import user_json

__all__ = ["routes"]

_DESCRIPTION = 400
_FIXED = (
    "icon",
    "cover_image",
    "team_id",
    "interactions_endpoint_url",
    "explicit_content_filter",
    "max_participants",
    "type",
    "tags",
    "custom_install_url",
    "install_params",
    "role_connections_verification_url",
    "integration_types_config",
    "event_webhooks_status",
    "event_webhooks_url",
    "event_webhooks_types",
)
"""What an application on Discord can be changed in, and this one cannot."""


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get("/oauth2/applications/@me", mine),
        web.get("/applications/@me", mine),
        web.patch("/applications/@me", changed),
    ]


async def mine(request: web.Request) -> web.Response:
    """The bot's application."""
    return json_reply(_application(parts_of(request)))


async def changed(request: web.Request) -> web.Response:
    """Change the application's description. Everything else is as it was granted at the start."""
    parts = parts_of(request)
    body = (await read_body(request)).json
    form = Form()
    description = _description(form, body)
    flags = parts.world.application.flags
    if body.get("flags") is not None:
        flags = form.whole(body["flags"], ("flags",), least=0, most=(1 << 31) - 1, default=flags)
    form.check()
    fixed = [key for key in _FIXED if body.get(key) not in (None, [])]
    if fixed or flags != parts.world.application.flags:
        raise not_built(f"changes of an application's {', '.join(fixed) or 'flags'}")
    if description is not None:
        parts.world.application.description = description
    return json_reply(_application(parts))


def _description(form: Form, body: Json) -> str | None:
    """The description in plain text; it may also come with localisations, of which the default is kept."""
    value = body.get("description")
    if value is None:
        return None
    if not isinstance(value, dict):
        return form.text(value, ("description",), most=_DESCRIPTION)
    read_localised(form, value.get("localizations"), ("description", "localizations"), most=_DESCRIPTION)
    return form.text(value.get("default"), ("description", "default"), most=_DESCRIPTION)


def _application(parts: Parts) -> Json:
    application, world = parts.world.application, parts.world
    guilds = sum(application.bot_id in guild.members for guild in world.guilds.values())
    return {
        "id": application.id,
        "name": application.name,
        "description": application.description,
        "icon": None,
        "summary": "",
        "type": None,
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": application.flags,
        "flags_new": str(application.flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": [],
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "owner": user_json(world, application.owner_id),
        "team": None,
        "bot": user_json(world, application.bot_id),
        "approximate_guild_count": guilds,
        "integration_types_config": {"0": {}},
    }

"""Follow-ups of interactions: the webhook of the application, with an interaction's token.

No other webhooks are built.
"""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import unknown
from bot.local_discord.forms.message import read_message
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.reply import json_reply, origin_of
from bot.local_discord.state.interactions import Interaction
from bot.local_discord.wire.messages import message_json

__all__ = ["routes"]

_HOOK = "/webhooks/{webhook_id}/{webhook_token}"


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.post(_HOOK, posted),
        web.get(_HOOK + "/messages/{message_id}", one),
        web.patch(_HOOK + "/messages/{message_id}", edited),
        web.delete(_HOOK + "/messages/{message_id}", deleted),
    ]


async def posted(request: web.Request) -> web.Response:
    """Post a follow-up."""
    parts, interaction = _hook(request)
    message = parts.answers.follow_up(interaction, await read_body(request))
    return json_reply(message_json(parts.world, message), origin=origin_of(request))


async def one(request: web.Request) -> web.Response:
    """A message of the interaction."""
    parts, interaction = _hook(request)
    message = parts.answers.message(interaction, request.match_info["message_id"])
    return json_reply(message_json(parts.world, message), origin=origin_of(request))


async def edited(request: web.Request) -> web.Response:
    """Change a message of the interaction."""
    parts, interaction = _hook(request)
    message = parts.answers.message(interaction, request.match_info["message_id"])
    body = await read_body(request)
    draft = read_message(body.json, files=len(body.files), fresh=False)
    parts.posting.edit(message, draft, body.files)
    return json_reply(message_json(parts.world, message), origin=origin_of(request))


async def deleted(request: web.Request) -> web.Response:
    """Remove a message of the interaction."""
    parts, interaction = _hook(request)
    parts.posting.delete(parts.answers.message(interaction, request.match_info["message_id"]))
    return web.Response(status=204)


def _hook(request: web.Request) -> tuple[Parts, Interaction]:
    parts = parts_of(request)
    if request.match_info["webhook_id"] != parts.world.application.id:
        raise unknown("Webhook")
    return parts, parts.interactions.by_token(request.match_info["webhook_token"])

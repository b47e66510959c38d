"""Webhooks of channels, for the bot that manages them. What their tokens do is `webhooks.py`."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.reply import json_reply, origin_of
from bot.local_discord.state.webhooks import Webhook
from bot.local_discord.wire.webhooks import webhook_json

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get("/channels/{channel_id}/webhooks", in_channel),
        web.post("/channels/{channel_id}/webhooks", created),
        web.get("/guilds/{guild_id}/webhooks", in_guild),
        web.get("/webhooks/{webhook_id}", one),
        web.patch("/webhooks/{webhook_id}", changed),
        web.delete("/webhooks/{webhook_id}", deleted),
    ]


async def in_channel(request: web.Request) -> web.Response:
    """The channel's webhooks."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    return _listed(request, parts, parts.webhooks.in_channel(channel, parts.world.application.bot_id))


async def created(request: web.Request) -> web.Response:
    """Make a webhook."""
    parts = parts_of(request)
    channel = parts.world.channel(request.match_info["channel_id"])
    body = (await read_body(request)).json
    webhook = parts.webhooks.create(channel, parts.world.application.bot_id, body)
    return json_reply(webhook_json(parts.world, webhook, origin_of(request)))


async def in_guild(request: web.Request) -> web.Response:
    """The guild's webhooks."""
    parts = parts_of(request)
    found = parts.webhooks.in_guild(request.match_info["guild_id"], parts.world.application.bot_id)
    return _listed(request, parts, found)


async def one(request: web.Request) -> web.Response:
    """One webhook."""
    parts, webhook = _managed(request)
    return json_reply(webhook_json(parts.world, webhook, origin_of(request)))


async def changed(request: web.Request) -> web.Response:
    """Rename or move a webhook."""
    parts, webhook = _managed(request)
    body = (await read_body(request)).json
    parts.webhooks.change(webhook, body, user_id=parts.world.application.bot_id)
    return json_reply(webhook_json(parts.world, webhook, origin_of(request)))


async def deleted(request: web.Request) -> web.Response:
    """Remove a webhook."""
    parts, webhook = _managed(request)
    parts.webhooks.remove(webhook)
    return web.Response(status=204)


def _managed(request: web.Request) -> tuple[Parts, Webhook]:
    parts = parts_of(request)
    return parts, parts.webhooks.managed(request.match_info["webhook_id"], parts.world.application.bot_id)


def _listed(request: web.Request, parts: Parts, webhooks: list[Webhook]) -> web.Response:
    return json_reply([webhook_json(parts.world, each, origin_of(request)) for each in webhooks])

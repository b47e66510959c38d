"""Webhooks in JSON."""

from __future__ import annotations

from bot.local_discord.reply import Json
from bot.local_discord.state.webhooks import Webhook
from bot.local_discord.state.world import World
from bot.local_discord.wire.users import user_json

__all__ = ["application_webhook_json", "webhook_json"]

_INCOMING, _APPLICATION = 1, 3


def webhook_json(world: World, webhook: Webhook, origin: str, *, with_user: bool = True) -> Json:
    """A webhook of a channel; `origin` is where its link points, `with_user` says who made it."""
    body: Json = {
        "id": webhook.id,
        "type": _INCOMING,
        "application_id": world.application.id if webhook.creator_id == world.application.bot_id else None,
        "avatar": None,
        "channel_id": webhook.channel_id,
        "guild_id": webhook.guild_id,
        "name": webhook.name,
        "token": webhook.token,
        "url": f"{origin}/api/v10/webhooks/{webhook.id}/{webhook.token}",
    }
    if with_user:
        body["user"] = user_json(world, webhook.creator_id)
    return body


def application_webhook_json(world: World) -> Json:
    """The webhook that answers interactions: the application itself."""
    return {
        "id": world.application.id,
        "type": _APPLICATION,
        "application_id": world.application.id,
        "avatar": None,
        "channel_id": None,
        "guild_id": None,
        "name": world.application.name,
    }

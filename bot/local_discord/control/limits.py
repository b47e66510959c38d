"""The sizes of the rate limits, and how full the buckets are."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.control.asking import read_as
from bot.local_discord.limits.sizes import Limits
from bot.local_discord.limits.table import RULES, bucket_hash
from bot.local_discord.parts import parts_of
from bot.local_discord.reply import json_reply

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """These routes."""
    return [web.get("/limits", shown), web.put("/limits", changed)]


async def shown(request: web.Request) -> web.Response:
    """Sizes in force, every kind of bucket with its routes, the open buckets, and who is barred."""
    parts = parts_of(request)
    kinds = [
        {
            "bucket": name,
            "hash": bucket_hash(name),
            "limit": rule.limit,
            "seconds": rule.seconds,
            "routes": rule.routes,
        }
        for name, rule in RULES.items()
    ]
    body = {
        "in_force": parts.limits.enabled,
        "sizes": parts.limits.sizes.model_dump(by_alias=True),
        "kinds": kinds,
        "open": parts.limits.read(),
        "addresses": parts.bar.read(),
    }
    return json_reply(body)


async def changed(request: web.Request) -> web.Response:
    """Put sizes in force, those of Discord where one is left out; counts begin anew and the bar is lifted."""
    sizes = await read_as(request, Limits)
    parts = parts_of(request)
    parts.limits.resize(sizes)
    parts.limits.switch(on=sizes.enabled)
    parts.bar.lift()
    return web.Response(status=204)

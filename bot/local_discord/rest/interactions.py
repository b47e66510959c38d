"""The first answer to an interaction. The token is in the path; no other is asked for."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import parts_of
from bot.local_discord.reply import json_reply, origin_of

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [web.post("/interactions/{interaction_id}/{interaction_token}/callback", answered)]


async def answered(request: web.Request) -> web.Response:
    """Take the first answer; with `with_response`, say what came of it."""
    parts, where = parts_of(request), request.match_info
    body = await read_body(request)
    reply = parts.answers.first(where["interaction_id"], where["interaction_token"], body)
    if request.query.get("with_response") in {"1", "true", "True"}:
        return json_reply(reply, origin=origin_of(request))
    return web.Response(status=204)

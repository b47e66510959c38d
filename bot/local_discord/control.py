"""Control, for tests and scenes: read the ledger, deliver twice, remove, disconnect, ask for a fault."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.local_discord.errors import RestError
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import parts_of
from bot.local_discord.reply import json_reply

__all__ = ["make_control"]


def make_control() -> web.Application:
    """The application to mount under `/control/v1`."""
    control = web.Application(middlewares=[_gate])
    control.add_routes(
        [
            web.get("/ledger", ledger),
            web.post("/interactions/{interaction_id}/redeliver", redelivered),
            web.delete("/channels/{channel_id}", channel_deleted),
            web.delete("/channels/{channel_id}/messages/{message_id}", message_deleted),
            web.post("/gateway/disconnect", disconnected),
            web.put("/fault", fault_set),
            web.delete("/fault", fault_cleared),
        ]
    )
    return control


async def ledger(request: web.Request) -> web.Response:
    """The REST requests after number `since`, of one `route` ("METHOD /template") if given."""
    since = int(request.query.get("since", "0"))
    return json_reply(parts_of(request).ledger.read(since=since, route=request.query.get("route", "")))


async def redelivered(request: web.Request) -> web.Response:
    """Deliver an interaction a second time."""
    parts_of(request).interactions.redeliver(request.match_info["interaction_id"])
    return web.Response(status=204)


async def channel_deleted(request: web.Request) -> web.Response:
    """Remove a channel or thread, as somebody with the right to do so would."""
    parts = parts_of(request)
    return json_reply(parts.threads.remove(parts.world.channel(request.match_info["channel_id"])))


async def message_deleted(request: web.Request) -> web.Response:
    """Remove a message, whoever's it is."""
    parts, where = parts_of(request), request.match_info
    parts.posting.delete(parts.world.messages.get(where["channel_id"], where["message_id"]))
    return web.Response(status=204)


async def disconnected(request: web.Request) -> web.Response:
    """Close every gateway connection; how many there were."""
    parts = parts_of(request)
    body = (await read_body(request)).json
    connections = list(parts.connections)
    if body.get("reconnect"):
        for connection in connections:
            connection.ask_to_reconnect()
    else:
        code, forget = int(body.get("code", 4000)), not body.get("resumable", True)
        for connection in connections:
            connection.hang_up(code, forget=forget)
    return json_reply({"connections": len(connections)})


async def fault_set(request: web.Request) -> web.Response:
    """The next `count` requests of `route` are late by `delay` seconds, and fail with `status` if given."""
    body = (await read_body(request)).json
    fault = parts_of(request).fault
    fault.route, fault.count = str(body.get("route", "")), int(body.get("count", 1))
    fault.delay, fault.status = float(body.get("delay", 0.0)), int(body.get("status", 0))
    return web.Response(status=204)


async def fault_cleared(request: web.Request) -> web.Response:
    """No fault any more."""
    parts_of(request).fault.count = 0
    return web.Response(status=204)


@web.middleware
async def _gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RestError as error:
        return json_reply(error.body(), status=error.status)

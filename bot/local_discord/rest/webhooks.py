"""What a webhook's token does: the application's (follow-ups of interactions), and those of channels."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import not_built
from bot.local_discord.forms.message import read_message
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.reply import json_reply, origin_of
from bot.local_discord.state.messages import Message
from bot.local_discord.wire.messages import message_json
from bot.local_discord.wire.webhooks import application_webhook_json, webhook_json

__all__ = ["routes"]

_HOOK = "/webhooks/{webhook_id}/{webhook_token}"
_TRUE = {"1", "true", "True"}


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get(_HOOK, itself),
        web.patch(_HOOK, changed),
        web.delete(_HOOK, removed),
        web.post(_HOOK, posted),
        web.get(_HOOK + "/messages/{message_id}", one),
        web.patch(_HOOK + "/messages/{message_id}", edited),
        web.delete(_HOOK + "/messages/{message_id}", deleted),
    ]


async def itself(request: web.Request) -> web.Response:
    """The webhook, without who made it."""
    parts, webhook_id, token = _hook(request)
    if _is_application(parts, webhook_id):
        parts.interactions.by_token(token)
        return json_reply(application_webhook_json(parts.world))
    webhook = parts.webhooks.by_token(webhook_id, token)
    return json_reply(webhook_json(parts.world, webhook, origin_of(request), with_user=False))


async def changed(request: web.Request) -> web.Response:
    """Rename the webhook."""
    parts, webhook_id, token = _hook(request)
    if _is_application(parts, webhook_id):
        raise not_built("changes of the application's own webhook")
    webhook = parts.webhooks.by_token(webhook_id, token)
    parts.webhooks.change(webhook, (await read_body(request)).json)
    return json_reply(webhook_json(parts.world, webhook, origin_of(request), with_user=False))


async def removed(request: web.Request) -> web.Response:
    """Remove the webhook."""
    parts, webhook_id, token = _hook(request)
    if _is_application(parts, webhook_id):
        raise not_built("the removal of the application's own webhook")
    parts.webhooks.remove(parts.webhooks.by_token(webhook_id, token))
    return web.Response(status=204)


async def posted(request: web.Request) -> web.Response:
    """Post a follow-up; or a message of a webhook, which is answered where `wait` asks for it."""
    parts, webhook_id, token = _hook(request)
    if _is_application(parts, webhook_id):
        interaction = parts.interactions.by_token(token)
        message = parts.answers.follow_up(interaction, await read_body(request))
        return _reply(request, parts, message)
    webhook = parts.webhooks.by_token(webhook_id, token)
    message = parts.webhooks.execute(webhook, await read_body(request), request.query.get("thread_id", ""))
    if request.query.get("wait") in _TRUE:
        return _reply(request, parts, message)
    return web.Response(status=204)


async def one(request: web.Request) -> web.Response:
    """A message of the interaction or webhook."""
    parts, message = _message(request)
    return _reply(request, parts, message)


async def edited(request: web.Request) -> web.Response:
    """Change a message of the interaction or webhook."""
    parts, message = _message(request)
    body = await read_body(request)
    draft = read_message(body.json, files=body.files.keys(), fresh=False, of=message)
    parts.posting.edit(message, draft, body.files)
    return _reply(request, parts, message)


async def deleted(request: web.Request) -> web.Response:
    """Remove a message of the interaction or webhook."""
    parts, message = _message(request)
    parts.posting.delete(message)
    return web.Response(status=204)


def _message(request: web.Request) -> tuple[Parts, Message]:
    parts, webhook_id, token = _hook(request)
    message_id = request.match_info["message_id"]
    if _is_application(parts, webhook_id):
        return parts, parts.answers.message(parts.interactions.by_token(token), message_id)
    webhook = parts.webhooks.by_token(webhook_id, token)
    return parts, parts.webhooks.message(webhook, message_id, request.query.get("thread_id", ""))


def _reply(request: web.Request, parts: Parts, message: Message) -> web.Response:
    return json_reply(message_json(parts.world, message), origin=origin_of(request))


def _hook(request: web.Request) -> tuple[Parts, str, str]:
    return parts_of(request), request.match_info["webhook_id"], request.match_info["webhook_token"]


def _is_application(parts: Parts, webhook_id: str) -> bool:
    return webhook_id == parts.world.application.id

"""Users, the bot's own among them, and direct messages with them."""

from __future__ import annotations

from aiohttp import web

from bot.local_discord.errors import RestError, not_built
from bot.local_discord.events import Event, Intent
from bot.local_discord.forms.fields import snowflake
from bot.local_discord.forms.form import Form
from bot.local_discord.forms.uploads import read_body
from bot.local_discord.parts import Parts, parts_of
from bot.local_discord.reply import Json, json_reply
from bot.local_discord.wire.channels import channel_json
from bot.local_discord.wire.users import own_user_json, user_json

__all__ = ["routes"]


def routes() -> list[web.RouteDef]:
    """This resource's routes."""
    return [
        web.get("/users/@me", me),
        web.patch("/users/@me", changed),
        web.post("/users/@me/channels", direct),
        web.get("/users/{user_id}", user),
    ]


async def me(request: web.Request) -> web.Response:
    """The bot's own user."""
    return json_reply(own_user_json(parts_of(request).world))


async def changed(request: web.Request) -> web.Response:
    """Change the bot's user name."""
    parts = parts_of(request)
    body = (await read_body(request)).json
    for name in ("avatar", "banner"):
        if body.get(name) is not None:
            raise not_built(f"a user's {name}")
    form, bot = Form(), parts.world.bot
    if "username" in body:
        username = form.text(body["username"], ("username",), least=2, most=32, required=True)
        form.check()
        bot.username = username
        told = Event("USER_UPDATE", own_user_json(parts.world), Intent.ALWAYS, frozenset())
        parts.bus.publish(told)
    return json_reply(own_user_json(parts.world))


async def user(request: web.Request) -> web.Response:
    """A user by id."""
    parts = parts_of(request)
    return json_reply(user_json(parts.world, parts.world.user(request.match_info["user_id"]).id))


async def direct(request: web.Request) -> web.Response:
    """The channel of direct messages with a person."""
    parts = parts_of(request)
    body = (await read_body(request)).json
    channel, _ = parts.places.direct.open(parts.world.application.bot_id, _recipient(parts, body))
    return json_reply(channel_json(parts.world, channel))


def _recipient(parts: Parts, body: Json) -> str:
    if body.get("access_tokens") is not None:
        raise not_built("group direct messages")
    form = Form()
    recipient_id = snowflake(form, body.get("recipient_id"), ("recipient_id",))
    form.check()
    if recipient_id not in parts.world.users:
        raise RestError(400, 50033, "Invalid Recipient(s)")
    return recipient_id

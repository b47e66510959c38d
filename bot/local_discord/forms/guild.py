"""What the bodies of guilds, roles and members may be."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from bot.local_discord.errors import not_built
from bot.local_discord.forms.command import LOCALES
from bot.local_discord.forms.fields import INT32, bits, choice, moment, snowflake, snowflakes, switch
from bot.local_discord.forms.form import Form
from bot.local_discord.reply import Json

__all__ = ["read_guild", "read_member", "read_own_member", "read_role"]

_GUILD_NOT_HERE = ("icon", "splash", "banner", "discovery_splash", "home_header", "features", "region")
_GUILD_CHOICES = {
    "verification_level": range(5),
    "default_message_notifications": range(2),
    "explicit_content_filter": range(3),
    "afk_timeout": (60, 300, 900, 1800, 3600),
}
_GUILD_CHANNELS = (
    "afk_channel_id",
    "system_channel_id",
    "rules_channel_id",
    "safety_alerts_channel_id",
    "public_updates_channel_id",
)
_WHITE = 0xFFFFFF
_ROLES = 350


def read_guild(body: Json, channel_ids: Container[str]) -> Json:
    """The fields of a guild that `body` changes, as a guild object has them. Raises RestError 50035, 501."""
    _refuse(body, _GUILD_NOT_HERE, "a guild's")
    form, change = Form(), Json()
    if "name" in body:
        change["name"] = form.text(body["name"], ("name",), least=2, most=100, required=True)
    if "description" in body:
        change["description"] = form.text(body["description"], ("description",), most=300) or None
    if body.get("preferred_locale") is not None:
        form.one_of(body["preferred_locale"], ("preferred_locale",), sorted(LOCALES))
        change["preferred_locale"] = body["preferred_locale"]
    for name, allowed in _GUILD_CHOICES.items():
        if body.get(name) is not None:
            change[name] = choice(form, body[name], (name,), allowed, 0)
    _guild_channels(form, body, channel_ids, change)
    if body.get("premium_progress_bar_enabled") is not None:
        change["premium_progress_bar_enabled"] = switch(
            form, body, "premium_progress_bar_enabled", default=False
        )
    form.check()
    return change


def read_role(body: Json) -> Json:
    """The attributes of a Role that `body` says. Raises RestError 50035, 501."""
    _refuse(body, ("icon", "unicode_emoji"), "a role's")
    form, change = Form(), Json()
    if body.get("name") is not None:
        change["name"] = form.text(body["name"], ("name",), least=1, most=100, required=True)
    if body.get("permissions") is not None:
        change["permissions"] = bits(form, body["permissions"], ("permissions",))
    color: Any = body.get("color")
    colors = form.object(body.get("colors"), ("colors",))
    if colors is not None:
        _refuse(colors, ("secondary_color", "tertiary_color"), "a role's")
        color = colors.get("primary_color", color)
    if color is not None:
        change["color"] = form.whole(color, ("color",), least=0, most=_WHITE, default=0)
    for name in ("hoist", "mentionable"):
        if body.get(name) is not None:
            change[name] = switch(form, body, name, default=False)
    form.check()
    return change


def read_member(body: Json) -> Json:
    """The attributes of a Member that `body` says. Raises RestError 50035, 501."""
    _refuse(body, ("flags",), "a member's")
    form, change = Form(), Json()
    if "nick" in body:
        change["nick"] = form.text(body["nick"], ("nick",), most=32) or None
    if "roles" in body:
        change["roles"] = snowflakes(form, body["roles"], ("roles",), most=_ROLES)
    if "communication_disabled_until" in body:
        path = ("communication_disabled_until",)
        change["timeout_until"] = moment(form, body["communication_disabled_until"], path)
    for name in ("mute", "deaf"):
        if body.get(name) is not None:
            switch(form, body, name, default=False)
    if body.get("channel_id") is not None:
        snowflake(form, body["channel_id"], ("channel_id",))
    form.check()
    return change


def read_own_member(body: Json) -> Json:
    """What a bot changes of its own member. Raises RestError 50035, 501."""
    _refuse(body, ("avatar", "banner", "bio"), "a member's")
    return read_member({name: value for name, value in body.items() if name == "nick"})


def _guild_channels(form: Form, body: Json, channel_ids: Container[str], change: Json) -> None:
    for name in _GUILD_CHANNELS:
        if name in body:
            channel_id = snowflake(form, body[name], (name,))
            if channel_id and channel_id not in channel_ids:
                form.fail((name,), "CHANNEL_INVALID", "That is no channel of this guild.")
            change[name] = channel_id or None
    if body.get("system_channel_flags") is not None:
        change["system_channel_flags"] = form.whole(
            body["system_channel_flags"], ("system_channel_flags",), least=0, most=INT32, default=0
        )


def _refuse(body: Json, names: tuple[str, ...], whose: str) -> None:
    for name in names:
        if body.get(name) is not None:
            raise not_built(f"{whose} {name}")

"""The form of a webhook, and of what is said in its name.

Limits: "Webhook Resource" of Discord's documentation. Pictures are not here.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.local_discord.errors import not_built
from bot.local_discord.forms.form import Form
from bot.local_discord.reply import Json

__all__ = ["Execution", "read_execution", "read_webhook"]

_NAME, _THREAD_NAME, _LINK = 80, 100, 2048
_FORBIDDEN = ("clyde", "discord")


@dataclass(frozen=True)
class Execution:
    """Under which name a webhook speaks, and the post that it starts with it; "" is not said."""

    username: str = ""
    thread_name: str = ""


def read_webhook(form: Form, body: Json, *, fresh: bool) -> str:
    """The webhook's name, "" where a change does not say one. Raises RestError 501 for a picture."""
    if body.get("avatar") is not None:
        raise not_built("pictures of webhooks (avatar)")
    if not fresh and "name" not in body:
        return ""
    name = form.text(body.get("name"), ("name",), least=1, most=_NAME, required=True)
    if name and not name.strip():
        form.fail(("name",), "BASE_TYPE_REQUIRED", "This field is required")
    _check_name(form, name, "name")
    return name


def read_execution(form: Form, body: Json) -> Execution:
    """What a body says of who speaks; the message in it is `message.py`. Raises RestError 501 for polls."""
    if body.get("poll") is not None:
        raise not_built("polls of webhooks")
    username = form.text(body.get("username"), ("username",), least=1, most=_NAME)
    _check_name(form, username, "username")
    form.link(body.get("avatar_url"), ("avatar_url",), most=_LINK)
    return Execution(
        username, form.text(body.get("thread_name"), ("thread_name",), least=1, most=_THREAD_NAME)
    )


def _check_name(form: Form, name: str, key: str) -> None:
    for word in _FORBIDDEN:
        if word in name.lower():
            form.fail((key,), "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"')

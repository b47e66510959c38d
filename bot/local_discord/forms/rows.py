"""The form of action rows: up to five buttons, or one select."""

from __future__ import annotations

from bot.local_discord.errors import not_built
from bot.local_discord.forms.components import SELECTS, Kind, read_custom_id, read_select
from bot.local_discord.forms.emoji import read_emoji
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json

__all__ = ["read_button", "read_row"]

_LINK, _PREMIUM = 5, 6
_STYLES = range(1, 7)
_BUTTONS = 5
_LABEL, _URL = 80, 512


def read_row(form: Form, row: Json, path: Path, seen: set[str]) -> None:
    """Note what is wrong with a row; `seen` are the custom ids so far."""
    where = (*path, "components")
    children = form.items(row.get("components"), where, least=1, most=_BUTTONS)
    for place, child in enumerate(children):
        kind = child.get("type")
        if not form.one_of(kind, (*where, place, "type"), (Kind.BUTTON, *sorted(SELECTS))):
            continue
        if kind == Kind.BUTTON:
            read_button(form, child, (*where, place), seen)
        else:
            read_select(form, child, (*where, place), seen)
    if len(children) > 1 and any(child.get("type") in tuple(SELECTS) for child in children):
        form.fail(
            path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width"
        )


def read_button(form: Form, button: Json, path: Path, seen: set[str]) -> None:
    """Note what is wrong with a button. Raises RestError 501 for a premium one."""
    label = form.text(button.get("label"), (*path, "label"), most=_LABEL)
    form.truth(button.get("disabled"), (*path, "disabled"))
    emoji = read_emoji(form, button.get("emoji"), (*path, "emoji"))
    style = button.get("style")
    form.one_of(style, (*path, "style"), _STYLES)
    if style == _PREMIUM:
        raise not_built("premium buttons")
    is_link = style == _LINK
    if is_link:
        schemes = ("http", "https", "discord")
        form.link(button.get("url"), (*path, "url"), schemes=schemes, most=_URL, required=True)
    else:
        read_custom_id(form, button, path, seen)
    if button.get("custom_id" if is_link else "url") is not None:
        form.fail(
            (*path, "custom_id"),
            "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
            "A custom id and url cannot both be specified",
        )
    if not label and emoji is None:
        form.fail(path, "BUTTON_COMPONENT_INVALID_EMPTY", "A button must have a label or an emoji")

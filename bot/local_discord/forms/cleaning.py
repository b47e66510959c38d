"""A message's component in the form in which Discord gives it back: known fields only, none of them null.

Takes what `layout.py` has checked. Source: the `...ComponentResponse` schemas of Discord's OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.local_discord.forms.components import Kind
from bot.local_discord.reply import Json

__all__ = ["clean"]

_SELECT = ("custom_id", "placeholder", "min_values", "max_values", "disabled")
_FIELDS: dict[int, tuple[str, ...]] = {
    Kind.ROW: ("components",),
    Kind.BUTTON: ("style", "label", "emoji", "custom_id", "url", "disabled"),
    Kind.STRING_SELECT: (*_SELECT, "options"),
    Kind.USER_SELECT: (*_SELECT, "default_values"),
    Kind.ROLE_SELECT: (*_SELECT, "default_values"),
    Kind.MENTIONABLE_SELECT: (*_SELECT, "default_values"),
    Kind.CHANNEL_SELECT: (*_SELECT, "default_values", "channel_types"),
    Kind.SECTION: ("components", "accessory"),
    Kind.TEXT_DISPLAY: ("content",),
    Kind.THUMBNAIL: ("media", "description", "spoiler"),
    Kind.MEDIA_GALLERY: ("items",),
    Kind.FILE: ("file", "spoiler"),
    Kind.SEPARATOR: ("divider", "spacing"),
    Kind.CONTAINER: ("accent_color", "components", "spoiler"),
}
_COUNTS: Json = {"min_values": 1, "max_values": 1}
_PICTURE: Json = {"description": None, "spoiler": False}
_DEFAULTS: dict[int, Json] = {
    Kind.STRING_SELECT: _COUNTS,
    Kind.USER_SELECT: _COUNTS,
    Kind.ROLE_SELECT: _COUNTS,
    Kind.MENTIONABLE_SELECT: _COUNTS,
    Kind.CHANNEL_SELECT: _COUNTS,
    Kind.THUMBNAIL: _PICTURE,
    Kind.FILE: {"name": None, "size": None, "spoiler": False},
    Kind.SEPARATOR: {"divider": True, "spacing": 1},
    Kind.CONTAINER: {"accent_color": None, "spoiler": False},
}


def clean(component: Json) -> Json:
    """The component, and whatever is in it, as messages carry it."""
    kind = int(component["type"])
    cleaned: Json = {"type": kind, "id": component["id"], **_DEFAULTS.get(kind, {})}
    for key in _FIELDS[kind]:
        value = component.get(key)
        if value is not None:
            cleaned[key] = _INNER[key](value) if key in _INNER else value
    return cleaned


def _many(components: list[Json]) -> list[Json]:
    return [clean(component) for component in components]


def _media(media: Json) -> Json:
    return {"url": media["url"]}


def _items(items: list[Json]) -> list[Json]:
    return [
        {**_PICTURE, **_known(item, "description", "spoiler"), "media": _media(item["media"])}
        for item in items
    ]


def _options(options: list[Json]) -> list[Json]:
    return [
        {
            **_known(option, "label", "value", "description", "default"),
            **({"emoji": _emoji(option["emoji"])} if option.get("emoji") is not None else {}),
        }
        for option in options
    ]


def _emoji(emoji: Json) -> Json:
    if emoji.get("id") is None:
        return {"name": emoji["name"]}
    return {**_known(emoji, "animated"), "id": str(emoji["id"]), "name": emoji.get("name") or "_"}


def _defaults(values: list[Json]) -> list[Json]:
    return [{"id": str(value["id"]), "type": value["type"]} for value in values]


def _known(value: Json, *keys: str) -> Json:
    return {key: value[key] for key in keys if value.get(key) is not None}


_INNER: dict[str, Callable[[Any], Any]] = {
    "components": _many,
    "accessory": clean,
    "media": _media,
    "file": _media,
    "items": _items,
    "options": _options,
    "emoji": _emoji,
    "default_values": _defaults,
}

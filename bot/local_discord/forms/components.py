"""What all forms of components share: their kinds, custom ids, numbers of values, options, selects, ids.

Rows are `rows.py`, Components V2 `layout.py`, modals `modal.py`. Limits: "Component Reference" of Discord's
documentation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.local_discord.forms.emoji import read_emoji
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json
from bot.local_discord.state.channels import ChannelKind

__all__ = [
    "AUTO_SELECTS",
    "SELECTS",
    "Kind",
    "every",
    "numbered",
    "read_counts",
    "read_custom_id",
    "read_options",
    "read_select",
    "walk",
]


class Kind:
    """Component types; values are Discord's."""

    ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


AUTO_SELECTS = {5: "users", 6: "roles", 7: "mentionables", 8: "channels"}
"""The selects whose options are things of the guild."""

SELECTS = frozenset({Kind.STRING_SELECT, *AUTO_SELECTS})
"""Every kind of select."""

_DEFAULTS = {5: ("user",), 6: ("role",), 7: ("user", "role"), 8: ("channel",)}
_HOLDERS = frozenset({Kind.ROW, Kind.CONTAINER, Kind.SECTION, Kind.LABEL})
_CHANNEL_KINDS = (*(int(kind) for kind in ChannelKind), 3, 13, 14)
_VALUES = 25
_MOST_ID = 2**31 - 1


def walk(components: list[Json]) -> list[Json]:
    """Every component that holds no others, at any depth, in reading order."""
    return [component for component in every(components) if component["type"] not in _HOLDERS]


def every(components: list[Json]) -> Iterator[Json]:
    """Every component, at any depth, in reading order; what holds others comes before them."""
    for component in components:
        yield component
        yield from every(_inside(component))


def read_select(form: Form, select: Json, path: Path, seen: set[str]) -> None:
    """Note what is wrong with a select; `seen` are the custom ids so far."""
    read_custom_id(form, select, path, seen)
    form.text(select.get("placeholder"), (*path, "placeholder"), most=150)
    form.truth(select.get("disabled"), (*path, "disabled"))
    least, most = read_counts(form, select, path, most=_VALUES)
    kind = select["type"]
    if kind == Kind.STRING_SELECT:
        # No more may be asked for than there are: Discord names the options then, not the number.
        read_options(form, select, path, least=max(1, most), most=_VALUES)
        return
    defaults = form.items(select.get("default_values"), (*path, "default_values"), most=_VALUES)
    if defaults and not least <= len(defaults) <= most:
        why = f"Must be between {least} and {most} in length."
        form.fail((*path, "default_values"), "BASE_TYPE_BAD_LENGTH", why)
    for index, one in enumerate(defaults):
        where = (*path, "default_values", index)
        form.one_of(one.get("type"), (*where, "type"), _DEFAULTS[kind])
        form.snowflake(one.get("id"), (*where, "id"))
    if kind == Kind.CHANNEL_SELECT:
        _channel_types(form, select.get("channel_types"), (*path, "channel_types"))


def read_custom_id(form: Form, component: Json, path: Path, seen: set[str]) -> None:
    """Note what is wrong with a custom id, or that it is in `seen`, which it joins."""
    where = (*path, "custom_id")
    custom_id = form.text(component.get("custom_id"), where, least=1, most=100, required=True)
    if custom_id and custom_id in seen:
        form.fail(where, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    seen.add(custom_id)


def read_counts(form: Form, component: Json, path: Path, *, most: int) -> tuple[int, int]:
    """`min_values` and `max_values`; what is wrong with them is noted."""
    least = form.whole(component.get("min_values"), (*path, "min_values"), least=0, most=most, default=1)
    greatest = form.whole(component.get("max_values"), (*path, "max_values"), least=1, most=most, default=1)
    if component.get("max_values") is not None and least > greatest:
        form.fail((*path, "min_values"), "NUMBER_TYPE_MAX", "min_values is greater than max_values.")
    return least, greatest


def read_options(form: Form, component: Json, path: Path, *, least: int, most: int) -> None:
    """Note what is wrong with the options of a select or a group."""
    where = (*path, "options")
    seen: set[str] = set()
    for index, option in enumerate(form.items(component.get("options"), where, least=least, most=most)):
        form.text(option.get("label"), (*where, index, "label"), least=1, most=100, required=True)
        form.text(option.get("description"), (*where, index, "description"), most=100)
        form.truth(option.get("default"), (*where, index, "default"))
        read_emoji(form, option.get("emoji"), (*where, index, "emoji"))
        value = form.text(option.get("value"), (*where, index, "value"), least=1, most=100, required=True)
        if value and value in seen:
            form.fail(
                (*where, index, "value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
        seen.add(value)


def numbered(components: list[Json]) -> list[Json]:
    """Copies in which each component has its own `id`: the one that it came with, else the next free one."""
    taken = {one for one in map(_given, every(components)) if one}
    count = 0

    def number(component: Json) -> Json:
        nonlocal count
        given = _given(component)
        while not given:
            count += 1
            given = 0 if count in taken else count
        copy = {**component, "id": given}
        if isinstance(copy.get("components"), list):
            copy["components"] = [number(child) for child in copy["components"]]
        for key in ("accessory", "component"):
            if isinstance(copy.get(key), dict):
                copy[key] = number(copy[key])
        return copy

    return [number(component) for component in components]


def _inside(component: Json) -> list[Json]:
    inner = component.get("components")
    found = [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []
    return found + [
        component[key] for key in ("accessory", "component") if isinstance(component.get(key), dict)
    ]


def _given(component: Json) -> int:
    given = component.get("id")
    is_number = isinstance(given, int) and not isinstance(given, bool)
    return given if is_number and isinstance(given, int) and 0 < given <= _MOST_ID else 0


def _channel_types(form: Form, value: Any, path: Path) -> None:  # noqa: ANN401 - an unchecked JSON value
    if value is None:
        return
    if not isinstance(value, list):
        form.fail(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return
    for index, kind in enumerate(value):
        form.one_of(kind, (*path, index), _CHANNEL_KINDS)

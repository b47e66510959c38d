"""The forms of components: action rows with buttons and selects for messages, labels and inputs for modals.

Limits: "Component Reference" of Discord's documentation. Components V2 is not built here.
"""

from __future__ import annotations

from typing import Any

from bot.local_discord.errors import not_built
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json

__all__ = ["AUTO_SELECTS", "Kind", "read_modal", "read_rows", "walk"]


class Kind:
    """Component types; values are Discord's."""

    ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    TEXT_DISPLAY = 10
    LABEL = 18
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


AUTO_SELECTS = {5: "users", 6: "roles", 7: "mentionables", 8: "channels"}
"""The selects whose options are things of the guild."""

_SELECTS = {Kind.STRING_SELECT, *AUTO_SELECTS}
_LABELLED = {*_SELECTS, Kind.TEXT_INPUT, Kind.RADIO_GROUP, Kind.CHECKBOX_GROUP, Kind.CHECKBOX}
_LINK, _PREMIUM = 5, 6
_ROW_BUTTONS = 5


def walk(components: list[Json]) -> list[Json]:
    """Every component inside rows and labels, in order."""
    inner: list[Json] = []
    for component in components:
        if component["type"] == Kind.ROW:
            inner.extend(component["components"])
        elif component["type"] == Kind.LABEL:
            inner.append(component["component"])
    return inner


def read_rows(form: Form, value: Any, path: Path) -> list[Json]:  # noqa: ANN401 - an unchecked JSON value
    """The rows of a message, each component numbered as Discord numbers them."""
    rows = form.items(value, path, most=5)
    seen: set[str] = set()
    for index, row in enumerate(rows):
        where = (*path, index)
        if row.get("type") in {9, 10, 11, 12, 13, 14, 17}:
            raise not_built("Components V2")
        if not form.one_of(row.get("type"), (*where, "type"), (Kind.ROW,)):
            continue
        children = form.items(row.get("components"), (*where, "components"), least=1, most=_ROW_BUTTONS)
        for place, child in enumerate(children):
            _child(form, child, (*where, "components", place), seen)
        if len(children) > 1 and any(child.get("type") in _SELECTS for child in children):
            form.fail(
                where, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width"
            )
    return _numbered(rows) if form.valid else rows


def read_modal(body: Any, path: Path = ("data",)) -> Json:  # noqa: ANN401 - an unchecked JSON value
    """A modal (custom id, title, components) or RestError 50035."""
    form = Form()
    if not isinstance(body, dict):
        form.fail(path, "BASE_TYPE_REQUIRED", "This field is required")
        form.check()
        return {}
    form.text(body.get("custom_id"), (*path, "custom_id"), least=1, most=100, required=True)
    form.text(body.get("title"), (*path, "title"), least=1, most=45, required=True)
    where = (*path, "components")
    parts = form.items(body.get("components"), where, least=1, most=5)
    seen: set[str] = set()
    for index, part in enumerate(parts):
        _modal_part(form, part, (*where, index), seen)
    form.check()
    return {"custom_id": body["custom_id"], "title": body["title"], "components": _numbered(parts)}


def _modal_part(form: Form, part: Json, path: Path, seen: set[str]) -> None:
    kind = part.get("type")
    if not form.one_of(kind, (*path, "type"), (Kind.ROW, Kind.TEXT_DISPLAY, Kind.LABEL)):
        return
    if kind == Kind.TEXT_DISPLAY:
        form.text(part.get("content"), (*path, "content"), most=4000, required=True)
    elif kind == Kind.ROW:
        for place, child in enumerate(
            form.items(part.get("components"), (*path, "components"), least=1, most=1)
        ):
            where = (*path, "components", place)
            if form.one_of(child.get("type"), (*where, "type"), (Kind.TEXT_INPUT,)):
                form.text(child.get("label"), (*where, "label"), least=1, most=45, required=True)
                _input(form, child, where, seen)
    else:
        form.text(part.get("label"), (*path, "label"), least=1, most=45, required=True)
        form.text(part.get("description"), (*path, "description"), most=100)
        inner = part.get("component")
        where = (*path, "component")
        if not isinstance(inner, dict):
            form.fail(where, "BASE_TYPE_REQUIRED", "This field is required")
        elif inner.get("type") == 19:  # noqa: PLR2004 - Discord's number for a file upload
            raise not_built("file uploads in modals")
        elif form.one_of(inner.get("type"), (*where, "type"), sorted(_LABELLED)):
            _input(form, inner, where, seen)


def _child(form: Form, child: Json, path: Path, seen: set[str]) -> None:
    if not form.one_of(child.get("type"), (*path, "type"), (Kind.BUTTON, *sorted(_SELECTS))):
        return
    if child["type"] == Kind.BUTTON:
        _button(form, child, path, seen)
    else:
        _select(form, child, path, seen)


def _button(form: Form, button: Json, path: Path, seen: set[str]) -> None:
    form.text(button.get("label"), (*path, "label"), most=80)
    style = button.get("style")
    form.one_of(style, (*path, "style"), range(1, 7))
    if style == _PREMIUM:
        raise not_built("premium buttons")
    if style == _LINK:
        form.text(button.get("url"), (*path, "url"), most=512, required=True)
        if "custom_id" in button:
            form.fail(
                (*path, "custom_id"),
                "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                "A custom id and url cannot both be specified",
            )
    else:
        _custom_id(form, button, path, seen)
    if not button.get("label") and not button.get("emoji"):
        form.fail(path, "BUTTON_COMPONENT_INVALID_EMPTY", "A button must have a label or an emoji")


def _select(form: Form, select: Json, path: Path, seen: set[str]) -> None:
    _custom_id(form, select, path, seen)
    form.text(select.get("placeholder"), (*path, "placeholder"), most=150)
    _counts(form, select, path, most=25)
    if select["type"] == Kind.STRING_SELECT:
        _options(form, select, path, least=1, most=25)


def _input(form: Form, child: Json, path: Path, seen: set[str]) -> None:
    kind = child["type"]
    if kind in _SELECTS:
        _select(form, child, path, seen)
        return
    _custom_id(form, child, path, seen)
    if kind == Kind.TEXT_INPUT:
        form.one_of(child.get("style"), (*path, "style"), (1, 2))
        least = form.whole(child.get("min_length"), (*path, "min_length"), least=0, most=4000, default=0)
        most = form.whole(child.get("max_length"), (*path, "max_length"), least=1, most=4000, default=4000)
        if least > most:
            form.fail((*path, "min_length"), "BASE_TYPE_BAD_LENGTH", "min_length is greater than max_length.")
        form.text(child.get("value"), (*path, "value"), most=most)
        form.text(child.get("placeholder"), (*path, "placeholder"), most=100)
    elif kind == Kind.RADIO_GROUP:
        _options(form, child, path, least=2, most=10)
    elif kind == Kind.CHECKBOX_GROUP:
        _counts(form, child, path, most=10)
        _options(form, child, path, least=1, most=10)


def _custom_id(form: Form, component: Json, path: Path, seen: set[str]) -> None:
    where = (*path, "custom_id")
    custom_id = form.text(component.get("custom_id"), where, least=1, most=100, required=True)
    if custom_id and custom_id in seen:
        form.fail(where, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
    seen.add(custom_id)


def _counts(form: Form, component: Json, path: Path, *, most: int) -> None:
    least = form.whole(component.get("min_values"), (*path, "min_values"), least=0, most=most, default=1)
    greatest = form.whole(component.get("max_values"), (*path, "max_values"), least=1, most=most, default=1)
    if "max_values" in component and least > greatest:
        form.fail((*path, "min_values"), "NUMBER_TYPE_MAX", "min_values is greater than max_values.")


def _options(form: Form, component: Json, path: Path, *, least: int, most: int) -> None:
    where = (*path, "options")
    seen: set[str] = set()
    for index, option in enumerate(form.items(component.get("options"), where, least=least, most=most)):
        form.text(option.get("label"), (*where, index, "label"), least=1, most=100, required=True)
        form.text(option.get("description"), (*where, index, "description"), most=100)
        value = form.text(option.get("value"), (*where, index, "value"), least=1, most=100, required=True)
        if value and value in seen:
            form.fail(
                (*where, index, "value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
        seen.add(value)


def _numbered(components: list[Json]) -> list[Json]:
    """Copies with the `id` that Discord gives each component: 1, 2, 3 in reading order."""
    count = 0

    def number(component: Json) -> Json:
        nonlocal count
        count += 1
        copy = {"id": count, **component}
        if "components" in copy:
            copy["components"] = [number(child) for child in copy["components"]]
        if isinstance(copy.get("component"), dict):
            copy["component"] = number(copy["component"])
        return copy

    return [number(component) for component in components]

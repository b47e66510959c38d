"""The form of a modal: labels, rows and texts, with every input that a person may fill.

Limits: "Component Reference" of Discord's documentation. What a person fills in is `people/modal_fields.py`.
"""

from __future__ import annotations

from typing import Any

from bot.local_discord.forms.components import (
    SELECTS,
    Kind,
    numbered,
    read_counts,
    read_custom_id,
    read_options,
    read_select,
)
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json

__all__ = ["read_modal"]

_LABELLED = {
    *SELECTS,
    Kind.TEXT_INPUT,
    Kind.FILE_UPLOAD,
    Kind.RADIO_GROUP,
    Kind.CHECKBOX_GROUP,
    Kind.CHECKBOX,
}
_TEXT, _LABEL, _PARTS, _GROUP = 4000, 45, 5, 10
_MOST_ID = 2**31 - 1


def read_modal(body: Any, path: Path = ("data",)) -> Json:  # noqa: ANN401 - an unchecked JSON value
    """A modal (custom id, title, components) or RestError 50035. What is null in it is left out."""
    form = Form()
    if not isinstance(body, dict):
        form.fail(path, "BASE_TYPE_REQUIRED", "This field is required")
        form.check()
    custom_id = form.text(body.get("custom_id"), (*path, "custom_id"), least=1, most=100, required=True)
    title = form.text(body.get("title"), (*path, "title"), least=1, most=_LABEL, required=True)
    where = (*path, "components")
    parts = form.items(body.get("components"), where, least=1, most=_PARTS)
    seen, ids = set[str](), set[int]()
    for index, part in enumerate(parts):
        _part(form, part, (*where, index), seen, ids)
    form.check()
    return {"custom_id": custom_id, "title": title, "components": _said(numbered(parts))}


def _part(form: Form, part: Json, path: Path, seen: set[str], ids: set[int]) -> None:
    kind = part.get("type")
    if not form.one_of(kind, (*path, "type"), (Kind.ROW, Kind.TEXT_DISPLAY, Kind.LABEL)):
        return
    _id(form, part, path, ids)
    if kind == Kind.TEXT_DISPLAY:
        form.text(part.get("content"), (*path, "content"), most=_TEXT, required=True)
    elif kind == Kind.ROW:
        children = form.items(part.get("components"), (*path, "components"), least=1, most=1)
        for place, child in enumerate(children):
            where = (*path, "components", place)
            if form.one_of(child.get("type"), (*where, "type"), (Kind.TEXT_INPUT,)):
                form.text(child.get("label"), (*where, "label"), least=1, most=_LABEL, required=True)
                _input(form, child, where, seen, ids)
    else:
        form.text(part.get("label"), (*path, "label"), least=1, most=_LABEL, required=True)
        form.text(part.get("description"), (*path, "description"), most=100)
        inner = part.get("component")
        where = (*path, "component")
        if not isinstance(inner, dict):
            form.fail(where, "BASE_TYPE_REQUIRED", "This field is required")
        elif form.one_of(inner.get("type"), (*where, "type"), sorted(_LABELLED)):
            _input(form, inner, where, seen, ids)


def _input(form: Form, child: Json, path: Path, seen: set[str], ids: set[int]) -> None:
    kind = child["type"]
    _id(form, child, path, ids)
    if kind == Kind.CHECKBOX:
        form.truth(child.get("default"), (*path, "default"))
    else:
        form.truth(child.get("required"), (*path, "required"))
    if kind in SELECTS:
        read_select(form, child, path, seen)
        if child.get("disabled") is True:
            form.fail((*path, "disabled"), "COMPONENT_DISABLED", "A select in a modal cannot be disabled")
        return
    read_custom_id(form, child, path, seen)
    if kind == Kind.TEXT_INPUT:
        _text_input(form, child, path)
    elif kind == Kind.RADIO_GROUP:
        read_options(form, child, path, least=2, most=_GROUP)
        _defaults(form, child, path, most=1)
    elif kind == Kind.CHECKBOX_GROUP:
        _checkboxes(form, child, path)
    elif kind == Kind.FILE_UPLOAD:
        read_counts(form, child, path, most=_GROUP)


def _text_input(form: Form, child: Json, path: Path) -> None:
    form.one_of(child.get("style"), (*path, "style"), (1, 2))
    least = form.whole(child.get("min_length"), (*path, "min_length"), least=0, most=_TEXT, default=0)
    most = form.whole(child.get("max_length"), (*path, "max_length"), least=1, most=_TEXT, default=_TEXT)
    if least > most:
        form.fail((*path, "min_length"), "BASE_TYPE_BAD_LENGTH", "min_length is greater than max_length.")
    form.text(child.get("value"), (*path, "value"), most=most)
    form.text(child.get("placeholder"), (*path, "placeholder"), most=100)


def _checkboxes(form: Form, child: Json, path: Path) -> None:
    least, most = read_counts(form, child, path, most=_GROUP)
    is_bounded = child.get("max_values") is not None
    read_options(form, child, path, least=max(1, least, most if is_bounded else 1), most=_GROUP)
    _defaults(form, child, path, most=most if is_bounded else _GROUP)
    if least == 0 and child.get("required") is not False:
        form.fail((*path, "min_values"), "NUMBER_TYPE_MIN", "min_values is 0 only where required is false.")


def _defaults(form: Form, child: Json, path: Path, *, most: int) -> None:
    given = child.get("options")
    options = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    if sum(option.get("default") is True for option in options) > most:
        form.fail((*path, "options"), "COMPONENT_TOO_MANY_DEFAULTS", f"At most {most} may be the default.")


def _id(form: Form, component: Json, path: Path, ids: set[int]) -> None:
    number = form.whole(component.get("id"), (*path, "id"), least=0, most=_MOST_ID, default=0)
    if number and number in ids:
        form.fail((*path, "id"), "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
    ids.add(number)


def _said(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _said(inner) for key, inner in value.items() if inner is not None}
    return [_said(inner) for inner in value] if isinstance(value, list) else value

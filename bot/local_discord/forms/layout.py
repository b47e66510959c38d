"""The form of a message's components, both kinds: rows only, or (with the flag) Components V2.

`read_components` checks every component and puts it in the form in which messages carry it; `check_layout`
checks how many there are and where they stand. Links to attachments stay: `acts/links.py` resolves them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.local_discord.forms.cleaning import clean
from bot.local_discord.forms.components import Kind, every, numbered
from bot.local_discord.forms.form import Form, Path
from bot.local_discord.forms.rows import read_button, read_row
from bot.local_discord.reply import Json

__all__ = ["check_layout", "read_components", "texts"]

_ROWS, _TOTAL, _TEXT = 5, 40, 4000
_SECTION_TEXTS, _ITEMS = 3, 10
_DESCRIPTION, _COLOR = 1024, 0xFFFFFF
_MOST_ID = 2**31 - 1
_PICTURE = ("http", "https", "attachment")
_INSIDE = (Kind.ROW, Kind.SECTION, Kind.TEXT_DISPLAY, Kind.MEDIA_GALLERY, Kind.FILE, Kind.SEPARATOR)
_TOP = (*_INSIDE, Kind.CONTAINER)


def read_components(form: Form, value: Any, path: Path, *, v2: bool = True) -> list[Json]:  # noqa: ANN401 - an unchecked JSON value
    """The components in `value`, each with its id; `[]` where something is wrong with them.

    `v2` false: the message is known not to have the flag.
    """
    before = form.valid
    components = form.items(value, path, most=_TOTAL if v2 else _ROWS)
    seen = _Seen()
    for index, component in enumerate(components):
        _read(form, component, (*path, index), seen, _TOP)
    return [clean(component) for component in numbered(components)] if before and form.valid else []


def check_layout(form: Form, components: list[Json], path: Path, *, v2: bool) -> None:
    """Note what is wrong with these components all together; `v2` is whether the message has the flag."""
    if not v2:
        for index, component in enumerate(components):
            form.one_of(component["type"], (*path, index, "type"), (Kind.ROW,))
        if len(components) > _ROWS:
            form.fail(path, "BASE_TYPE_BAD_LENGTH", f"Must be between 0 and {_ROWS} in length.")
        return
    if sum(1 for _ in every(components)) > _TOTAL:
        form.fail(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"Must have {_TOTAL} or fewer components.")
    if sum(map(len, texts(components))) > _TEXT:
        why = f"Components displayable text size exceeds maximum size of {_TEXT}"
        form.fail(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", why)


def texts(components: list[Json]) -> list[str]:
    """What the text displays among `components` say, at any depth."""
    return [one["content"] for one in every(components) if one["type"] == Kind.TEXT_DISPLAY]


@dataclass
class _Seen:
    """The custom ids and the ids of the components so far."""

    custom_ids: set[str] = field(default_factory=set)
    ids: set[int] = field(default_factory=set)


def _read(form: Form, component: Json, path: Path, seen: _Seen, allowed: tuple[int, ...]) -> None:
    kind = component.get("type")
    if not form.one_of(kind, (*path, "type"), allowed):
        return
    _id(form, component, path, seen)
    if kind in (Kind.ROW, Kind.BUTTON):
        for place, child in enumerate(_children(component)):
            _id(form, child, (*path, "components", place), seen)
        (read_row if kind == Kind.ROW else read_button)(form, component, path, seen.custom_ids)
    elif kind == Kind.CONTAINER:
        form.truth(component.get("spoiler"), (*path, "spoiler"))
        form.whole(component.get("accent_color"), (*path, "accent_color"), least=0, most=_COLOR, default=0)
        where = (*path, "components")
        for index, child in enumerate(form.items(component.get("components"), where, least=1, most=_TOTAL)):
            _read(form, child, (*where, index), seen, _INSIDE)
    elif kind == Kind.SECTION:
        _section(form, component, path, seen)
    else:
        _READERS[int(component["type"])](form, component, path)


def _section(form: Form, section: Json, path: Path, seen: _Seen) -> None:
    where = (*path, "components")
    children = form.items(section.get("components"), where, least=1, most=_SECTION_TEXTS)
    for index, child in enumerate(children):
        _read(form, child, (*where, index), seen, (Kind.TEXT_DISPLAY,))
    accessory, where = section.get("accessory"), (*path, "accessory")
    if not isinstance(accessory, dict):
        form.fail(where, "BASE_TYPE_REQUIRED", "This field is required")
    else:
        _read(form, accessory, where, seen, (Kind.BUTTON, Kind.THUMBNAIL))


def _text_display(form: Form, display: Json, path: Path) -> None:
    form.text(display.get("content"), (*path, "content"), least=1, most=_TEXT, required=True)


def _picture(form: Form, picture: Json, path: Path) -> None:
    form.text(picture.get("description"), (*path, "description"), most=_DESCRIPTION)
    form.truth(picture.get("spoiler"), (*path, "spoiler"))
    _media(form, picture.get("media"), (*path, "media"), _PICTURE)


def _gallery(form: Form, gallery: Json, path: Path) -> None:
    where = (*path, "items")
    for index, item in enumerate(form.items(gallery.get("items"), where, least=1, most=_ITEMS)):
        _picture(form, item, (*where, index))


def _file(form: Form, file: Json, path: Path) -> None:
    form.truth(file.get("spoiler"), (*path, "spoiler"))
    _media(form, file.get("file"), (*path, "file"), ("attachment",))


def _separator(form: Form, separator: Json, path: Path) -> None:
    form.truth(separator.get("divider"), (*path, "divider"))
    if separator.get("spacing") is not None:
        form.one_of(separator["spacing"], (*path, "spacing"), (1, 2))


def _media(form: Form, media: Any, path: Path, schemes: tuple[str, ...]) -> None:  # noqa: ANN401 - an unchecked JSON value
    if isinstance(media, dict):
        form.link(media.get("url"), (*path, "url"), schemes=schemes, required=True)
    else:
        form.fail(path, "BASE_TYPE_REQUIRED", "This field is required")


def _id(form: Form, component: Json, path: Path, seen: _Seen) -> None:
    given = form.whole(component.get("id"), (*path, "id"), least=0, most=_MOST_ID, default=0)
    if given and given in seen.ids:
        form.fail((*path, "id"), "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
    seen.ids.add(given)


def _children(component: Json) -> list[Json]:
    inner = component.get("components")
    return [one for one in inner if isinstance(one, dict)] if isinstance(inner, list) else []


_READERS: dict[int, Callable[[Form, Json, Path], None]] = {
    Kind.TEXT_DISPLAY: _text_display,
    Kind.THUMBNAIL: _picture,
    Kind.MEDIA_GALLERY: _gallery,
    Kind.FILE: _file,
    Kind.SEPARATOR: _separator,
}

"""The form of embeds: every field that a body may set, trimmed and checked; what it may not set is left out.

Limits: "Embed Limits" of Discord's documentation. A link to an attachment stays as it is: which file it names
is known where the message is filled.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json

__all__ = ["read_embeds"]

_EMBEDS, _FIELDS = 10, 25
_TOTAL = 6000
_TITLE, _DESCRIPTION, _NAME, _FOOTER, _FIELD = 256, 4096, 256, 2048, 1024
_COLOR = 0xFFFFFF
_PICTURE = ("http", "https", "attachment")
_SAYING = ("title", "description", "image", "thumbnail", "footer", "author", "fields")


def read_embeds(form: Form, value: Any, path: Path) -> list[Json]:  # noqa: ANN401 - an unchecked JSON value
    """The embeds in `value` as messages carry them."""
    embeds = [_embed(form, one, (*path, n)) for n, one in enumerate(form.items(value, path, most=_EMBEDS))]
    if sum(map(_length, embeds)) > _TOTAL:
        form.fail(path, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {_TOTAL}")
    return embeds


def _embed(form: Form, embed: Json, path: Path) -> Json:
    read: Json = {
        "type": "rich",
        "title": _words(form, embed.get("title"), (*path, "title"), _TITLE),
        "description": _words(form, embed.get("description"), (*path, "description"), _DESCRIPTION),
        "url": form.link(embed.get("url"), (*path, "url")),
        "timestamp": _timestamp(form, embed.get("timestamp"), (*path, "timestamp")),
        "footer": _named(form, embed.get("footer"), (*path, "footer"), "text", _FOOTER),
        "author": _named(form, embed.get("author"), (*path, "author"), "name", _NAME),
        "fields": [
            _field(form, one, (*path, "fields", n))
            for n, one in enumerate(form.items(embed.get("fields"), (*path, "fields"), most=_FIELDS))
        ],
    }
    for part in ("image", "thumbnail"):
        read[part] = _picture(form, embed.get(part), (*path, part))
    form.text(embed.get("type"), (*path, "type"), most=_DESCRIPTION)  # always "rich" for who may set the rest
    for part in ("provider", "video"):
        form.object(embed.get(part), (*path, part))  # Discord's own to set
    read = {key: said for key, said in read.items() if said}
    if embed.get("color") is not None:
        read["color"] = form.whole(embed["color"], (*path, "color"), least=0, most=_COLOR, default=0)
    if not any(key in read for key in _SAYING):
        form.fail((*path, "description"), "BASE_TYPE_REQUIRED", "This field is required")
    return read


def _named(form: Form, value: Any, path: Path, key: str, most: int) -> Json:  # noqa: ANN401 - an unchecked JSON value
    """A footer or an author: words with an icon, and for an author a link."""
    if form.object(value, path) is None:
        return {}
    read = {
        key: _words(form, value.get(key), (*path, key), most, required=True),
        "icon_url": form.link(value.get("icon_url"), (*path, "icon_url"), schemes=_PICTURE),
    }
    if key == "name":
        read["url"] = form.link(value.get("url"), (*path, "url"))
    return {name: said for name, said in read.items() if said}


def _picture(form: Form, value: Any, path: Path) -> Json:  # noqa: ANN401 - an unchecked JSON value
    if form.object(value, path) is None:
        return {}
    url = form.link(value.get("url"), (*path, "url"), schemes=_PICTURE)
    for key in ("width", "height"):
        form.whole(value.get(key), (*path, key), least=0, most=2**31 - 1, default=0)
    return {"url": url} if url else {}


def _field(form: Form, value: Json, path: Path) -> Json:
    return {
        "name": _words(form, value.get("name"), (*path, "name"), _NAME, required=True),
        "value": _words(form, value.get("value"), (*path, "value"), _FIELD, required=True),
        "inline": form.truth(value.get("inline"), (*path, "inline")),
    }


def _words(form: Form, value: Any, path: Path, most: int, *, required: bool = False) -> str:  # noqa: ANN401 - an unchecked JSON value
    # Discord trims: a field of blanks only is an empty one.
    trimmed = value.strip() if isinstance(value, str) else value
    return form.text(trimmed, path, most=most, required=required).strip()


def _timestamp(form: Form, value: Any, path: Path) -> str:  # noqa: ANN401 - an unchecked JSON value
    text = form.text(value, path, most=64)
    if not text and value != "":
        return ""
    try:
        parsed = datetime.fromisoformat(text)
        return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        form.fail(path, "DATE_TIME_TYPE_PARSE", f"Could not parse {text}. Should be ISO8601.")
        return ""


def _length(embed: Json) -> int:
    """The characters that count: title, description, footer, author, fields."""
    words = [embed.get("title", ""), embed.get("description", "")]
    words += [embed.get("footer", {}).get("text", ""), embed.get("author", {}).get("name", "")]
    words += [field[key] for field in embed.get("fields", []) for key in ("name", "value")]
    return sum(map(len, words))

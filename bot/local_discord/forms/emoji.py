"""Emojis: which text is one character of them, and what `{"id", "name"}` may say in components and polls.

The local Discord has no emojis of its own. A custom one is taken on trust where it decorates (Discord would
know it); nobody can react with one.
"""

from __future__ import annotations

import re
from typing import Any

from bot.local_discord.forms.form import Form, Path
from bot.local_discord.reply import Json

__all__ = ["is_emoji", "read_emoji"]

_NAME = 32
# The pictographs of Unicode (emoji-data.txt), by block: blocks are coarser than the list, so that a few
# characters which Discord does not know pass. What is no pictograph at all, does not.
_PICTOGRAPH = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u2199\u21a9\u21aa\u231a\u231b\u2328\u23cf\u23e9-\u23f3"
    "\u23f8-\u23fa\u24c2\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b07\u2b1b"
    "\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\U0001f004\U0001f0cf\U0001f170-\U0001f171\U0001f17e\U0001f17f"
    "\U0001f18e\U0001f191-\U0001f19a\U0001f201-\U0001f251\U0001f300-\U0001f64f\U0001f680-\U0001f6ff"
    "\U0001f7e0-\U0001f7f0\U0001f90c-\U0001faff]"
)
_ONE = rf"{_PICTOGRAPH}[\U0001f3fb-\U0001f3ff]?\ufe0f?"
_EMOJI = re.compile(
    rf"{_ONE}(?:\u200d{_ONE})*"
    r"|[\U0001f1e6-\U0001f1ff]{2}"  # flags
    r"|[0-9#*]\ufe0f?\u20e3"  # keycaps
    r"|\U0001f3f4[\U000e0061-\U000e007a]{2,7}\U000e007f"  # flags of parts of a country
)


def is_emoji(text: str) -> bool:
    """Whether `text` is one emoji of Unicode."""
    return _EMOJI.fullmatch(text) is not None


def read_emoji(form: Form, value: Any, path: Path, *, code: str = "COMPONENT_INVALID_EMOJI") -> Json | None:  # noqa: ANN401 - an unchecked JSON value
    """The emoji in `value`, None where there is none; what is wrong is noted with `code`."""
    value = form.object(value, path)
    if value is None:
        return None
    name = form.text(value.get("name"), (*path, "name"), most=_NAME)
    animated = form.truth(value.get("animated"), (*path, "animated"))
    if value.get("id") is None:
        if name and not is_emoji(name):
            form.fail((*path, "name"), code, "Invalid emoji")
        elif not name:
            form.fail((*path, "name"), "BASE_TYPE_REQUIRED", "This field is required")
        return {"id": None, "name": name}
    emoji = {"id": form.snowflake(value["id"], (*path, "id")), "name": name or "_"}
    return {**emoji, "animated": True} if animated else emoji

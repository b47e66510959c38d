"""People's and the model's words inside ours: escaped, so that they cannot pose as markup, and bounded.

Not discord.py's `escape_markdown`: that one leaves alone what stands inside a link, and headings and
lists that are indented.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right

_NOTHING = "\u200b"  # a zero-width space: seen by Discord, which then finds no markup, and by nobody else
_MARKUP = re.compile(r"[\\*_~|`\[\]]")
_LINE_START = re.compile(r"(?m)^(?=[^\S\n]*(?:[#>+-]|\d+[.)]))")
_MENTION = re.compile(r"<(?=\S)|@(?=everyone|here)")
_FENCE = re.compile("`(?=`)")
_JOINER = "\u200d"
_SKIN_TONES = ("\U0001f3fb", "\U0001f3ff")


def quoted(text: str, limit: int, *, more: str = "…") -> str:
    """Words escaped for Discord's Markdown, at most `limit` characters; `more` marks what is left out."""
    escaped = _escape(text)
    if len(escaped) <= limit:
        return escaped
    room = limit - len(more)
    # No character becomes shorter by being escaped, so `limit` of them are enough to look at.
    fitting = bisect_right(range(limit + 1), room, key=lambda keep: len(_escape(text[:keep]))) - 1
    return _escape(whole(text, fitting)) + more if fitting > 0 else more[:limit]


def quoted_whole(text: str, limit: int) -> list[str]:
    """All of the words, escaped, in pieces of at most `limit` characters, cut at spaces where they can be."""
    pieces = []
    while text:
        fitting = bisect_right(range(limit + 1), limit, key=lambda keep: len(_escape(text[:keep]))) - 1
        keep = len(text) if fitting >= len(text) else max(1, len(whole(text, fitting)))
        if keep < len(text) and (space := text.rfind(" ", keep // 2, keep)) > 0:
            keep = space
        pieces.append(_escape(text[:keep]))
        text = text[keep:].lstrip()
    return pieces


def quoted_line(text: str, limit: int, *, more: str = "…") -> str:
    """As `quoted`, on one line."""
    return quoted(" ".join(text.split()), limit, more=more)


def plain_line(text: str, limit: int) -> str:
    """Words on one line for places without Markdown, such as the options of a select."""
    line = " ".join(text.split())
    return line if len(line) <= limit else whole(line, limit - 1) + "…"


def fenced(text: str) -> str:
    """Words in a code block, to be copied; they cannot close it."""
    return f"```\n{_FENCE.sub('`' + _NOTHING, text)}\n```"


def _escape(text: str) -> str:
    escaped = _LINE_START.sub(_NOTHING, text)
    escaped = _MARKUP.sub(r"\\\g<0>", escaped)
    return _MENTION.sub(lambda found: found[0] + _NOTHING, escaped)


def whole(text: str, keep: int) -> str:
    """At most so many characters of it, without half an emoji or a letter without its accent at the end."""
    while 0 < keep < len(text) and (text[keep - 1] == _JOINER or _continues(text[keep])):
        keep -= 1
    return text[:keep].rstrip()


def _continues(sign: str) -> bool:
    """Whether a sign is drawn with the one before it."""
    return (
        sign == _JOINER
        or unicodedata.category(sign) in ("Mn", "Me", "Mc")
        or _SKIN_TONES[0] <= sign <= _SKIN_TONES[1]
    )

"""People's and the model's words inside ours: escaped, so that they cannot pose as markup, and bounded."""

from __future__ import annotations

import re

from discord.utils import escape_markdown

_MENTION = re.compile(r"<(?=[@#/:!at])|@(?=everyone|here)")
_LINE_START = re.compile(r"(?m)^(?=(?:[#>*+-]|-#|\d+\.))")


def quoted(text: str, limit: int, *, more: str = "…") -> str:
    """Words escaped for Discord's Markdown, at most `limit` characters; `more` marks what is left out."""
    escaped = _escape(text)
    if len(escaped) <= limit:
        return escaped
    keep = limit
    while keep > 0:
        escaped = _escape(text[:keep].rstrip())
        if len(escaped) + len(more) <= limit:
            return escaped + more
        keep -= max(1, len(escaped) + len(more) - limit)
    return more[:limit]


def quoted_line(text: str, limit: int, *, more: str = "…") -> str:
    """As `quoted`, on one line."""
    return quoted(" ".join(text.split()), limit, more=more)


def plain_line(text: str, limit: int) -> str:
    """Words on one line for places without Markdown, such as the options of a select."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _escape(text: str) -> str:
    escaped = escape_markdown(text, ignore_links=False)
    escaped = _LINE_START.sub("\u200b", escaped)
    return _MENTION.sub(lambda found: found[0] + "\u200b", escaped)

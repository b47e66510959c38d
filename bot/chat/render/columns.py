"""How much room words take on a screen, in columns: a Chinese character is as wide as two letters."""

from __future__ import annotations

import unicodedata
from typing import Final

from bot.chat.render.quoting import quoted, whole

LINE: Final = 34
"""Columns of a line in an embed on a phone."""

_WORD = 20  # characters: a longer word is cut


def width(text: str) -> int:
    """The columns that a text takes."""
    return sum(map(_columns, text))


def clipped(text: str, columns: int, *, more: str = "…") -> str:
    """The words escaped, as many whole ones as fit into so many columns; `more` marks what is left out.

    A new line takes what is left of a phone's line.
    """
    keep = _fitting(text, columns)
    if keep == len(text):
        return quoted(text, 2 * len(text) + columns)  # every sign of it may be escaped
    begun = whole(text, keep)
    space = max(begun.rfind(" "), begun.rfind("\n"))
    if space > max(0, len(begun) - _WORD) and _is_in_a_word(text[len(begun)]):
        begun = begun[:space]
    return quoted(begun.rstrip(), 2 * keep + columns) + more


def _is_in_a_word(sign: str) -> bool:
    """Whether what comes next goes on with a word; Chinese may be cut anywhere."""
    return not sign.isspace() and _columns(sign) == 1


def _fitting(text: str, columns: int) -> int:
    """How many of its first characters fit."""
    used = 0
    for index, sign in enumerate(text):
        used += _columns(sign) if sign != "\n" else LINE - used % LINE
        if used > columns:
            return index
    return len(text)


def _columns(sign: str) -> int:
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1

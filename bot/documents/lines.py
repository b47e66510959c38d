"""Text broken into lines: at spaces, between Chinese characters, and inside a word that no line holds.

A reading of the Unicode line breaking algorithm (UAX #14) for what stories need: closing punctuation stays
with what it closes, opening punctuation with what it opens.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator

from bot.documents.signs import signs

# What may not begin a line, and what may not end one (GB/T 15834, 5.1; the same in UAX #14: CL, NS, EX, OP).
_STAY = frozenset("，。、；：？！）］｝」』】》〉〕”’…—～·,.;:?!)]}»›%‰℃ーっゃゅょッャュョ々〻")
_OPEN = frozenset("（［｛「『【《〈〔“‘([{«‹")


def broken(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The lines of a text, each at most `width` wide as `measure` tells of single signs.

    A sign that is wider than a line has a line of its own. Spaces at a break are left out; an empty text is
    one empty line.
    """
    return [line for paragraph in text.split("\n") for line in _paragraph(paragraph, width, measure)]


def _paragraph(text: str, width: float, measure: Callable[[str], float]) -> Iterator[str]:
    line, used = "", 0.0
    for piece in _pieces(signs(text)):
        size = sum(map(measure, piece))
        if used + size <= width:
            line, used = line + "".join(piece), used + size
            continue
        if line.strip():
            yield line.rstrip()
        line, used = "", 0.0
        for sign in () if "".join(piece).isspace() else piece:
            step = measure(sign)
            if line and used + step > width:
                yield line
                line, used = "", 0.0
            line, used = line + sign, used + step
    if line.strip() or not text.strip():
        yield line.rstrip()


def _pieces(text: list[str]) -> Iterator[list[str]]:
    """The parts between which a line may end; spaces are parts of their own."""
    piece: list[str] = []
    for sign in text:
        if piece and _may_break(piece[-1], sign):
            yield piece
            piece = []
        piece.append(sign)
    if piece:
        yield piece


def _may_break(before: str, after: str) -> bool:
    spaces = before.isspace() + after.isspace()
    if spaces:
        return spaces == 1
    if after[0] in _STAY or before[0] in _OPEN:
        return False
    return _is_wide(before) or _is_wide(after) or before in ("-", "\u2010", "–")


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign[0]) in ("W", "F")

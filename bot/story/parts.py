"""The parts of a draft: the beats or scenes of a list, a line each, or the sentences of prose.

A part's line is a slice of its text, so that what is kept is kept byte for byte.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.story.levels import LISTS, Level
from bot.story.sentences import sentences

_LINE = re.compile(r"[^\n]*\S[^\n]*")
_SHAPE = re.compile(
    r"\s*(?:\d{1,3}\s*[.、．)）]\s*)?(?P<heading>(?:[^:：。.!?！？\n]{1,60}[:：]\s*)?)(?P<text>.*)"
)


class Part(NamedTuple):
    """A piece of a text: `line` is exactly `whole[start:end]`. `number` counts from 1."""

    number: int
    start: int
    end: int
    line: str
    heading: str  # without its colon; empty in prose, and where a line has none
    text: str  # what it says, without number and heading

    @property
    def said(self) -> tuple[str, str]:
        """What makes it the same part in another draft, wherever it stands there."""
        return self.heading, self.text


def parts_of(level: Level, text: str) -> tuple[Part, ...]:
    """The parts of a draft's text at its level, in order."""
    if level not in LISTS:
        return tuple(
            Part(number, one.start, one.end, one.text, "", one.said)
            for number, one in enumerate(sentences(text), start=1)
        )
    return tuple(
        _part(number, found.start(), found[0]) for number, found in enumerate(_LINE.finditer(text), start=1)
    )


def headed(number: int, heading: str, *, chinese: bool) -> str:
    """How a part of a list begins: `3. Midpoint: `; without a heading only its number."""
    if not heading:
        return f"{number}. "
    return f"{number}. {heading}：" if chinese else f"{number}. {heading}: "


def _part(number: int, start: int, line: str) -> Part:
    shape = _SHAPE.fullmatch(line)
    heading = shape["heading"].rstrip().rstrip(":：") if shape else ""
    text = shape["text"] if shape else line
    return Part(number, start, start + len(line), line, heading.strip(), text.strip())

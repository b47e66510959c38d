"""A reader's report: its points, each with the number of the sentence that it cites.

A point that cites nothing, or a sentence that there is not, is no point.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

_POINT = re.compile(r"^- \[(\d{1,3})\] (\S.*)$", re.MULTILINE)


class Point(NamedTuple):
    """One point. `sentence` counts from 1 in the draft that the report is on."""

    sentence: int
    text: str


def points_of(report: str, sentences: int) -> Iterator[Point]:
    """The points of a report on a draft of so many sentences, in order."""
    for found in _POINT.finditer(report):
        if 1 <= int(found[1]) <= sentences:
            yield Point(int(found[1]), found[2])

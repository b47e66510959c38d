"""Which words of two texts are the same words: the ground that comparing and credit stand on.

Runs of four words that both texts have exactly once are matched first, in the longest chain that keeps their
order (as Bram Cohen's patience diff does with lines); what lies between by Ratcliff and Obershelp's longest
common runs (difflib). So the time grows with the length, and not with its square, for long texts too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

# Signs that are drawn with the one before them, and those that join two (Unicode 15.1, Mn and Me of the
# scripts in daily use, variation selectors, skin tones).
_WITH = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0903\u093a-\u094f"
    "\u0951-\u0957\u0962\u0963\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u3099\u309a"
    "\u200c\u200d\ufe00-\ufe0f\ufe20-\ufe2f\U0001f3fb-\U0001f3ff"
)
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u3040-\u30ff\U00020000-\U0003ffff"
_TOKEN = re.compile(
    rf"((?:(?![{_HAN}])[\w{_WITH}])+(?:['’-](?:(?![{_HAN}])[\w{_WITH}])+)*"
    rf"|[^\s](?:[{_WITH}]|(?<=\u200d)[^\w\s])*)\s*"
)
_RUN = 4  # words that are matched together, once in either text
_PAIRS_LIMIT = 400_000  # pairs of equal words between two anchors; with more, only their runs are matched


class Token(NamedTuple):
    """A word, a Chinese character or a mark: `text` has the space behind it, `key` has not."""

    key: str
    text: str
    at: int  # where it begins in its text

    @property
    def is_word(self) -> bool:
        """Whether it is more than a mark."""
        return self.key[0].isalnum()


def tokens(text: str) -> list[Token]:
    """The text's words and marks in order: put together, the text without the space it begins with."""
    return [Token(found[1], found[0], found.start()) for found in _TOKEN.finditer(text)]


def matched(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Places of the same words in both, rising in both."""
    pairs = _run(before, after, (0, 0))
    low = (len(pairs), len(pairs))
    for anchor in (*_anchors(before, after), (len(before), len(after))):
        if anchor[0] >= low[0] and anchor[1] >= low[1]:
            pairs += _between(before, after, low, anchor)
            run = _run(before, after, anchor)
            pairs += run
            low = anchor[0] + len(run), anchor[1] + len(run)
    return pairs


def rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest choice of pairs that rises in both; `pairs` rise in the first, no second comes twice."""
    ends: list[int] = []  # the smallest second that ends a chain of that length
    places: list[int] = []
    before: list[int] = []
    for index, (_, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        ends[length : length + 1] = [second]
        places[length : length + 1] = [index]
        before.append(places[length - 1] if length else -1)
    chain: list[tuple[int, int]] = []
    at = places[-1] if places else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _run(before: Sequence[str], after: Sequence[str], low: tuple[int, int]) -> list[tuple[int, int]]:
    """The same words from a place on."""
    a, b = low
    while a < len(before) and b < len(after) and before[a] == after[b]:
        a, b = a + 1, b + 1
    return list(zip(range(low[0], a), range(low[1], b), strict=True))


def _anchors(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """Where runs of words begin that stand once in either."""
    first, second = _once(before), _once(after)
    return rising([(at, second[run]) for run, at in first.items() if run in second])


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    runs = [tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)]
    counts = Counter(runs)
    return {run: at for at, run in enumerate(runs) if counts[run] == 1}


def _between(
    before: Sequence[str], after: Sequence[str], low: tuple[int, int], high: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """The matches of what lies between two anchors."""
    part_a, part_b = before[low[0] : high[0]], after[low[1] : high[1]]
    counts = Counter(part_b)
    if sum(counts[word] for word in part_a) > _PAIRS_LIMIT:
        return
    for block in SequenceMatcher(None, part_a, part_b, autojunk=True).get_matching_blocks():
        for step in range(block.size):
            yield low[0] + block.a + step, low[1] + block.b + step

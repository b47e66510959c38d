"""Sentences, words and lengths: where texts may be cut, and how they are compared.

Rough on purpose: no model of a language, only its punctuation.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_END = re.compile(r"(?<![.!?])[.!?…]++[\"'”’)\]]*+(?=\s|$)|[。！？…]+[”’」』）]*")
_ABBREVIATION = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|Jr|Sr|Lt|Sgt|Capt|Prof|No|vs|[A-Z]))\.$")
_CJK = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_UNIT = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’][^\W_{_CJK}]+)*")
_CJK_LETTER = re.compile(f"[{_CJK}]")


def sentence_ends(text: str) -> list[int]:
    """The offsets just behind each whole sentence, closing quotes included."""
    return [end.end() for end in _END.finditer(text) if not _ABBREVIATION.search(text, 0, end.end())]


def sentences(text: str) -> list[str]:
    """The text's sentences; what follows the last end is one too."""
    bounds = [0, *sentence_ends(text), len(text)]
    parts = (text[start:end].strip() for start, end in itertools.pairwise(bounds))
    return [part for part in parts if part]


def units(text: str) -> list[str]:
    """What texts are compared by: English words in lower case, Chinese characters one by one."""
    return _UNIT.findall(text.casefold())


def length_of(text: str, *, chinese: bool) -> int:
    """What a length is asked in: words between spaces, or, in Chinese, characters with punctuation."""
    return sum(not char.isspace() for char in text) if chinese else len(text.split())


def chinese_share(text: str) -> float:
    """The share of Chinese characters in the text's letters; 0 without any letter."""
    letters = sum(char.isalpha() for char in text)
    return len(_CJK_LETTER.findall(text)) / letters if letters else 0.0


def latin_share(text: str) -> float:
    """The share of Latin letters in the text's letters; 1 without any letter."""
    letters = [char for char in text if char.isalpha()]
    return (
        sum(char <= "\u024f" or "\u1e00" <= char <= "\u1eff" for char in letters) / len(letters)
        if letters
        else 1.0
    )


def grams(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    """Every run of `size` units, in order."""
    return [tuple(words[at : at + size]) for at in range(len(words) - size + 1)]

"""Ends a sentence that runs on at one of its clauses."""

from __future__ import annotations

import re

from bot.writing.phrases import length_of

_CLAUSE_EN = re.compile(
    r"\s*(?:[,;:–—]|\s-)\s|\s+(?=(?:and|but|so|while|when|because|before|after|until)(?:\s|$))"
)
_CLAUSE_ZH = re.compile("[，；：、]")
_LEAST = {False: 5, True: 8}  # words, or Chinese characters; less is no sentence


def shortened(sentence: str, room: int, *, chinese: bool) -> str:
    """The sentence up to its last clause that fits the room, with a full stop; empty where none does."""
    breaks = (match.start() for match in (_CLAUSE_ZH if chinese else _CLAUSE_EN).finditer(sentence))
    for end in sorted(breaks, reverse=True):
        kept = sentence[:end]
        if _LEAST[chinese] <= length_of(kept, chinese=chinese) <= room and _is_balanced(kept):
            return f"{kept}。" if chinese else f"{kept}."
    return ""


def _is_balanced(text: str) -> bool:
    """Whether no quotation is left open."""
    return text.count('"') % 2 == 0 and text.count("“") == text.count("”")

"""Makes people's words safe to stand in a document: they are material there, and can end or open nothing.

What a document is built of is taken out of them: line ends, `###`, code fences, labels at the start of a
line, a tokenizer's special tokens; and so are the ids in Discord's mentions, nobody's business outside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.story.text import clean

_MENTION = re.compile(r"<(?:@[!&]?|#|/[^<>:\n]{1,64}:|a?:\w{1,32}:|id:)[^<>\s]{1,40}>")
_FENCE = re.compile(r"`{2,}(?:\w+(?=\n))?|~{3,}")
_HASHES = re.compile(r"#{2,}")
_HEADING = re.compile(r"^\s*(?:#+\s+|>+\s*|[-*•]\s+)+", re.MULTILINE)
# What tokenizers read as one special token: <s>, </s>, <pad>, <|endoftext|>, [INST].
_SPECIAL = re.compile(r"<(\|?/?\w[\w ]{0,30}\|?)>|\[(/?[A-Z]{2,12})\]")


def neutral(text: str, labels: Iterable[str]) -> str:
    """The words on one line, without anything that a document's structure is made of; may be empty."""
    text = _MENTION.sub("", clean(text))
    text = _FENCE.sub(" ", text)
    text = _HASHES.sub(" ", text)
    while (bare := _SPECIAL.sub(r"\1\2", text)) != text:
        text = bare
    text = _unlabelled(_HEADING.sub("", text), labels)
    return " ".join(text.split())


def _unlabelled(text: str, labels: Iterable[str]) -> str:
    """`Synopsis: …` at the start of a line keeps its word and loses its colon."""
    names = "|".join(sorted(map(re.escape, labels), key=len, reverse=True))
    label = re.compile(rf"^(\W*(?:{names}))\s*[:：]+", re.IGNORECASE | re.MULTILINE)
    return label.sub(r"\1 –", text)

"""What every form made of XML needs: text that XML may carry, and blocks as paragraphs of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.story.document.manuscript import Words
from bot.story.text import clean, clean_line

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2: Char


def line_of(text: str) -> str:
    """A text on one line."""
    return _NO_XML.sub("", clean_line(text))


def paragraphs_of(words: Words) -> Iterator[list[str]]:
    """A text's paragraphs, each as its lines."""
    for paragraph in _NO_XML.sub("", clean(words.text)).split("\n\n"):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        if lines:
            yield lines

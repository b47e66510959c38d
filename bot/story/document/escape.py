"""People's and models' words as Markdown that shows them as they are, and does nothing.

What is escaped: everything that opens a construct of CommonMark 0.31 or GitHub's Markdown, at the start of a
line or inside it: headings, lists, quotes, rules, tables, code, links bare or not, HTML, entities, mentions.
"""

from __future__ import annotations

import re

from bot.story.text import clean, clean_line

_INLINE = re.compile(r"[\\`*_{}\[\]<>|~&$#]")
_LINE_START = re.compile(r"^(?:[-+=:]|\d{1,9}(?=[.)]))")
_BARE_LINK = re.compile(r"(?i):(?=//)|(?<=www)\.|(?<=mailto):|(?<=xmpp):")
_MENTION = "@\u2060"  # a word joiner: sites look for @name in the shown text, where a backslash is gone


def line(text: str) -> str:
    """A text on one line, as a name or a title."""
    return _escaped(clean_line(text))


def block(text: str) -> str:
    """A text of many lines as paragraphs, its line breaks kept."""
    paragraphs = (part.strip("\n").split("\n") for part in clean(text).split("\n\n"))
    return "\n\n".join("\\\n".join(_escaped(one.strip(" \t")) for one in lines) for lines in paragraphs)


def quote(text: str) -> str:
    """A text of many lines as a block quote."""
    return "\n".join(f"> {one}".rstrip() for one in block(text).split("\n"))


def _escaped(text: str) -> str:
    text = _INLINE.sub(r"\\\g<0>", text.replace("\t", " "))
    text = _BARE_LINK.sub(r"\\\g<0>", text).replace("@", _MENTION)
    if start := _LINE_START.match(text):
        at = start.end() if start[0].isdigit() else 0
        text = f"{text[:at]}\\{text[at:]}"
    return text

"""A manuscript as Fountain 1.1 (fountain.io/syntax), the plain text that screenwriting programs read.

The title page has title, people and what binds the text; the story is action, so that no line of it is taken
for a scene, a character or a transition; what the room is and the receipts stand behind a page break as
notes, which programs keep and do not print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.story.document.manuscript import Block, Items, Manuscript, Section
from bot.story.text import clean, clean_line

_EMPHASIS = re.compile(r"[*_]")
# What opens or closes a note or a cut, and a backslash that would escape what comes after it.
_MARKS = re.compile(r"\[(?=\[)|\](?=\])|/(?=\*)|\*(?=/)|\\(?=[*_])")
_APART = "\u2060"  # a word joiner, seen by nobody, between two characters that would be a mark together


def as_fountain(manuscript: Manuscript) -> str:
    """One Fountain text."""
    parts = ["\n".join(_title_page(manuscript))]
    for number, section in enumerate(manuscript.story):
        parts.append(f"# {_line(section.heading)}")
        if number == 0 and (logline := clean_line(manuscript.logline)):
            parts.append(f"= {_escaped(logline)}")
        parts += _story(section)
    parts.append("===")
    parts += [_note(one) for one in manuscript.about]
    for section in manuscript.room:
        parts.append(f"{'#' * (section.depth - 1)} {_line(section.heading)}")
        parts += _notes(section.blocks)
    return "\n\n".join(part for part in parts if part) + "\n"


def _title_page(manuscript: Manuscript) -> Iterator[str]:
    fields = {
        "Title": (manuscript.title,),
        "Credit": (manuscript.byline,),
        "Authors": manuscript.authors,
        "Source": (manuscript.form,),
        "Draft date": (manuscript.date,),
        "Notes": manuscript.notices,
    }
    for key, values in fields.items():
        yield f"{key}:"
        yield from (f"    {_line(value)}" for value in values)


def _story(section: Section) -> Iterator[str]:
    for block in section.blocks:
        for paragraph in _lines(block):
            yield "\n".join(f"!{_escaped(one)}" for one in paragraph)


def _notes(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        for paragraph in _lines(block):
            yield "\n".join(_note(one) for one in paragraph)


def _lines(block: Block) -> Iterator[list[str]]:
    """The paragraphs of a block, each as its lines."""
    if isinstance(block, Items):
        yield [f"{'  ' * depth}- {clean_line(item)}" for depth, item in block.items]
    else:
        for paragraph in clean(block.text).split("\n\n"):
            yield [line for line in paragraph.split("\n") if line.strip()]


def _note(text: str) -> str:
    inside = _apart(text.rstrip())
    return f"[[{inside}{_APART if inside.endswith(']') else ''}]]" if inside else ""


def _line(text: str) -> str:
    return _escaped(clean_line(text))


def _escaped(text: str) -> str:
    return _EMPHASIS.sub(r"\\\g<0>", _apart(text))


def _apart(text: str) -> str:
    return _MARKS.sub(rf"\g<0>{_APART}", text.replace("\t", "    "))

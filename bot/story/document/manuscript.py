"""A room as a document in no particular form: what every export shows, in the order in which it shows it.

Words are as they were typed, on plain lines: each form escapes them in its own way. A level of the story that
the room has becomes one section, so that a form never asks which levels there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


@dataclass(frozen=True)
class Words:
    """A text of one or more paragraphs. `quoted` are those of people and models outside the story itself."""

    text: str
    quoted: bool = False


@dataclass(frozen=True)
class Items:
    """A list; each item is one line, with its depth in a tree."""

    items: tuple[tuple[int, str], ...]


Block: TypeAlias = Words | Items


class Part(StrEnum):
    """What a section belongs to."""

    STORY = "story"
    ROOM = "room"  # what the story came from, and who did what


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it; `depth` is 2 for a chapter, 3 and 4 inside one."""

    heading: str
    blocks: tuple[Block, ...] = ()
    depth: int = 2
    part: Part = Part.ROOM


@dataclass(frozen=True)
class Manuscript:
    """The whole document."""

    language: str  # as a BCP 47 tag
    title: str
    form: str
    byline: str
    authors: tuple[str, ...]  # everybody who is credited, in the order in which the room met them
    logline: str  # one sentence, or nothing where there is none yet
    date: str  # of the last change, YYYY-MM-DD
    notices: tuple[str, ...]  # who wrote the text, what the licences of the models bind, who imported it
    about: tuple[str, ...]  # the brief, a line each
    sections: tuple[Section, ...]

    @property
    def story(self) -> tuple[Section, ...]:
        """The sections that are the story."""
        return tuple(section for section in self.sections if section.part is Part.STORY)

    @property
    def room(self) -> tuple[Section, ...]:
        """The sections about the room."""
        return tuple(section for section in self.sections if section.part is Part.ROOM)


def quoted(text: str) -> Words:
    """The words of a person or a model."""
    return Words(text, quoted=True)


def listed_flat(items: tuple[str, ...]) -> Items:
    """A list without depth."""
    return Items(tuple((0, item) for item in items))

"""A program: the shape of the document that the model continues, with its few-shot examples, as a file.

One file under `programs/` for each purpose and language. It says labels, words and examples; how a room
becomes a document is `document.py`'s business.
"""

from __future__ import annotations

import tomllib
from importlib import resources

from pydantic import Field

from bot.story.brief import Form, Kind, Language, Rating
from bot.story.model import Model
from bot.story.rounds import Purpose

# The fields that a document may have besides the premises' kinds, which are fields too.
OTHER_FIELDS = ("title", "form", "tone", "rating", "length", "draft", "note", "answer")


class Opening(Model):
    """How the written text begins: `{setting}`, `{subject}` and `{title}` come from the brief."""

    place: str
    place_only: str
    title_only: str


class Example(Model):
    """One finished block. `names` are its inventions: a take that uses one has copied it."""

    title: str
    form: str
    length: str
    answer: str
    names: tuple[str, ...] = Field(min_length=1)
    tone: str | None = None
    rating: str | None = None
    character: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    logline: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    twist: tuple[str, ...] = ()
    draft: str | None = None
    note: str | None = None


class Program(Model):
    """One purpose in one language. `labels` are in the document's order and end with `answer`."""

    purpose: Purpose
    language: Language
    separator: str
    colon: str
    note: str
    length: str
    stops: tuple[str, ...] = Field(min_length=1, max_length=4)
    labels: dict[str, str]
    form: dict[Form, str]
    rating: dict[Rating, str]
    opening: Opening
    examples: tuple[Example, ...] = Field(min_length=1)


class Programs:
    """The programs of this release."""

    def __init__(self) -> None:
        folder = resources.files("bot.writing") / "programs"
        self._programs = {
            (purpose, language): _read((folder / f"{purpose}.{language}.toml").read_text(encoding="utf-8"))
            for purpose in Purpose
            for language in Language
        }

    def of(self, purpose: Purpose, language: Language) -> Program:
        """The program for this purpose in this language."""
        return self._programs[purpose, language]


def _read(toml: str) -> Program:
    program = Program.model_validate(tomllib.loads(toml))
    unknown = set(program.labels) - {*OTHER_FIELDS, *(kind.value for kind in Kind)}
    if unknown or list(program.labels)[-1] != "answer":
        raise ValueError(f"a program's labels are its fields, `answer` last: {sorted(unknown)}")
    return program

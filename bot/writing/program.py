"""A program: the shape of the document that the model continues, with its few-shot examples, as a file.

One file under `programs/` for each program and language, `NAME.LANGUAGE.toml`. It says labels, words and
examples; how a room becomes a document is `document.py`'s business. What a file leaves out comes from the one
it is `like`, and then from its language's `frame`.
"""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cached_property
from importlib import resources
from typing import Any

from pydantic import Field

from bot.story.brief import Form, Kind, Language, Rating
from bot.story.levels import LISTS
from bot.story.model import Model
from bot.story.room import Room
from bot.story.rounds import Purpose, Round
from bot.story.works import READINGS

# The fields that a document may have besides the premises' kinds, which are fields too.
OTHER_FIELDS = (
    *("title", "form", "tone", "rating", "length", "draft", "note", "answer"),
    *("source", "sentence", "other", "viewpoint", "idea", "question", "numbered"),
)


class Writes(StrEnum):
    """What a program's answer is."""

    TEXT = "text"  # a paragraph with the opening of the brief
    SENTENCE = "sentence"  # one sentence
    ON = "on"  # what follows the kept beginning of a draft
    LIST = "list"  # the parts of a list, one after the other
    SPEECH = "speech"  # what somebody says
    POINTS = "points"  # points on a draft, each of which cites one of its numbered sentences


class Opening(Model):
    """How the written text begins: `{setting}`, `{subject}` and `{title}` come from the brief."""

    place: str
    place_only: str
    title_only: str


class Guide(Model):
    """The words by which a text is steered while it is written; a program with a guide is written guided.

    `join` and `last` stand between names, `stop` ends a sentence. `go_on` takes up a text that the model
    would end too early. `patience`: tries at one place before other words begin the sentence.
    """

    join: str
    last: str
    stop: str
    go_on: tuple[str, ...] = Field(min_length=1)
    patience: int = 2


class Example(Model):
    """One finished block. `names` are its inventions: a take that uses one has copied it."""

    title: str
    answer: str
    names: tuple[str, ...] = Field(min_length=1)
    form: str | None = None
    length: str | None = None
    tone: str | None = None
    rating: str | None = None
    character: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()
    logline: tuple[str, ...] = ()
    conflict: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    twist: tuple[str, ...] = ()
    lore: tuple[str, ...] = ()
    draft: str | None = None
    note: str | None = None
    source: str | None = None
    sentence: str | None = None
    other: str | None = None
    viewpoint: str | None = None
    idea: str | None = None
    question: str | None = None
    numbered: str | None = None


class Program(Model):
    """What is written for one purpose, level or work, in one language.

    `labels` are in the document's order and end with `answer`. `standing`: by work, the note that a list is
    rewritten by. `leads`: words with which each take begins (`leads.py`). `headings`: of what a program of
    points writes. `nothing`: what stands where none was found.
    """

    name: str
    version: int = 1
    purpose: Purpose
    writes: Writes = Writes.TEXT
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
    guide: Guide | None = None
    standing: dict[str, str] = Field(default_factory=dict)
    leads: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    nothing: str = ""
    examples: tuple[Example, ...] = Field(min_length=1)

    @property
    def id(self) -> str:
        """What receipts call it."""
        return f"{self.name}.{self.language}/{self.version}"

    @cached_property
    def chinese(self) -> bool:
        """Whether it writes Chinese."""
        return self.language is Language.CHINESE


class Programs:
    """The programs of this release."""

    def __init__(self) -> None:
        folder = resources.files("bot.writing") / "programs"
        files = {
            each.name.removesuffix(".toml"): tomllib.loads(each.read_text(encoding="utf-8"))
            for each in folder.iterdir()
            if each.name.endswith(".toml")
        }
        self._programs = {name: _program(name, files) for name in files if not name.startswith("frame.")}

    def of(self, name: str, language: Language) -> Program:
        """The program of that name (of a purpose, a level or a work) in this language.

        Raises:
            KeyError: there is none.

        """
        return self._programs[f"{name}.{language}"]

    def for_round(self, room: Room, one: Round) -> Program:
        """The program that writes a round of a room."""
        return self.of(_name_of(one), room.brief.language)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all programs with their languages, as their files have them."""
        return tuple(sorted(self._programs))


def _name_of(one: Round) -> str:
    """By the reading, the level of a list, the work, or else the purpose or level of prose."""
    kind = one.work.kind if one.work else None
    if one.level in LISTS and kind not in READINGS:
        return one.level
    if kind is not None:
        return kind
    return one.purpose if one.purpose is Purpose.REFINEMENT else one.level


def _program(stem: str, files: dict[str, dict[str, Any]]) -> Program:
    name, language = stem.split(".")
    own = files[stem]
    like = files[f"{own['like']}.{language}"] if "like" in own else {}
    merged = {**files[f"frame.{language}"], **like, **own, "name": name, "language": language}
    merged.pop("like", None)
    if merged.get("guide") == {}:
        merged["guide"] = None
    program = Program.model_validate(merged)
    unknown = set(program.labels) - {*OTHER_FIELDS, *(kind.value for kind in Kind)}
    if unknown or list(program.labels)[-1] != "answer":
        raise ValueError(f"{stem}: labels are fields of a program, `answer` last: {sorted(unknown)}")
    return program

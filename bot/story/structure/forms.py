"""Structure forms: what a story's beats are called, what each does, and its share of the length.

Each form is a file under `forms/` that names its source. They are part of the program, read once, like its
words; a room names one by its file's name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from pydantic import Field, model_validator

from bot.story.brief import Form, Language
from bot.story.model import Model
from bot.story.room import Room

_DEFAULT: Final[dict[Form, str]] = {
    Form.FEATURE: "three-acts",
    Form.SHORT: "short",
    Form.SERIES: "hour-four",
    Form.EPISODE: "hour-four",
    Form.HOUR: "hour-four",
    Form.HALF_HOUR: "half-hour",
}


class Beat(Model):
    """One beat, its words by language. `share` is of the whole length, 0 to 1."""

    label: dict[Language, str]
    does: dict[Language, str]
    share: float = Field(gt=0, lt=1)


class Structure(Model):
    """One form. `fits`: the kinds of picture it was made for; any room may choose any form."""

    id: str
    name: dict[Language, str]
    source: str = Field(min_length=1)
    fits: tuple[Form, ...]
    beats: tuple[Beat, ...] = Field(min_length=2, max_length=20)

    @model_validator(mode="after")
    def _is_whole(self) -> Structure:
        if abs(sum(beat.share for beat in self.beats) - 1) > 0.001:  # noqa: PLR2004 - rounding
            raise ValueError(f"{self.id}: the shares of its beats must add to 1")
        return self

    def headings(self, language: Language) -> tuple[str, ...]:
        """The labels of its beats, in order."""
        return tuple(beat.label[language] for beat in self.beats)


@cache
def structures() -> Mapping[str, Structure]:
    """Every form by its id, the ids in alphabetical order."""
    found = {}
    for file in sorted((files(__package__) / "forms").iterdir(), key=lambda each: each.name):
        stem = file.name.removesuffix(".toml")
        found[stem] = Structure.model_validate(
            {"id": stem, **tomllib.loads(file.read_text(encoding="utf-8"))}
        )
    return MappingProxyType(found)


def structure_of(room: Room) -> Structure:
    """The form that the room chose, or the one that suits its kind of picture."""
    chosen = structures().get(room.structure or "")
    return chosen or structures()[_DEFAULT[room.brief.form]]

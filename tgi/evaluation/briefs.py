"""What is to be written: a file with one brief in JSON on each line.

A line that cannot be used is named with its file and number; keys that are not known here are ignored.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from tgi.evaluation.errors import BadBriefs

Language = Literal["en", "zh-CN"]
Words = Annotated[str, StringConstraints(min_length=1)]

SHORTEST, LONGEST = 1, 20_000  # words or characters that may be asked for

# By field, the kinds of premises that mean it; any other kind says something about the story as a whole.
_KINDS = {
    "character": (
        "character characters protagonist antagonist hero heroine villain person people cast role lead"
        " 人物 人物设定 角色 主角 主人公 反派 配角"
    ),
    "setting": "setting scene place location world time era 场景 场景描述 地点 背景 世界观 时代",
    "logline": "logline premise idea plot story hook pitch 一句话故事 故事 梗概 情节 创意",
    "conflict": "conflict problem obstacle stakes 冲突 核心冲突 矛盾",
    "theme": "theme moral message 主题 立意",
    "twist": "twist turn reveal ending secret 转折 反转 结局 秘密",
}
_FIELD_OF = {kind: field for field, kinds in _KINDS.items() for kind in kinds.split()}


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Premise(_Model):
    """One contribution. `kind` is any word; `field` is what it comes to. An empty one says nothing."""

    kind: str
    text: str

    @property
    def field(self) -> str:
        """`character`, `setting`, `logline`, `conflict`, `theme` or `twist`."""
        return _FIELD_OF.get(self.kind.strip().casefold(), "logline")


class Brief(_Model):
    """What is to be written. `words`: English words, or characters of Chinese."""

    id: Words
    title: str
    form: Literal["feature", "half-hour", "hour", "short"]
    language: Language
    words: int = Field(ge=SHORTEST, le=LONGEST)
    premises: tuple[Premise, ...]

    @property
    def chinese(self) -> bool:
        """Whether it is to be written in Chinese."""
        return self.language == "zh-CN"

    @property
    def characters(self) -> list[str]:
        """The words of the premises about people."""
        return [premise.text for premise in self.premises if premise.field == "character"]

    @property
    def told(self) -> str:
        """All words of the people: what a text may rightly repeat."""
        return " ".join([self.title, *(premise.text for premise in self.premises)])


def read_briefs(path: Path) -> Sequence[Brief]:
    """Read a file of briefs; empty lines are skipped.

    Raises:
        BadBriefs: it cannot be read, holds none, or a line of it is no brief or names an id twice.

    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise BadBriefs(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise BadBriefs(f"{path} is not UTF-8.") from error
    briefs: dict[str, Brief] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        brief = _brief(line, f"{path}:{number}")
        if brief.id in briefs:
            raise BadBriefs(f"{path}:{number}: the id {brief.id!r} is taken by an earlier line.")
        briefs[brief.id] = brief
    if not briefs:
        raise BadBriefs(f"{path} holds no briefs: one JSON object a line is wanted.")
    return tuple(briefs.values())


def _brief(line: str, where: str) -> Brief:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError) as error:  # a number of 5,000 digits is a ValueError
        raise BadBriefs(f"{where}: this is no JSON.") from error
    try:
        return Brief.model_validate(told)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        said = first["msg"][:1].lower() + first["msg"][1:]
        what = f"{place}: {said}" if place else "a JSON object is wanted"
        raise BadBriefs(f"{where}: {what}.") from error

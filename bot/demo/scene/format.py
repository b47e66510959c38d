"""Reading a written scene: lines to steps, and every mistake as FILE:LINE with what was expected.

A scene is plain text, one sentence a line. Lines that begin with `#` are comments, and lines indented below a
sentence belong to it. Nothing is looked up here: whether Ana exists is found out when the scene is played.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.demo.errors import SceneUnreadable
from bot.demo.scene.forms import FORM, FORMS, Form
from bot.demo.scene.values import KINDS, NotAValue, read_words, write_words

_FIELD = re.compile(
    rf"(?P<name>[^\s:\"](?:[^:\"]*[^\s:\"])?)\s*:\s*(?P<value>{KINDS['words'].pattern}|[^\"]*)"
)
_INDENT = "    "
_DEEPEST = 8


@dataclass(frozen=True)
class Step:
    """One sentence of a scene. `fields` and `steps` are the lines indented below it."""

    form: str
    values: Mapping[str, Any]
    fields: tuple[tuple[str, str], ...] = ()
    steps: tuple[Step, ...] = ()
    where: str = field(default="", compare=False)  # FILE:LINE
    written: str = field(default="", compare=False)  # the sentence, as it stands in the file

    def __str__(self) -> str:
        """As a scene writes it, without what is below."""
        return FORM[self.form].write(self.values)


@dataclass(frozen=True)
class Scene:
    """A scene that was read."""

    name: str
    steps: tuple[Step, ...]


@dataclass
class _Line:
    where: str
    indent: int
    text: str
    below: list[_Line] = field(default_factory=list)


def read_scene(path: Path) -> Scene:
    """Read a scene from its file.

    Raises:
        SceneUnreadable: the file or a line of it cannot be read.

    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise SceneUnreadable(str(path), f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise SceneUnreadable(f"{path}:{line}", "is not UTF-8 text") from None
    return parse_scene(text, str(path))


def parse_scene(text: str, name: str) -> Scene:
    """Read a scene from text; `name` is what errors call it.

    Raises:
        SceneUnreadable: a line is not in the scene format.

    """
    steps = _steps(_tree(text, name))
    if not steps:
        raise SceneUnreadable(f"{name}:1", "nothing happens in this scene")
    return Scene(name, steps)


def write_scene(steps: Sequence[Step], depth: int = 0) -> str:
    """Steps as a scene's text: `parse_scene` reads the same steps from it."""
    lines = []
    for step in steps:
        lines.append(f"{_INDENT * depth}{step}\n")
        lines += [f"{_INDENT * (depth + 1)}{label}: {write_words(value)}\n" for label, value in step.fields]
        lines.append(write_scene(step.steps, depth + 1))
    return "".join(lines)


def _tree(text: str, name: str) -> list[_Line]:
    """Lines with the deeper ones below those they belong to."""
    root = _Line(name, -1, "")
    open_lines = [root]
    for number, raw in enumerate(text.split("\n"), 1):
        expanded = raw.removeprefix("\ufeff").rstrip().expandtabs(4)
        words = expanded.lstrip()
        if not words or words.startswith("#"):
            continue
        line = _Line(f"{name}:{number}", len(expanded) - len(words), words)
        while open_lines[-1].indent >= line.indent:
            open_lines.pop()
        if len(open_lines) > _DEEPEST:
            raise SceneUnreadable(line.where, "is indented too deep")
        if open_lines[-1] is root and line.indent > 0:
            raise SceneUnreadable(line.where, "is indented, but there is no sentence that it could belong to")
        open_lines[-1].below.append(line)
        open_lines.append(line)
    return root.below


def _steps(lines: Sequence[_Line]) -> tuple[Step, ...]:
    return tuple(_step(line) for line in lines)


def _step(line: _Line) -> Step:
    for form in FORMS:
        try:
            values = form.read(line.text)
        except NotAValue as mistake:
            raise SceneUnreadable(line.where, str(mistake)) from None
        if values is not None:
            return _with_below(form, values, line)
    raise SceneUnreadable(line.where, _misunderstood(line.text))


def _with_below(form: Form, values: dict[str, Any], line: _Line) -> Step:
    if line.below and not form.below:
        raise SceneUnreadable(line.below[0].where, f"nothing can be indented below {form.usage!r}")
    if form.below == "steps":
        if not line.below:
            raise SceneUnreadable(line.where, f"{form.usage!r} needs sentences indented below it")
        return Step(form.name, values, steps=_steps(line.below), where=line.where, written=line.text)
    fields = tuple(_field(one) for one in line.below)
    return Step(form.name, values, fields, where=line.where, written=line.text)


def _field(line: _Line) -> tuple[str, str]:
    matched = _FIELD.fullmatch(line.text)
    if matched is None or line.below:
        raise SceneUnreadable(line.where, 'expected one field a line: Name: "value"')
    value = matched["value"]
    try:
        return matched["name"], read_words(value) if value.startswith('"') else value
    except NotAValue as mistake:
        raise SceneUnreadable(line.where, f"{value} {mistake}") from None


def _misunderstood(text: str) -> str:
    shape = re.sub(r'"(?:[^"\\]|\\.)*"', "WORDS", text)[:200]
    if '"' in shape:
        return 'not understood: a quotation mark is left open, or \\" is meant'
    first = shape.split(" ")[0]
    usages = {re.sub(r"\[[^\]]*\]", "", form.usage).replace("WHO", first): form.usage for form in FORMS}
    near = difflib.get_close_matches(shape, usages, n=1)
    hint = f"; the nearest sentence is: {usages[near[0]]}" if near else ""
    return f"not understood: {text[:200]}{hint} (all sentences: docs/scenes/README.md)"

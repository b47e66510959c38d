"""Scenes are read as they are written, and every mistake in one is named with its file and line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.errors import SceneUnreadable
from bot.demo.scene.actions import ACTIONS
from bot.demo.scene.expectations import EXPECTATIONS
from bot.demo.scene.format import Step, parse_scene, read_scene, write_scene
from bot.demo.scene.forms import FORM, FORMS, Form
from bot.demo.scene.play import _Player
from bot.demo.scene.values import Command, Place

ROOT = Path(__file__).parents[4]

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
_name = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
_kinds: dict[str, st.SearchStrategy[Any]] = {
    "person": st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True),
    "words": _text,
    "several": st.lists(_text, min_size=1, max_size=3).map(tuple),
    "channel": _name,
    "number": st.integers(0, 999_999),
    "locale": st.sampled_from(["zh-CN", "en-US", "de"]),
    "command": st.builds(
        Command,
        st.lists(_name, min_size=1, max_size=3).map(" ".join),
        st.lists(st.tuples(_name, _text), max_size=4).map(tuple),
    ),
    "place": st.one_of(
        st.just(Place("board")), st.just(Place("newest")), _text.map(lambda words: Place("with", words))
    ),
    "part": st.sampled_from(["bot", "tgi", "redis"]),
    "path": st.from_regex(r"[a-z]{1,8}(\[(\*|[0-9])\])?(\.[a-z]{1,8})?", fullmatch=True),
    "title": st.from_regex(r"[A-Za-z]{1,8}( [a-z]{1,8})?", fullmatch=True),
}


@st.composite
def _steps(draw: st.DrawFn, depth: int = 0) -> Step:
    form: Form = draw(st.sampled_from([one for one in FORMS if one.below != "steps" or depth < 2]))
    optional = set(re.findall(r"\[[^\]]*\{(\w+):", form.template))
    values = {
        name: draw(_kinds[kind])
        for name, kind in re.findall(r"\{(\w+):(\w+)\}", form.template)
        if name not in optional or draw(st.booleans())
    }
    fields: tuple[tuple[str, str], ...] = ()
    steps: tuple[Step, ...] = ()
    if form.below == "fields":
        label = st.from_regex(r"[A-Za-z][A-Za-z ?']{0,10}[a-z?]", fullmatch=True)
        fields = tuple(draw(st.lists(st.tuples(label, _text), max_size=2)))
    if form.below == "steps":
        steps = tuple(draw(st.lists(_steps(depth + 1), min_size=1, max_size=2)))
    return Step(form.name, values, fields, steps)


@given(st.lists(_steps(), min_size=1, max_size=4))
def test_a_scene_is_read_as_it_was_written(steps: list[Step]) -> None:
    assert parse_scene(write_scene(steps), "a.scene").steps == tuple(steps)


@given(st.text())
def test_no_text_is_read_with_anything_but_a_scene_or_an_error_at_a_line(text: str) -> None:
    assert _read(text)


def _read(text: str) -> bool:
    """Whether a text is a scene, or refused as it should be."""
    try:
        return bool(parse_scene(text, "a.scene").steps)
    except SceneUnreadable as unreadable:
        return bool(re.match(r"a\.scene:\d+: .", str(unreadable)))


_sentence = st.sampled_from(
    [form.usage for form in FORMS] + ['Ana says "', "Ana", "#", "==", '    Text: "x"']
)


@given(st.lists(st.tuples(st.integers(0, 9), _sentence, st.text(max_size=5)), max_size=5))
def test_nearly_right_text_is_read_or_refused_at_a_line(lines: list[tuple[int, str, str]]) -> None:
    text = "\n".join(" " * indent + words + more for indent, words, more in lines)
    assert _read(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a.scene:1: nothing happens"),
        ('Ana says "hello', "a.scene:1: not understood: a quotation mark is left open"),
        ("# who?\nAna sings", "a.scene:2: not understood: Ana sings"),
        ('Ana see "x"', "the nearest sentence is: WHO sees WORDS"),
        ('Ana says "\\q"', "a.scene:1: .* has \\\\q, which is no escape"),
        ('Ana says "\\ud800"', "which is no character"),
        ('Ana says "x" * 99999999999999999999', "repeats more than 100000 times"),
        ('Ana says "xxxxx" * 90000', "is longer than 100000 characters"),
        ("Ana runs /room open title:", "a.scene:1: .* is no command"),
        ('    Ana says "x"', "a.scene:1: is indented, but"),
        ('Ana says "x"\n    Text: "y"', "a.scene:2: nothing can be indented below"),
        ("At the same moment:", "a.scene:1: .* needs sentences indented below it"),
        ("Ana fills in the form:\n    nothing", "a.scene:2: expected one field a line"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, told: str) -> None:
    with pytest.raises(SceneUnreadable, match=told):
        parse_scene(text, "a.scene")


def test_words_may_be_repeated_joined_and_escaped() -> None:
    (step,) = parse_scene(r'Ana says "a\u202e" + "x" * 4000 + "\n\"\U0001F600"', "a.scene").steps
    assert step.values["words"] == "a\u202e" + "x" * 4000 + '\n"\U0001f600'


def test_options_may_stand_below_a_command() -> None:
    (step,) = parse_scene('Ana runs /premise add kind:character\n    text: "Mara"', "a.scene").steps
    assert step.values["command"] == Command("premise add", (("kind", "character"),))
    assert step.fields == (("text", "Mara"),)


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(SceneUnreadable, match=r"missing\.scene: cannot be read"):
        read_scene(tmp_path / "missing.scene")
    (tmp_path / "bytes.scene").write_bytes(b"# a\n\xff")
    with pytest.raises(SceneUnreadable, match=r"bytes.scene:2: is not UTF-8"):
        read_scene(tmp_path / "bytes.scene")


def test_every_sentence_does_something() -> None:
    for name in FORM.keys() - {"heading"}:
        assert name in ACTIONS or name in EXPECTATIONS or hasattr(_Player, f"_{name}"), name


def test_every_sentence_is_in_the_documentation() -> None:
    page = (ROOT / "docs/scenes/README.md").read_text("utf-8")
    missing = [form.usage for form in FORMS if f"`{form.usage}`" not in page]
    assert missing == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs/scenes").glob("*.scene")), ids=lambda path: path.stem)
def test_the_scenes_that_come_with_the_project_can_be_read(path: Path) -> None:
    assert read_scene(path).steps

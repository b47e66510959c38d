"""The exact text that each program sends first. After a meant change, write the files anew:

STORYROOM_WRITE_GOLDEN=1 python -m pytest tests/bot/writing/test_programs.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.brief import Brief, Kind, Language
from bot.story.commands import AskWork, EditDraft
from bot.story.levels import Level
from bot.story.parts import parts_of
from bot.story.works import TextRef, Work, WorkKind
from bot.writing.document import Document, document_of
from bot.writing.program import Example, Programs
from tests.bot.building import ANA, adopt, after, record_take
from tests.bot.writing.rooms_at_hand import room_of
from tests.bot.writing.works_at_hand import every_program, with_beats, working

GOLDEN = Path(__file__).parent / "golden"
PROGRAMS = Programs()
ROOMS = {
    f"{name}.{language}": room for language in Language for name, room in every_program(language).items()
}


def document(name: str) -> Document:
    room = ROOMS[name]
    one = room.rounds[-1]
    return document_of(PROGRAMS.for_round(room, one), room, one)


@pytest.mark.parametrize("name", sorted(ROOMS))
def test_a_program_sends_exactly_this_text(name: str) -> None:
    text = document(name).text
    golden = GOLDEN / f"{name}.txt"
    if os.environ.get("STORYROOM_WRITE_GOLDEN"):
        golden.write_text(text, encoding="utf-8")

    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(ROOMS))
def test_a_round_is_written_by_the_program_of_its_name(name: str) -> None:
    assert document(name).program.id == f"{name}/{document(name).program.version}"


def test_every_program_of_the_release_is_tried_here() -> None:
    assert sorted(ROOMS) == list(PROGRAMS.names)


def test_every_golden_text_is_that_of_a_program() -> None:
    assert sorted(each.stem for each in GOLDEN.glob("*.txt")) == sorted(ROOMS)


@pytest.mark.parametrize("name", PROGRAMS.names)
def test_a_programs_examples_are_whole_and_name_whom_they_are_watched_for(name: str) -> None:
    stem, language = name.split(".")
    program = PROGRAMS.of(stem, Language(language))
    for example in program.examples:
        told = " ".join(filter(None, texts_of(example)))
        assert all(each in told for each in example.names), example.title
        for key in program.labels:
            if key in ("draft", "sentence", "other", "viewpoint", "idea", "question", "numbered"):
                if stem in ("beats", "outline"):  # shown only where a list is rewritten
                    continue
                assert getattr(example, key), (example.title, key)


@pytest.mark.parametrize("language", Language)
def test_no_two_programs_share_a_name_that_leaks(language: Language) -> None:
    seen: dict[str, str] = {}
    for name in PROGRAMS.names:
        stem, spoken = name.split(".")
        if spoken != language or stem in ("go-on", "onward", "endings"):  # they have the synopsis' examples
            continue
        for example in PROGRAMS.of(stem, language).examples:
            for each in example.names:
                assert seen.setdefault(each, stem) == stem


def texts_of(example: Example) -> list[str]:
    return [
        example.title,
        example.answer,
        example.draft or "",
        example.numbered or "",
        *example.character,
    ]


HOSTILE = st.lists(
    st.sampled_from(
        [
            "###",
            "\n",
            "Synopsis:",
            "Answer: “",
            "”",
            "剧情梗概：",
            "- [1] ",
            "1. ",
            "```",
            "狗。",
            "a dog. ",
            " ",
        ]
    ),
    max_size=10,
).map("".join)
PROSE = [WorkKind.SENTENCE, WorkKind.SHORTER, WorkKind.VIEWPOINT, WorkKind.SPLICE, WorkKind.WHAT_IF]


@given(
    premise=HOSTILE,
    draft=HOSTILE,
    said=HOSTILE,
    kind=st.sampled_from([*PROSE, WorkKind.INTERVIEW]),
    language=st.sampled_from(Language),
)
def test_nobodys_words_change_the_shape_of_a_works_document(
    premise: str, draft: str, said: str, kind: WorkKind, language: Language
) -> None:
    plain = worked(language, kind, "a dog", "A dog.", "a dog")
    hostile = worked(language, kind, f"a dog{premise}", f"A dog. {draft}", f"a dog{said}")

    assert shape(hostile) == shape(plain)


@given(lines=st.lists(HOSTILE, min_size=2, max_size=4), language=st.sampled_from(Language))
def test_a_list_stays_a_list_of_numbered_lines_whatever_stands_in_it(
    lines: list[str], language: Language
) -> None:
    room = with_beats(language)
    text = "\n".join(f"x{line}" for line in lines)
    room = after(room, EditDraft(at=9, by=ANA, draft=2, text=text))
    room = working(room, WorkKind.DARKER)
    one = room.rounds[-1]
    sent = document_of(PROGRAMS.for_round(room, one), room, one).text
    label = PROGRAMS.of("beats", language).labels["draft"]
    shown = sent.rpartition(f"\n{label}")[2].split("\n")[1:]
    parts = parts_of(Level.BEATS, room.text_of(room.drafts[-1]))

    assert [line.split(".")[0] for line in shown[: len(parts)]] == [str(part.number) for part in parts]
    assert "###" not in "".join(shown)


def worked(language: Language, kind: WorkKind, premise: str, draft: str, said: str) -> Document:
    brief = Brief(title="T", language=language)
    room = room_of(brief, ((Kind.CHARACTER, premise), (Kind.SETTING, "a hill")))
    room = after(room, record_take(1, 0, draft), record_take(1, 1, f"Another. {draft}"), adopt(1, 0))
    person = 1 if kind in (WorkKind.INTERVIEW, WorkKind.VIEWPOINT) else None
    work = Work(kind=kind, at=1, text=said, character=person, other=TextRef(round=1, take=1))
    room = after(room, AskWork(at=8, by=ANA, seed=8, work=work))
    one = room.rounds[-1]
    return document_of(PROGRAMS.for_round(room, one), room, one)


def shape(one: Document) -> list[str]:
    """The beginning of every line: its label, its bullet, its separator."""
    colon = one.program.colon.strip()
    return [line.split(colon, 1)[0] if colon in line else line[:2] for line in one.text.split("\n")]

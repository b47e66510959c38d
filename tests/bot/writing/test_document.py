"""A room's words in the document of its round: what stands where, and what no words can change.

The exact text that each program sends is in `test_programs.py`.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.brief import Brief, Kind, Language
from bot.story.room import Room
from bot.writing.document import Document, document_of
from bot.writing.phrases import units
from bot.writing.program import Programs
from tests.bot.writing.rooms_at_hand import (
    LIGHTHOUSE,
    LIGHTHOUSE_PREMISES,
    RIVER,
    RIVER_PREMISES,
    last_round,
    refined,
    room_of,
)

LAMP = room_of()
LANTERN = room_of(RIVER, RIVER_PREMISES)
ROOMS = {
    "synopsis.en": LAMP,
    "synopsis.zh-CN": LANTERN,
    "refinement.en": refined(
        LAMP, "In a lighthouse, Mara waits.\n\nShe leaves.", 'Too "neat"; the ending\nis easy.'
    ),
    "refinement.zh-CN": refined(LANTERN, "阿良点灯。他走了。", "结局太“顺”。"),
}


def document(room: Room) -> Document:
    one = last_round(room)
    return document_of(Programs().for_round(room, one), room, one)


@pytest.mark.parametrize("name", ROOMS)
def test_a_document_ends_in_the_opening(name: str) -> None:
    one = document(ROOMS[name])

    assert one.text.endswith(one.program.colon + one.opening)


def test_every_example_is_about_as_long_as_it_says() -> None:
    for program in (Programs().for_round(room, room.rounds[-1]) for room in ROOMS.values()):
        for example in program.examples:
            said = int("".join(char for char in example.length or "" if char.isdigit()))
            assert len(units(example.answer)) == pytest.approx(said, rel=0.08), example.title


def test_every_example_uses_the_names_it_is_watched_for() -> None:
    for program in (Programs().for_round(room, room.rounds[-1]) for room in ROOMS.values()):
        for example in program.examples:
            told = f"{example.title} {example.answer}"
            assert all(name in told for name in example.names)


words = st.lists(
    st.sampled_from(
        [
            "###",
            "\n",
            "Synopsis:",
            "Title: x",
            "剧情梗概：",
            "```",
            "- ",
            "“",
            "a dog",
            "Draft:",
            "Note:",
            "狗。",
            " ",
        ]
    ),
    min_size=1,
    max_size=12,
).map("".join)


@given(premise=words, note=words, draft=words, language=st.sampled_from(Language))
def test_peoples_words_never_change_the_shape_of_the_document(
    premise: str, note: str, draft: str, language: Language
) -> None:
    brief = Brief(title="T", language=language)
    plain, hostile = f"a{premise}", f"a dog{premise}"
    shapes = [
        shape(document(refined(room_of(brief, ((Kind.LOGLINE, text),)), each, remark)))
        for text, each, remark in (
            ("a dog", "A dog.", "More."),
            (plain, f"x{draft}", f"x{note}"),
            (hostile, "d", "n"),
        )
    ]

    assert shapes[0] == shapes[1] == shapes[2]


def test_an_empty_premise_is_left_out_and_the_others_stay() -> None:
    one = document(room_of(LIGHTHOUSE, ((Kind.CHARACTER, "###"), *LIGHTHOUSE_PREMISES)))

    assert one.text == document(LAMP).text


def test_withdrawn_words_are_not_sent_but_those_of_the_round_are() -> None:
    room = room_of()
    one = last_round(room).model_copy(update={"premises": (3,)})
    text = document_of(Programs().for_round(room, one), room, one).text

    assert "Mara" in text
    assert "Old Tom" not in text


def shape(one: Document) -> list[str]:
    """The beginning of every line: its label, its bullet, its separator."""
    colon = one.program.colon.strip()
    return [line.split(colon, 1)[0] if colon in line else line[:2] for line in one.text.split("\n")]


def test_a_synopsis_is_to_name_everybody_and_a_refinement_whoever_is_in_the_draft() -> None:
    draft = "In a lighthouse, Mara waits for Tom."
    kept, changed = (refined(LAMP, draft, note) for note in ("Shorter.", "Take Tom out of it."))

    assert [name.full for name in document(LAMP).cast] == ["Mara", "Old Tom"]
    assert [name.full for name in document(kept).cast] == ["Mara", "Old Tom"]
    assert [name.full for name in document(changed).cast] == ["Mara"]
    assert document(refined(LAMP, "A woman waits.", "Shorter.")).cast == ()

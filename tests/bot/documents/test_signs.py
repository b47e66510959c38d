"""Signs and their order on a line, by Unicode's own examples and by what must always hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.signs import as_seen, reads_right_to_left, signs

texts = st.text(
    st.one_of(st.sampled_from("ab אבג بتلا 012٣٤().,-+/%\u0301\u200d\u200c👍🏽👨👩🇩🇪永"), st.characters())
)


def seen(text: str, *, right_to_left: bool = False) -> str:
    return "".join(read for _, read in as_seen(signs(text), right_to_left=right_to_left))


def drawn(text: str) -> str:
    """The shapes in the order of reading."""
    return "".join(shape for shape, _ in reversed(as_seen(signs(text), right_to_left=True)))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("e\u0301a", ["e\u0301", "a"]),
        ("👨‍👩‍👧!", ["👨‍👩‍👧", "!"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("❤️‍🔥x", ["❤️‍🔥", "x"]),
        ("井水", ["井", "水"]),
        ("می‌خواهم", ["م", "ی\u200c", "خ", "و", "ا", "ه", "م"]),
    ],
)
def test_what_is_drawn_together_is_one_sign(text: str, parts: list[str]) -> None:
    assert signs(text) == parts


# The examples of UAX #9, section 4, with Hebrew letters for its capitals.
@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("car means אבג.", "car means גבא.", ".גבא car means"),
        ("אבג means car.", "גבא means car.", ".means car גבא"),
        ("אב 123 ג", "ג 123 בא", "ג 123 בא"),
        ("12 אב", "12 בא", "בא 12"),
        ("אב 1.5-2", "1.5-2 בא", "1.5-2 בא"),
        ("مر ١٢٣", "١٢٣ رم", "١٢٣ رم"),
        ("plain text 12", "plain text 12", "plain text 12"),
    ],
)
def test_a_line_is_seen_in_the_order_of_the_bidirectional_algorithm(text: str, left: str, right: str) -> None:
    assert seen(text) == left
    assert seen(text, right_to_left=True) == right


def test_brackets_face_what_they_enclose() -> None:
    assert [shape for shape, _ in as_seen(signs("(א)"), right_to_left=True)] == ["(", "א", ")"]


@pytest.mark.parametrize(
    ("word", "names"),
    [
        ("بيت", ["BEH INITIAL", "YEH MEDIAL", "TEH FINAL"]),
        ("دار", ["DAL ISOLATED", "ALEF ISOLATED", "REH ISOLATED"]),
        ("سلام", ["SEEN INITIAL", "LAM WITH ALEF FINAL", "MEEM ISOLATED"]),
        ("لا", ["LAM WITH ALEF ISOLATED"]),
    ],
)
def test_arabic_letters_take_the_shapes_of_their_places(word: str, names: list[str]) -> None:
    found = [unicodedata.name(shape) for shape in drawn(word)]
    wanted = [(*name.rsplit(" ", 1),) for name in names]
    assert len(found) == len(wanted)
    for name, (letter, place) in zip(found, wanted, strict=True):
        assert letter in name
        assert name.endswith(f"{place} FORM")


@given(texts, st.booleans())
def test_nothing_of_a_line_is_lost_or_doubled(text: str, right_to_left: bool) -> None:  # noqa: FBT001 - drawn
    assert sorted(seen(text, right_to_left=right_to_left)) == sorted(text)
    assert "".join(signs(text)) == text


@pytest.mark.parametrize(
    ("text", "answer"), [("שלום", True), ("12 שלום", True), ("a שלום", False), ("", False), ("…", False)]
)
def test_the_first_letter_says_where_a_text_begins(text: str, *, answer: bool) -> None:
    assert reads_right_to_left(text) is answer

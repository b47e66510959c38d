"""Typed words: what is invisible goes, what is visible stays as it was typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.story.text import clean, clean_line

JOINERS = "\u200c\u200d"
# Format characters that have a glyph: Arabic, Syriac and Kaithi number signs, Egyptian layout.
VISIBLE_FORMAT = (
    "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
    + "".join(map(chr, range(0x13430, 0x13440)))
)
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
HEART_ON_FIRE = "\u2764\ufe0f\u200d\U0001f525"
KEYCAP = "#\ufe0f\u20e3"
PERSIAN = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"

# Characters around which cleaning has something to decide, among any others.
tricky = st.text(
    st.one_of(
        st.sampled_from(
            "\u200b\u200c\u200d\ufe0f\u202e\u2066\ufeff\u00ad\u034f\u2800\u0301e\u4e95 \t\n\r\u0085"
        ),
        st.characters(exclude_categories=["Cs"]),
    )
)


@given(tricky)
@example("e\u200d\u0301")
@example("\u4e95\u200d\u200d\u4e95")
@example("\u212a\u200d\u4e95")
@example("a\r\x00\n\n\n b")
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(tricky)
def test_no_invisible_character_survives(text: str) -> None:
    cleaned = clean(text)
    for place, sign in enumerate(cleaned):
        if sign in JOINERS:
            before, after = cleaned[place - 1 : place], cleaned[place + 1 : place + 2]
            assert before, "a joiner joins something"
            assert after, "a joiner joins something"
            assert not before.isascii()
            assert not after.isascii()
            assert after not in JOINERS
        elif sign not in VISIBLE_FORMAT + "\n\t":
            assert unicodedata.category(sign) not in ("Cf", "Cc", "Zl", "Zp"), hex(ord(sign))


@given(tricky)
def test_a_text_has_a_visible_end_on_both_sides_and_no_gaps(text: str) -> None:
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert "\n\n\n" not in cleaned
    assert "\r" not in cleaned
    assert all(line == line.rstrip() for line in cleaned.split("\n"))


@given(tricky)
def test_a_text_never_grows_beyond_what_composing_does(text: str) -> None:
    assert len(clean(text)) <= 3 * len(text)  # Unicode's bound for NFC
    assert unicodedata.is_normalized("NFC", clean(text))


@given(tricky)
def test_a_line_is_one_line(text: str) -> None:
    assert len(clean_line(text).splitlines()) <= 1


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1))
def test_what_a_plain_keyboard_types_stays_as_it_is(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "@everyone, <@123> and <#456>",
        "```py\nprint('x')\n```",
        "# not mine to escape",
        "a **bold** [link](https://example.com)",
        "  a\tb".strip(),
        "\u4e95\u8fb9\u7684\u5973\u4eba\uff0c\u201c\u6c34\u201d",
        FAMILY,
        HEART_ON_FIRE,
        KEYCAP,
        PERSIAN,
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        "\U0001f469\U0001f3fd\u200d\U0001f680",
    ],
)
def test_what_is_visible_stays_as_it_was_typed(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \t\r\n ",
        "\u3000\u00a0\u2003",
        "\u200b\u200c\u200d\ufeff",
        "\u202e\u2066\u200f\u061c",
        "\u00ad\u034f",
        "\u2800\u3164\uffa0\u115f",
        "\ufe0f",
        "\U000e0041\U000e007f",
    ],
)
def test_a_text_that_shows_nothing_is_empty(text: str) -> None:
    assert clean(text) == ""
    assert clean_line(text) == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("safe\u202egnp.exe", "safegnp.exe"),
        ("a\u200bd\u200dm\u2060in", "admin"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("one \n\n\n\n two", "one\n\n two"),
        ("\u4e95" + "\u200d" * 50 + "\u4e95", "\u4e95\u200d\u4e95"),
        ("\U0001f525" + "\ufe0e\ufe0f" * 20, "\U0001f525\ufe0e"),
    ],
)
def test_what_hides_or_turns_is_taken_out(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_a_line_takes_the_breaks_out_of_a_text() -> None:
    assert clean_line("The\n\nWell \t at  dusk") == "The Well at dusk"

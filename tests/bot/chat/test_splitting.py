"""A draft's text in the fields of a modal, and put together again: nothing of it is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.chat.render.levels import FIELD, FIELDS, joined, split

LONGEST = FIELD * FIELDS


@st.composite
def drafts(draw: st.DrawFn) -> str:
    """Paragraphs and words of any length, up to what the fields can hold."""
    pieces = draw(st.lists(st.tuples(st.integers(1, 4500), st.sampled_from(["\n", " ", ""])), max_size=12))
    return "".join("井" * length + mark for length, mark in pieces)[:LONGEST]


@given(drafts())
def test_what_is_sent_back_unchanged_is_the_text_itself(text: str) -> None:
    pieces = split(text)
    assert len(pieces) <= FIELDS
    assert all(len(piece) <= FIELD for piece, _ in pieces)
    assert "".join(piece + behind for piece, behind in pieces) == text
    assert joined(text, {f"text{number}": piece for number, (piece, _) in enumerate(pieces, start=1)}) == text

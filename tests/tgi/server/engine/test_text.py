"""Sharing a text out among its tokens, and names of vocabularies as bytes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tgi.server.engine.upstream.fakes import disguised, spelled
from tgi.server.engine.text import byte_level, pieces, sentencepiece, share

PART = "\ufffd"


@pytest.mark.parametrize(
    ("text", "alone", "parts"),
    [
        ("Once upon", ["Once", " upon"], ["Once", " upon"]),
        ("Once upon", ["Once", "upon"], ["Once", " upon"]),  # SentencePiece drops a word's space
        ("你 good", [PART, PART, "good"], ["", "你", " good"]),
        ("你 good", [PART, PART, " good"], ["", "你", " good"]),
        ("a 🦙!", ["a", f" {PART}", PART, PART, "!"], ["a", "", "", " 🦙", "!"]),
        ("你", [PART, PART], ["", "你"]),
        ("", [PART], [""]),
        ("", ["</s>"], [""]),
        ("ab", ["a", "", "b"], ["a", "", "b"]),
        ("", [], []),
    ],
)
def test_a_text_is_shared_out(text: str, alone: list[str], parts: list[str]) -> None:
    assert share(text, alone) == parts


@given(st.text(min_size=1), st.data())
def test_nothing_of_a_text_is_lost(text: str, data: st.DataObject) -> None:
    whole = text.encode(errors="ignore")
    cuts = sorted(data.draw(st.sets(st.integers(1, max(len(whole) - 1, 1)), max_size=8)))
    bounds = [0, *(cut for cut in cuts if cut < len(whole)), len(whole)]
    alone = [whole[a:b].decode(errors="replace") for a, b in itertools.pairwise(bounds)]
    assert "".join(share(whole.decode(), alone)) == whole.decode()


@given(st.binary())
def test_byte_level_names_are_read_back(piece: bytes) -> None:
    assert byte_level("".join(disguised(10 + byte) for byte in piece)) == piece


def test_names_are_read_as_the_text_demands() -> None:
    assert pieces("a é", ["</s>", *(disguised(id_) for id_ in spelled("a é"))]) == [
        b"</s>",
        b"a",
        b" ",
        b"\xc3",
        b"\xa9",
    ]
    assert pieces("Once 你", ["<s>", "▁Once", "▁", "<0xE4>", "<0xBD>", "<0xA0>"]) == [
        b"<s>",
        b" Once",
        b" ",
        b"\xe4",
        b"\xbd",
        b"\xa0",
    ]
    assert sentencepiece("<0xZZ>") == b"<0xZZ>"

"""Tokens as bytes, and bytes as text that is never half a character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgi.errors import UnreadableModel
from tgi.server.engine.gguf import Value
from tgi.server.engine.vocabulary import Vocabulary, WholeCharacters

SMALL = Vocabulary([b"a", b"b", b"ab", b"</s>", b"\xf0\x9f", b"\x8c", b"\x8a"], frozenset({3}))


def test_byte_level_names_are_bytes_in_disguise() -> None:
    names: list[Value] = ["ĠOnce".encode(), "Ċ".encode(), "ðŁĮ".encode(), b"<|im_end|>", "一".encode()]
    vocabulary = Vocabulary.from_metadata(
        {
            "tokenizer.ggml.model": b"gpt2",
            "tokenizer.ggml.tokens": names,
            "tokenizer.ggml.token_type": [1, 1, 1, 3, 4],
        }
    )
    pieces = [vocabulary.piece(id_) for id_ in range(len(vocabulary))]
    assert pieces == [b" Once", b"\n", b"\xf0\x9f\x8c", b"<|im_end|>", "一".encode()]
    assert [vocabulary.is_special(id_) for id_ in range(5)] == [False, False, False, True, False]


def test_sentencepiece_names_spell_spaces_and_bytes() -> None:
    vocabulary = Vocabulary.from_metadata(
        {
            "tokenizer.ggml.model": b"llama",
            "tokenizer.ggml.tokens": ["▁Once".encode(), b"<0x0A>", b"<0x0A>"],
            "tokenizer.ggml.token_type": [1, 6, 1],
        }
    )
    assert [vocabulary.piece(id_) for id_ in range(3)] == [b" Once", b"\n", b"<0x0A>"]


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({}, "has no tokenizer"),
        ({"tokenizer.ggml.tokens": [b"a"], "tokenizer.ggml.model": b"bert"}, "bert are not supported"),
        ({"tokenizer.ggml.tokens": [b"a"]}, "none are not supported"),
    ],
)
def test_an_unknown_tokenizer_is_refused_by_name(metadata: dict[str, Value], words: str) -> None:
    with pytest.raises(UnreadableModel, match=words):
        Vocabulary.from_metadata(metadata)


@pytest.mark.parametrize(
    ("text", "count", "ids"),
    [
        (b"ab", 1, [2]),
        (b"ab", 2, [0, 1]),
        (b"\xf0\x9f\x8c\x8a", 3, [4, 5, 6]),
        (b"", 0, []),
        (b"a", 0, None),
        (b"ab", 3, None),
        (b"</s>", 1, None),  # special tokens are not text
    ],
)
def test_bytes_are_split_into_as_many_tokens_as_were_drawn(
    text: bytes, count: int, ids: list[int] | None
) -> None:
    assert SMALL.split(text, count) == ids


@given(st.text(), st.data())
def test_text_in_any_pieces_comes_out_whole(text: str, cuts: st.DataObject) -> None:
    encoded = text.encode()
    shown, whole, at = "", WholeCharacters(), 0
    while at < len(encoded):
        size = cuts.draw(st.integers(1, 5))
        shown += whole.feed(encoded[at : at + size])
        at += size
        assert text.startswith(shown)
    assert shown == text

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgi.prose.phrases import chinese_share, grams, latin_share, length_of, sentence_ends, sentences, units


def test_sentences_end_at_their_marks_but_not_at_a_title() -> None:
    assert sentences("Dr. Lee waits. “Run!” She runs… 他说：“走。”他走了。") == [
        "Dr. Lee waits.",
        "“Run!”",
        "She runs…",
        "他说：“走。”",
        "他走了。",
    ]


def test_lengths_are_words_between_spaces_and_characters() -> None:
    assert length_of("A well-digger, alone.", chinese=False) == 3
    assert length_of("他走了。 她哭。", chinese=True) == 7


def test_units_are_words_in_lower_case_and_single_characters() -> None:
    assert units("Mara's 河灯!") == ["mara's", "河", "灯"]
    assert grams(["a", "b", "c"], 2) == [("a", "b"), ("b", "c")]
    assert chinese_share("ab河灯") == 0.5
    assert latin_share("éb河灯") == 0.5
    assert latin_share("…") == 1.0


@given(st.text(max_size=120))
def test_sentences_are_all_of_the_text(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
    assert sentence_ends(text) == sorted(set(sentence_ends(text)))


@pytest.mark.parametrize("run", [".", "!", "?!", "…"])
def test_a_run_of_marks_is_read_once(run: str) -> None:
    began = time.process_time()
    assert sentences(run * 20_000 + "x")
    assert time.process_time() - began < 1
    assert sentence_ends("Wait... Really?! Yes.…") == [7, 16, 22]

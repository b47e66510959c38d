from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tgi.evaluation.figures import coherence, distinct, interval, relevance, self_bleu, share


def test_an_interval_is_wilsons() -> None:
    # Figures of R's binom.wilson(8, 10) and binom.wilson(0, 20).
    assert interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert interval(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert interval(0, 0) == (0.0, 1.0)


@given(st.integers(0, 50), st.integers(1, 50))
def test_an_interval_holds_the_share(hits: int, more: int) -> None:
    low, high = interval(hits, hits + more)

    assert 0 <= low <= hits / (hits + more) <= high <= 1


def test_shares() -> None:
    assert share([True, True, False, True]) == 0.75
    assert share([]) == 1.0


def test_distinct_counts_runs_over_all_texts() -> None:
    assert distinct(["a b a b"], 1) == 0.5
    assert distinct(["a b", "a b"], 2) == 0.5
    assert distinct([], 3) == 0.0


def test_texts_that_are_alike_have_a_high_self_bleu() -> None:
    same = ["the old man digs a well by night"] * 3
    other = [
        "the old man digs a well by night",
        "snow falls on every roof in town today",
        "who rang that bell at dawn, brother",
    ]

    assert self_bleu(same) == pytest.approx(1.0)
    assert self_bleu(other) < 0.25
    assert self_bleu(["one text alone is like nothing"]) == 0.0


def test_a_text_hangs_together_where_sentences_take_words_up() -> None:
    assert coherence("Mara digs a deep tunnel. The tunnel falls on Mara.", chinese=False) == 1.0
    assert coherence("Mara digs. Snow falls. A dog barks.", chinese=False) == 0.0
    assert coherence("阿良点灯。阿良走了。下雪了。", chinese=True) == 0.5


def test_a_premise_is_met_by_one_of_its_words() -> None:
    premises = ["Mara, a well-digger", "a village without rain", "xyzzy plugh"]

    assert relevance(premises, "The village sleeps while the digger works.", chinese=False) == pytest.approx(
        2 / 3
    )
    assert relevance([], "Nothing.", chinese=False) == 1.0

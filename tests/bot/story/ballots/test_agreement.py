"""Fleiss' kappa: worked examples as published, and what it says of ballots."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.ballots.agreement import fleiss_kappa, kappa
from bot.story.ballots.ballot import Rest, Sheet
from bot.story.ballots.pairs import Judgements, judgements
from tests.bot.story.ballots.voting import CANDIDATES, polls

# Ten subjects, fourteen raters, five categories: the worked example by which the measure is usually explained
# (it is in the article "Fleiss' kappa" of the English Wikipedia), with kappa 0.210.
WORKED = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def judged(*sheets: Sheet) -> list[tuple[Judgements, int]]:
    return [(judgements(each, CANDIDATES), 1) for each in sheets]


def test_a_worked_example_comes_out_as_published() -> None:
    found = fleiss_kappa(WORKED)
    assert found == pytest.approx(0.210, abs=5e-4)


def test_two_raters_are_scotts_pi() -> None:
    # By hand: 20 subjects, 15 agreed on; each category was chosen in half of the 40 verdicts.
    rows = [[2, 0]] * 8 + [[0, 2]] * 7 + [[1, 1]] * 5
    share = (8 * 2 + 5) / 40
    by_chance = share**2 + (1 - share) ** 2
    assert fleiss_kappa(rows) == pytest.approx((15 / 20 - by_chance) / (1 - by_chance))


def test_of_one_mind_is_one_and_of_two_minds_is_below_chance() -> None:
    one = Sheet(order=(0, 1, 2, 3))
    assert kappa(judged(one, one, one), CANDIDATES) == pytest.approx(1)
    against = kappa(judged(one, Sheet(order=(3, 2, 1, 0))), CANDIDATES)
    assert against == pytest.approx(-1)


@pytest.mark.parametrize(
    "sheets",
    [
        (),
        (Sheet(order=(0, 1, 2, 3)),),
        (Sheet(rest=Rest.EQUAL), Sheet(rest=Rest.POOR)),
    ],
    ids=["nobody", "one voter", "everybody tied"],
)
def test_where_agreement_says_nothing_there_is_none(sheets: tuple[Sheet, ...]) -> None:
    assert kappa(judged(*sheets), CANDIDATES) is None


def test_pairs_with_one_judge_are_left_out() -> None:
    whole, first = Sheet(order=(0, 1, 2, 3)), Sheet(order=(0,))
    assert kappa(judged(whole, first), CANDIDATES) == pytest.approx(1), "they agree on what both judged"


@given(poll=polls, order=st.permutations(range(CANDIDATES)))
def test_which_of_a_pair_is_named_first_does_not_matter(poll: list[Sheet], order: list[int]) -> None:
    renamed = [each.model_copy(update={"order": tuple(order[one] for one in each.order)}) for each in poll]
    before, after = kappa(judged(*poll), CANDIDATES), kappa(judged(*renamed), CANDIDATES)
    assert (before is None) == (after is None)
    if before is not None:
        assert after == pytest.approx(before)
        assert -1 - 1e-9 <= before <= 1 + 1e-9

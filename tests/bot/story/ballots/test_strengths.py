"""Bradley and Terry's model: a published fit, planted strengths, and the same whatever the names."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.ballots.count import counted_sheets, result_of
from bot.story.ballots.pairs import judgements, wins_of
from bot.story.ballots.strengths import shares, strengths
from tests.bot.story.ballots.voting import voters_of

# Baseball, American League East, 1987: wins of the row over the column. Agresti, "Categorical Data Analysis"
# (2nd edition, 2002), table 10.10; the order is Milwaukee, Detroit, Toronto, New York, Boston, Cleveland,
# Baltimore.
BASEBALL = [
    [0, 7, 9, 7, 7, 9, 11],
    [6, 0, 7, 5, 11, 9, 9],
    [4, 6, 0, 7, 7, 8, 12],
    [6, 8, 6, 0, 6, 7, 10],
    [6, 2, 6, 7, 0, 7, 12],
    [4, 4, 5, 6, 6, 0, 6],
    [2, 4, 1, 3, 1, 7, 0],
]


def test_a_published_example_comes_out_as_published() -> None:
    # The fit without home advantage in the R package BradleyTerry2 (Turner and Firth, 2012), Baltimore at 0.
    published = (1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839, 0.0)
    found = strengths([[float(cell) for cell in row] for row in BASEBALL], prior=0)
    assert [one - found[-1] for one in found] == pytest.approx(published, abs=5e-5)


def test_all_wins_stay_finite_and_grow_with_the_votes() -> None:
    gaps = []
    for voters in (1, 5, 50, 5000):
        found = strengths([[0.0, float(voters)], [0.0, 0.0]])
        assert all(math.isfinite(each) for each in found)
        gaps.append(found[0] - found[1])
    assert gaps == sorted(gaps)
    assert gaps[0] == pytest.approx(math.log(3)), "one vote and half a win each: 1.5 to 0.5"


def test_without_a_vote_all_are_equal() -> None:
    assert strengths([[0.0] * 4 for _ in range(4)]) == (0.0,) * 4


tables = st.lists(st.lists(st.integers(0, 9).map(float), min_size=4, max_size=4), min_size=4, max_size=4)


@given(wins=tables, order=st.permutations(range(4)))
def test_names_do_not_matter(wins: list[list[float]], order: list[int]) -> None:
    renamed = [[wins[one][two] for two in order] for one in order]
    found = strengths(wins)
    assert strengths(renamed) == pytest.approx([found[one] for one in order], abs=1e-5)


@given(wins=tables)
def test_turning_every_verdict_round_turns_the_strengths_round(wins: list[list[float]]) -> None:
    turned = [[wins[two][one] for two in range(4)] for one in range(4)]
    assert strengths(turned) == pytest.approx([-one for one in strengths(wins)], abs=1e-5)


@given(wins=tables)
def test_at_the_maximum_expected_wins_are_the_wins(wins: list[list[float]]) -> None:
    found = strengths(wins, prior=1.0)
    for one in range(4):
        won = sum(wins[one][two] + 0.5 for two in range(4) if two != one)
        expected = sum(
            (wins[one][two] + wins[two][one] + 1) / (1 + math.exp(found[two] - found[one]))
            for two in range(4)
            if two != one
        )
        assert expected == pytest.approx(won, abs=1e-3)


def test_shares_are_of_the_others_and_stand_around_a_half() -> None:
    found = shares(strengths([[0, 3, 3], [0, 0, 3], [0, 0, 0]]))
    assert list(found) == sorted(found, reverse=True)
    assert sum(found) == pytest.approx(1.5)
    assert shares((0.0, 0.0)) == (0.5, 0.5)


@pytest.mark.parametrize("taste", [(0.9, 0.3, -0.2, -1.0), (0.0, 0.0, 0.0, 0.0), (0.7, -0.7, 0.0)])
def test_planted_strengths_lie_in_the_intervals(taste: tuple[float, ...]) -> None:
    planted = shares(taste)
    within, all_of_them = 0, 0
    for seed in range(30):
        sheets = counted_sheets(voters_of(taste, 60, seed=seed))
        for standing in result_of(sheets, len(taste), seed).standings:
            all_of_them += 1
            within += standing.low <= planted[standing.candidate] <= standing.high
    assert within / all_of_them >= 0.9, "95 % intervals, by and large"


def test_planted_strengths_are_recovered_from_many_votes() -> None:
    taste = (0.8, 0.3, -0.3, -0.8)
    sheets = voters_of(taste, 4000, seed=1)
    found = strengths(wins_of([(judgements(each, 4), 1) for each in sheets], 4))
    assert found == pytest.approx(taste, abs=0.12)

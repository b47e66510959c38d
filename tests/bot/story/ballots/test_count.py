"""Results: the same for the same sheets, told apart only when the votes can tell, with one voter and none."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.story.ballots.ballot import CountedSheet, Rest, Sheet
from bot.story.ballots.count import counted_sheets, result_of, sign_test
from tests.bot.story.ballots.voting import CANDIDATES, all_say, polls, voters_of

FEW = settings(max_examples=30, deadline=None)  # a result takes a tenth of a second


@FEW
@given(poll=polls, seed=st.integers(0, 2**31 - 1), dice=st.randoms())
def test_the_order_of_the_sheets_does_not_matter(poll: list[Sheet], seed: int, dice: random.Random) -> None:
    other = list(poll)
    dice.shuffle(other)
    assert counted_sheets(poll) == counted_sheets(other)
    apart = [CountedSheet(sheet=each, voters=1) for each in other]
    assert result_of(counted_sheets(poll), CANDIDATES, seed) == result_of(
        counted_sheets([each.sheet for each in apart]), CANDIDATES, seed
    )


@FEW
@given(poll=polls, order=st.permutations(range(CANDIDATES)))
def test_the_names_of_the_candidates_do_not_matter(poll: list[Sheet], order: list[int]) -> None:
    renamed = [each.model_copy(update={"order": tuple(order[one] for one in each.order)}) for each in poll]
    one = result_of(counted_sheets(poll), CANDIDATES, 1)
    two = result_of(counted_sheets(renamed), CANDIDATES, 1)
    before = {order[each.candidate]: each.strength for each in one.standings}
    after = {each.candidate: each.strength for each in two.standings}
    assert after == pytest.approx(before, abs=1e-3)
    assert {order[each] for each in one.level} == set(two.level)


@FEW
@given(poll=polls)
def test_a_result_holds_together(poll: list[Sheet]) -> None:
    result = result_of(counted_sheets(poll), CANDIDATES, 1)
    assert result.votes == len(poll)
    if not poll:
        assert (result.standings, result.leader, result.contenders) == ((), None, ())
        return
    assert {each.candidate for each in result.standings} == set(range(CANDIDATES))
    found = [each.share for each in result.standings]
    assert found == sorted(found, reverse=True)
    assert all(each.low <= each.share <= each.high for each in result.standings)
    first = result.standings[0].candidate
    for other in result.apart:
        pair = result.pair(first, other)
        assert pair.for_one > pair.for_two
        assert sign_test(pair.for_one, pair.for_two) <= 0.05
    assert first in result.contenders
    assert not (result.level and set(result.level) & set(result.apart))


def test_no_votes_decide_nothing() -> None:
    result = result_of((), 3, 1)
    assert (result.votes, result.leader, result.is_told, result.all_equal) == (0, None, False, False)


def test_one_voter_leads_but_tells_nothing_apart() -> None:
    result = result_of([all_say(2, 0, 1, 3, voters=1)], 4, 1)
    assert result.leader == 2
    assert result.apart == ()
    assert result.kappa is None
    best = result.standings[0]
    assert best.high - best.low > 0.4, "one vote is wide open"


def test_everybody_tied_is_level_and_equal() -> None:
    result = result_of([all_say(voters=4, rest=Rest.EQUAL), all_say(voters=2, rest=Rest.POOR)], 3, 1)
    assert result.all_equal
    assert set(result.level) == {0, 1, 2}
    assert (result.leader, result.poor, result.votes) == (None, 2, 6)
    assert all(each.share == pytest.approx(0.5) for each in result.standings)


def test_five_of_five_are_too_few_and_eight_of_eight_are_enough() -> None:
    five = result_of([all_say(1, 0, 2, voters=5)], 3, 1)
    assert (five.leader, five.is_told) == (1, False)
    eight = result_of([all_say(1, 0, 2, voters=8)], 3, 1)
    assert (eight.leader, eight.is_told) == (1, True)


def test_a_take_that_lost_all_has_a_finite_place_at_the_end() -> None:
    result = result_of([all_say(0, 1, 2, 3, voters=9)], 4, 1)
    last = result.standings[-1]
    assert last.candidate == 3
    assert 0 < last.share < 0.1
    assert all(result.pair(3, other).for_one == 0 for other in (0, 1, 2))


def test_two_level_at_the_top_have_no_leader() -> None:
    result = result_of([all_say(0, 1, 2, voters=3), all_say(1, 0, 2, voters=3)], 3, 1)
    assert set(result.level) == {0, 1}
    assert result.leader is None
    assert not result.is_told


def test_an_unfinished_sheet_counts_as_far_as_it_goes() -> None:
    result = result_of([all_say(0, voters=3)], 4, 1)
    assert (result.leader, result.unfinished) == (0, 3)
    pair = result.pair(1, 2)
    assert (pair.for_one, pair.for_two, pair.equal) == (0, 0, 0)


def test_without_a_difference_a_winner_is_seldom_told_apart() -> None:
    told = sum(
        result_of(counted_sheets(voters_of((0.0,) * 4, 12, seed=seed)), 4, seed).is_told
        for seed in range(100)
    )
    assert told <= 5, "of 100 ballots on equal takes"


@pytest.mark.parametrize(
    ("ahead", "behind", "chance"), [(0, 0, 1), (1, 0, 1), (5, 0, 0.0625), (6, 0, 0.03125), (8, 2, 0.109375)]
)
def test_the_sign_test_is_exact(ahead: int, behind: int, chance: float) -> None:
    assert sign_test(ahead, behind) == pytest.approx(chance)
    assert sign_test(behind, ahead) == pytest.approx(chance)

"""Dice of a seed: the published sequence, even, and another for every name."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.story.ballots.chance import Dice


def test_it_is_splitmix64_as_published() -> None:
    # The first numbers of the authors' reference code for the seed 1234567.
    dice = Dice(1234567)
    assert [dice.bits() for _ in range(5)] == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


@given(seed=st.integers(0, 2**64 - 1), count=st.integers(0, 9))
def test_a_shuffle_keeps_everything_and_comes_out_the_same_again(seed: int, count: int) -> None:
    order = Dice(seed).shuffled(count)
    assert sorted(order) == list(range(count))
    assert Dice(seed).shuffled(count) == order


def test_every_candidate_comes_first_equally_often() -> None:
    firsts = Counter(Dice(7, str(voter)).shuffled(4)[0] for voter in range(4000))
    assert set(firsts) == {0, 1, 2, 3}
    assert all(abs(times - 1000) < 120 for times in firsts.values())  # four standard deviations


def test_names_make_sequences_of_their_own() -> None:
    assert len({Dice(7, str(voter)).bits() for voter in range(1000)}) == 1000
    assert Dice(7, "a", "b").bits() != Dice(7, "ab").bits()

"""Voters for tests: with a planted taste, with any taste, and all of one mind."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from hypothesis import strategies as st

from bot.story.ballots.ballot import CountedSheet, Rest, Sheet

CANDIDATES = 4


def voters_of(taste: Sequence[float], voters: int, *, seed: int) -> list[Sheet]:
    """Rankings by Luce's choices (Plackett and Luce), whose pairs follow Bradley and Terry's model."""
    dice = random.Random(seed)
    sheets = []
    for _ in range(voters):
        arrivals = [(-math.log(dice.random()) / math.exp(one), index) for index, one in enumerate(taste)]
        sheets.append(Sheet(order=tuple(index for _, index in sorted(arrivals))))
    return sheets


def all_say(*order: int, voters: int, rest: Rest = Rest.UNSAID) -> CountedSheet:
    return CountedSheet(sheet=Sheet(order=order, rest=rest), voters=voters)


def sheets_of(candidates: int = CANDIDATES) -> st.SearchStrategy[Sheet]:
    """Any sheet that fits a ballot of so many candidates."""
    orders = st.permutations(range(candidates)).flatmap(
        lambda order: st.integers(0, candidates).map(lambda many: tuple(order[:many]))
    )
    sheets = st.builds(Sheet, order=orders, rest=st.sampled_from(Rest))
    return sheets.filter(lambda sheet: sheet.fits(candidates))


polls = st.lists(sheets_of(), max_size=14)

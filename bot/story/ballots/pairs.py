"""Sheets as judgements of pairs: who is preferred to whom, by each voter.

What a voter ranked comes before what they left; two that they left are equal or not judged, as they said. A
pair with a hidden candidate is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import TypeAlias

from bot.story.ballots.ballot import Rest, Sheet

Judgements: TypeAlias = dict[tuple[int, int], int]
"""By pair (the lower index first): 1 where the first is preferred, -1 the second, 0 neither, or none."""

Wins: TypeAlias = list[list[float]]
"""`wins[i][j]`: how often i was preferred to j; a tie is half a win for each."""


def judgements(sheet: Sheet, candidates: int) -> Judgements:
    """What one sheet says of every pair that it judges."""
    places = {candidate: place for place, candidate in enumerate(sheet.order)}
    found: Judgements = {}
    for one, two in combinations(range(candidates), 2):
        if one in sheet.hidden or two in sheet.hidden:
            continue
        first, second = places.get(one), places.get(two)
        if first is None and second is None:
            if sheet.rest is not Rest.UNSAID:
                found[one, two] = 0
        elif second is None or (first is not None and first < second):
            found[one, two] = 1
        else:
            found[one, two] = -1
    return found


def wins_of(judged: Iterable[tuple[Judgements, float]], candidates: int) -> Wins:
    """The wins in judgements, each with its weight: how many voters judged so."""
    wins = [[0.0] * candidates for _ in range(candidates)]
    for each, weight in judged:
        for (one, two), verdict in each.items():
            wins[one][two] += weight * (1 + verdict) / 2
            wins[two][one] += weight * (1 - verdict) / 2
    return wins


def counted(judged: Sequence[tuple[Judgements, int]], one: int, two: int) -> tuple[int, int, int]:
    """How many voters prefer one to two, two to one, and neither."""
    verdicts = [
        (each[min(one, two), max(one, two)] * (1 if one < two else -1), voters)
        for each, voters in judged
        if (min(one, two), max(one, two)) in each
    ]
    return (
        sum(voters for verdict, voters in verdicts if verdict > 0),
        sum(voters for verdict, voters in verdicts if verdict < 0),
        sum(voters for verdict, voters in verdicts if verdict == 0),
    )

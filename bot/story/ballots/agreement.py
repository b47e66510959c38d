"""Whether the voters agree: Fleiss' kappa, on one verdict for each pair of candidates.

Fleiss, "Measuring nominal scale agreement among many raters" (Psychological Bulletin 76, 1971). The subjects
are the pairs, the raters are the voters, the verdicts are "this one", "that one" and "equal". Which of a pair
is named first is arbitrary, so every pair is counted both ways round.

A caveat: the formula wants the same number of raters for each subject. Where voters left pairs unjudged, each
pair counts with those who judged it, and pairs judged by fewer than two not at all; that is fair only if what
was left out was left out by chance. A voter's verdicts on several pairs are also not independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from bot.story.ballots.pairs import Judgements, counted


def kappa(judged: Sequence[tuple[Judgements, int]], candidates: int) -> float | None:
    """The voters' agreement beyond chance: 1 is complete, 0 as if by chance, below 0 less than that.

    None where it says nothing: fewer than two voters on every pair, or only one verdict in all of them.
    """
    rows: list[tuple[int, ...]] = []
    for one, two in combinations(range(candidates), 2):
        first, second, equal = counted(judged, one, two)
        rows += [(first, second, equal), (second, first, equal)]
    return fleiss_kappa(rows)


def fleiss_kappa(rows: Sequence[Sequence[int]]) -> float | None:
    """Fleiss' kappa of a table: a row for each subject, how many raters chose each category.

    None where no row has two raters, or all raters chose one category.
    """
    rows = [row for row in rows if sum(row) > 1]
    if not rows:
        return None
    agreeing = [sum(n * (n - 1) for n in row) / (sum(row) * (sum(row) - 1)) for row in rows]
    every = sum(map(sum, rows))
    chosen = [sum(column) / every for column in zip(*rows, strict=True)]
    by_chance = sum(share * share for share in chosen)
    if max(chosen) == 1:
        return None
    return float((sum(agreeing) / len(agreeing) - by_chance) / (1 - by_chance))

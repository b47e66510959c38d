"""How strong each candidate is: the model of Bradley and Terry (1952), fitted by maximum likelihood.

The fit is the MM algorithm of Hunter ("MM algorithms for generalized Bradley-Terry models", Annals of
Statistics 32, 2004, equation 3). A tie is half a win for each. One more voter, who finds every pair equal,
keeps a candidate that always wins or always loses at a finite strength, and joins those that nobody compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log
from typing import Final

from bot.story.ballots.pairs import Wins

PRIOR: Final = 1.0  # comparisons of every pair that count as ties, before any vote
CLOSE: Final = 1e-7  # relative change of a strength in one step at which the fit stands
_STEPS: Final = 10_000


def strengths(
    wins: Wins, *, prior: float = PRIOR, start: Sequence[float] | None = None, close: float = CLOSE
) -> tuple[float, ...]:
    """The candidates' log-strengths, which sum to 0: i beats j with chance 1 / (1 + exp(s_j - s_i)).

    `start` is where to begin, `close` when to stop. Without a prior the wins must join all candidates both
    ways, or strengths grow without end.
    """
    count = len(wins)
    others = [[j for j in range(count) if j != i] for i in range(count)]
    won = [sum(wins[i][j] + prior / 2 for j in others[i]) for i in range(count)]
    met = [[wins[i][j] + wins[j][i] + prior for j in range(count)] for i in range(count)]
    power = [exp(each) for each in start] if start else [1.0] * count
    for _ in range(_STEPS):
        moved = 0.0
        for i in range(count):  # one after the other: the cyclic version, which Hunter finds the faster
            share = sum(met[i][j] / (power[i] + power[j]) for j in others[i])
            new = won[i] / share if share else power[i]
            moved = max(moved, abs(new - power[i]) / power[i])
            power[i] = new
        if moved < close:
            break
    logs = [log(each) for each in power]
    middle = sum(logs) / count
    return tuple(each - middle for each in logs)


def shares(found: Sequence[float]) -> tuple[float, ...]:
    """For each log-strength, its chance to be preferred to another candidate, the mean over all others."""
    return tuple(
        sum(1 / (1 + exp(other - one)) for j, other in enumerate(found) if j != i) / (len(found) - 1)
        for i, one in enumerate(found)
    )

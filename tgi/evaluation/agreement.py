"""What people's votes come to: who is preferred, how sure that is, and how much the voters agree.

Fleiss' kappa (J. L. Fleiss, 1971), for pairs with differing numbers of votes as in Gwet (2014, chapter 2).
The interval of a preference counts every pair once, however many voted on it: votes on one pair are not
independent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import fmean
from typing import Any

from tgi.evaluation.figures import interval
from tgi.evaluation.sheets import VOTES, Filled, Vote

FEW_PAIRS = 10  # below, an agreement says next to nothing
_WORTH = {"programs": 1.0, "seed_prompt": 0.0, "both": 0.5, "neither": 0.5}
_EVEN = 0.5
# Landis and Koch, 1977: names for strengths of agreement, arbitrary by their own account.
_STRENGTHS = (
    (0.0, "poor"),
    (0.2, "slight"),
    (0.4, "fair"),
    (0.6, "moderate"),
    (0.8, "substantial"),
    (1.0, "almost perfect"),
)


def outcome(sheets: Sequence[Filled]) -> dict[str, Any]:
    """The figures and the words for them."""
    by_pair: dict[str, list[Vote]] = {}
    for sheet in sheets:
        for pair, vote in sheet.votes.items():
            by_pair.setdefault(pair, []).append(vote)
    votes = Counter(vote for some in by_pair.values() for vote in some)
    worth = [fmean(_WORTH[vote] for vote in some) for some in by_pair.values()]
    preference = fmean(worth)
    low, high = interval(sum(worth), len(worth))
    kappa = fleiss_kappa([Counter(some) for some in by_pair.values()])
    several = sum(len(some) > 1 for some in by_pair.values())
    return {
        "people": sum(bool(sheet.votes) for sheet in sheets),
        "pairs": len(by_pair),
        "votes": {vote: votes[vote] for vote in VOTES},
        "preference": {"programs": round(preference, 4), "interval": [round(low, 4), round(high, 4)]},
        "kappa": None if kappa is None else round(kappa, 4),
        "words": [_preferred(preference, low, high, votes.total(), len(by_pair)), _agreed(kappa, several)],
    }


def fleiss_kappa(counts: Sequence[Counter[Vote]]) -> float | None:
    """The agreement beyond chance, at most 1, over items with two votes or more; None if untold."""
    items = [count for count in counts if count.total() > 1]
    if not items:
        return None
    observed = fmean(
        (sum(n * n for n in count.values()) - count.total()) / (count.total() * (count.total() - 1))
        for count in items
    )
    total = sum(count.total() for count in items)
    shares = [sum(count[vote] for count in items) / total for vote in VOTES]
    chance = sum(share * share for share in shares)
    return None if chance == 1 else (observed - chance) / (1 - chance)


def _preferred(preference: float, low: float, high: float, votes: int, pairs: int) -> str:
    figures = f"{preference:.0%} for the programs, 95% interval {low:.0%} to {high:.0%}"
    told = f"{votes} {_plural('vote', votes)} on {pairs} {_plural('pair', pairs)}: {figures}"
    if low > _EVEN:
        return f"{told}. The programs are preferred."
    if high < _EVEN:
        return f"{told}. The plain prompt is preferred."
    return f"{told}. That is too few, or too even, to tell which is preferred."


def _agreed(kappa: float | None, pairs: int) -> str:
    if kappa is None:
        return "Agreement cannot be told: it takes pairs with two votes or more, and more than one answer."
    strength = next(name for most, name in _STRENGTHS if kappa <= most + 1e-9)
    figures = f"Fleiss' kappa {kappa:.2f} over {pairs} {_plural('pair', pairs)}"
    told = f"The voters' agreement is {strength} ({figures})."
    return f"{told} So few pairs say little about it." if pairs < FEW_PAIRS else told


def _plural(word: str, count: int) -> str:
    return word if count == 1 else f"{word}s"

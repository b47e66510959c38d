"""A figure that a benchmark found, beside what was aimed at."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One row of the record."""

    what: str
    found: str
    aim: str = ""


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def spread(values: Sequence[float]) -> str:
    """Median and range."""
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def interval(values: Sequence[float]) -> str:
    """Where the median of all such values lies, in 95 of 100 samples of ten or more (by ranks)."""
    ordered, count = sorted(values), len(values)
    beyond, rank = 0.5**count, 0  # the chance that at most `rank` of them lie below the median
    while beyond <= 0.025 and rank < count // 2:
        rank += 1
        beyond += math.comb(count, rank) * 0.5**count
    low = max(0, rank - 1)
    return f"{ordered[low]:.2f} to {ordered[count - 1 - low]:.2f}"


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    rows = [f"| {each.what} | {each.found} | {each.aim} |" for each in figures]
    return "\n".join(["| what | measured | aim |", "| --- | --- | --- |", *rows])

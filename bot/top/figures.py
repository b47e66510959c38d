"""The figures of one process at one moment, read from what its /metrics answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from prometheus_client.parser import text_string_to_metric_families

# What counts as an error, and by which of its labels' values.
_ERRORS: Mapping[str, tuple[str, frozenset[str]]] = {
    "storyroom_actions_total": ("outcome", frozenset({"failed", "forbidden", "unexpected", "unexplained"})),
    "storyroom_round_ends_total": ("outcome", frozenset({"given_up", "deferred", "lost"})),
    "storyroom_deadlines_total": ("outcome", frozenset({"broken"})),
    "storyroom_live_edits_total": ("outcome", frozenset({"failed"})),
}
_ALL_ERRORS = ("storyroom_redis_failures_total", "storyroom_tgi_failures_total")

Labels = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Figures:
    """Series by name and labels. `at`: seconds of any one clock."""

    at: float
    series: Mapping[str, Mapping[Labels, float]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, at: float) -> Figures:
        """What the text of a /metrics says.

        Raises:
            ValueError: it is no such text.

        """
        series: dict[str, dict[Labels, float]] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                series.setdefault(sample.name, {})[frozenset(sample.labels.items())] = sample.value
        return cls(at, series)

    def total(self, name: str, **labels: str) -> float | None:
        """The sum of a name's series that have these labels; None where there is none."""
        wanted = set(labels.items())
        found = [value for each, value in self.series.get(name, {}).items() if wanted <= each]
        return sum(found) if found and not any(map(math.isnan, found)) else None

    def values(self, name: str, label: str) -> list[str]:
        """The values that a label has in a name's series."""
        return sorted({dict(each)[label] for each in self.series.get(name, {}) if label in dict(each)})

    @property
    def errors(self) -> float:
        """How many errors were counted, of every kind."""
        found = sum(self.total(name) or 0.0 for name in _ALL_ERRORS)
        for name, (label, values) in _ERRORS.items():
            found += sum(self.total(name, **{label: value}) or 0.0 for value in values)
        return found


def a_second(now: float | None, then: float | None, seconds: float) -> float | None:
    """How much a count grew a second; None where it is not known, 0 where the process began anew."""
    if now is None or seconds <= 0:
        return None
    return max(0.0, now - (then or 0.0)) / seconds

"""Counters, gauges, histograms and their text, as the exporter that TGI's router uses writes them.

That is metrics-exporter-prometheus 0.15 (its recorder.rs and formatting.rs): help only where there is any, a
blank line after each name, numbers as Rust prints them. So little is needed that no client library is used.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from itertools import accumulate
from typing import Final, Protocol

_QUANTILES: Final = ("0", "0.5", "0.9", "0.95", "0.99", "0.999", "1")


class Series(Protocol):
    """All values of one name."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def kind(self) -> str:
        """What stands behind `# TYPE`."""

    @property
    def about(self) -> str | None:
        """What stands behind `# HELP`; None where TGI describes nothing."""

    def lines(self) -> Iterator[str]:
        """Write its values."""


def written(all_series: Sequence[Series]) -> str:
    """Write Prometheus' text format 0.0.4."""
    lines: list[str] = []
    for series in all_series:
        if series.about is not None:
            lines.append(f"# HELP {series.name} {series.about}")
        lines += [f"# TYPE {series.name} {series.kind}", *series.lines(), ""]
    return "\n".join(lines)


class Counter:
    """Counts, under a label where there is one; `values` of it are there from the start."""

    kind = "counter"

    def __init__(
        self, name: str, about: str | None = None, *, label: str = "", values: Sequence[str] = ()
    ) -> None:
        self.name = name
        self.about = about
        self._label = label
        self._counts = dict.fromkeys(values if label else ("",), 0)

    def add(self, value: str = "") -> None:
        """Count one."""
        self._counts[value] = self._counts.get(value, 0) + 1

    def lines(self) -> Iterator[str]:
        """See `Series.lines`."""
        for value, count in self._counts.copy().items():
            yield f"{self.name}{_labels(self._label, value)} {count}"


class Gauge:
    """A number that is read when it is written."""

    kind = "gauge"

    def __init__(self, name: str, read: Callable[[], float], about: str | None = None) -> None:
        self.name = name
        self.about = about
        self._read = read

    def lines(self) -> Iterator[str]:
        """See `Series.lines`."""
        yield f"{self.name} {number(self._read())}"


class Histogram:
    """Values in buckets, under a label where there is one. One thread observes; any may write."""

    kind = "histogram"

    def __init__(
        self,
        name: str,
        bounds: Sequence[float],
        about: str | None = None,
        *,
        label: str = "",
        values: Sequence[str] = (),
    ) -> None:
        self.name = name
        self.about = about
        self._bounds = bounds
        self._counts = {value: [0] * (len(bounds) + 1) for value in (values if label else ("",))}
        self._sums = dict.fromkeys(self._counts, 0.0)
        shown = [*map(number, bounds), "+Inf"]
        self._buckets = {
            value: [f"{name}_bucket{_labels(label, value, le=bound)} " for bound in shown]
            for value in self._counts
        }
        self._labels = {value: _labels(label, value) for value in self._counts}

    def observe(self, measured: float, value: str = "") -> None:
        """Add a value."""
        self._counts[value][bisect_left(self._bounds, measured)] += 1
        self._sums[value] += measured

    def lines(self) -> Iterator[str]:
        """See `Series.lines`."""
        for value, counts in self._counts.items():
            totals = list(accumulate(counts.copy()))
            for begun, total in zip(self._buckets[value], totals, strict=True):
                yield f"{begun}{total}"
            yield f"{self.name}_sum{self._labels[value]} {number(self._sums[value])}"
            yield f"{self.name}_count{self._labels[value]} {totals[-1]}"


class Zeros:
    """A summary of values that are all 0: only how many there were can be told."""

    kind = "summary"

    def __init__(self, name: str, about: str | None = None) -> None:
        self.name = name
        self.about = about
        self._count = 0

    def add(self) -> None:
        """Add a 0."""
        self._count += 1

    def lines(self) -> Iterator[str]:
        """See `Series.lines`."""
        for quantile in _QUANTILES:
            yield f'{self.name}{{quantile="{quantile}"}} 0'
        yield f"{self.name}_sum 0"
        yield f"{self.name}_count {self._count}"


def number(value: float) -> str:
    """Write a number as Rust does: the shortest digits that are it again, never with an exponent."""
    shortest = repr(float(value)).removesuffix(".0")
    return format(Decimal(shortest), "f") if "e" in shortest else shortest


def _labels(label: str, value: str, *, le: str | None = None) -> str:
    pairs = [f'{label}="{value}"'] if label else []
    pairs += [] if le is None else [f'le="{le}"']
    return f"{{{','.join(pairs)}}}" if pairs else ""

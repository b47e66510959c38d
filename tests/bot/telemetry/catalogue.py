"""What figures there are, as the program makes them: names as Prometheus shows them, kinds, labels."""

from __future__ import annotations

from dataclasses import dataclass

from prometheus_client.metrics import MetricWrapperBase

from bot.telemetry import Metrics
from bot.telemetry.counted.writing import Server


@dataclass(frozen=True)
class Figure:
    kind: str
    labels: frozenset[str]


def figures() -> dict[str, Figure]:
    """Every figure of the program's own, by the name that a query uses, a histogram's without suffix."""
    metrics = Metrics()
    metrics.tgi.serve(lambda: [Server("http://tgi", 1, failures={"Unreachable": 1}, wrote_ago=1.0)])
    found: dict[str, Figure] = {}
    for collector in metrics.registry._collector_to_names:
        if isinstance(collector, MetricWrapperBase):
            family = collector._type or ""
            name = collector._name + ("_total" if family == "counter" else "")
            found[name] = Figure(family, frozenset(collector._labelnames))
            continue
        for each in collector.collect():
            name = each.name + ("_total" if each.type == "counter" else "")
            found[name] = Figure(each.type, frozenset(each.samples[0].labels))
    return found


def series() -> dict[str, frozenset[str]]:
    """Every series that a query may name, with its labels."""
    found: dict[str, frozenset[str]] = {}
    for name, figure in figures().items():
        if figure.kind == "histogram":
            found |= {f"{name}{end}": figure.labels for end in ("_count", "_sum")}
            found[f"{name}_bucket"] = figure.labels | {"le"}
        else:
            found[name] = figure.labels
    return found

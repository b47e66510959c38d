"""The figures, the dashboard, the alert rules and `docs/watching.md` say the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import promql_parser as promql
import pytest
import yaml

from tests.bot.telemetry.catalogue import figures, series
from tests.bot.telemetry.events import logged

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "watching.md").read_text(encoding="utf-8")
FIGURE = re.compile(r"^\| `(storyroom_\w+)` \| (\w+) \| ?(.*?) ?\| (.+) \|$", re.MULTILINE)
EVENT = re.compile(r"^\| `([\w.]+)` \| ((?:debug|info|warning|error)(?:, \w+)*) \| (.+) \|$", re.MULTILINE)
OF_PROMETHEUS = {"job", "instance"}
OF_THE_LIBRARY = {"process_resident_memory_bytes", "process_cpu_seconds_total"}

RULES: list[dict[str, Any]] = [
    rule
    for path in sorted((ROOT / "deploy/alerts").glob("*.yml"))
    for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    for rule in group["rules"]
]
DASHBOARDS = sorted((ROOT / "deploy/grafana").glob("*.json"))


def panels(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["panels"]
    return found


def asked() -> Iterator[tuple[str, str]]:
    """Every query, with where it stands."""
    for rule in RULES:
        yield rule["alert"], rule["expr"]
    for path in DASHBOARDS:
        for panel in panels(path):
            for target in panel.get("targets", ()):
                yield f"{path.stem}: {panel['title']}", target["expr"].replace("$__rate_interval", "5m")


def selectors(query: str) -> list[promql.VectorSelector]:
    found: list[promql.VectorSelector] = []

    def visit(node: promql.Expr) -> bool:
        if isinstance(node, promql.VectorSelector):
            found.append(node)
        elif isinstance(node, promql.MatrixSelector):
            found.append(node.vector_selector)
        return True

    promql.walk(promql.parse(query), visit)
    return found


def groupings(query: str) -> list[set[str]]:
    """The labels by which a query groups."""
    found: list[set[str]] = []

    def visit(node: promql.Expr) -> bool:
        if isinstance(node, promql.AggregateExpr) and node.modifier is not None:
            found.append(set(node.modifier.labels))
        return True

    promql.walk(promql.parse(query), visit)
    return found


def test_every_figure_has_a_row_with_its_kind_and_labels_and_no_row_is_of_another() -> None:
    rows = {
        name: (kind, set(re.findall(r"`(\w+)`", labels))) for name, kind, labels, _ in FIGURE.findall(PAGE)
    }
    assert rows == {name: (each.kind, set(each.labels)) for name, each in figures().items()}


def test_no_figure_can_be_told_apart_by_who_or_where() -> None:
    every = set().union(*(each.labels for each in figures().values()))
    assert not every & {"guild", "room", "person", "user", "channel", "operation", "round", "name", "text"}


def test_every_event_that_is_logged_has_a_row_and_no_row_is_of_another() -> None:
    rows = {name: set(levels.split(", ")) for name, levels, _ in EVENT.findall(PAGE)}
    assert len(rows) == len(EVENT.findall(PAGE)), "an event has two rows"
    assert rows == {**logged(), "library": {"warning"}}


@pytest.mark.parametrize(("where", "query"), list(asked()))
def test_a_query_names_series_and_labels_that_exist(where: str, query: str) -> None:
    known = {**series(), **dict.fromkeys(OF_THE_LIBRARY, frozenset[str]())}
    found = selectors(query)
    assert found, where
    labels: set[str] = set()
    for selector in found:
        assert selector.name in known, f"{where}: {selector.name}"
        labels |= known[selector.name] | OF_PROMETHEUS
        for matcher in selector.matchers.matchers:
            assert matcher.name in known[selector.name] | OF_PROMETHEUS, f"{where}: {matcher.name}"
    for group in groupings(query):
        assert group <= labels, where


@pytest.mark.parametrize(("where", "query"), list(asked()))
def test_a_label_s_value_that_a_query_asks_for_is_one_that_the_page_names(where: str, query: str) -> None:
    rows = {name: f"{labels} {text}" for name, _, labels, text in FIGURE.findall(PAGE)}
    for selector in selectors(query):
        assert selector.name is not None
        row = rows.get(re.sub(r"_(bucket|count|sum)$", "", selector.name), "")
        for matcher in selector.matchers.matchers:
            if matcher.name in OF_PROMETHEUS | {"status", "call"}:
                continue
            for value in matcher.value.split("|"):
                assert re.search(rf'[`"]{re.escape(value)}[`"]', row), f"{where}: {matcher.name}={value}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_has_a_paragraph_that_says_what_to_do(rule: dict[str, Any]) -> None:
    name = rule["alert"]
    assert rule["annotations"]["runbook"] == f"docs/watching.md#{name.lower()}"
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"]["summary"].endswith(".")
    paragraph = re.search(rf"^### {name}\n(.+?)(?=^###|\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert paragraph, name
    assert len(paragraph[1].split()) > 20


def test_no_paragraph_is_of_an_alert_that_is_gone() -> None:
    assert set(re.findall(r"^### (Storyroom\w+)$", PAGE, re.MULTILINE)) == {rule["alert"] for rule in RULES}


@pytest.mark.parametrize("path", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_s_panels_are_described_and_do_not_lie_on_one_another(path: Path) -> None:
    found = panels(path)
    assert len({panel["id"] for panel in found}) == len(found)
    taken: set[tuple[int, int]] = set()
    for panel in found:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
        assert panel["type"] == "row" or len(panel["description"]) > 5


def test_every_figure_is_on_the_dashboard_or_in_an_alert() -> None:
    used = {selector.name or "" for _, query in asked() for selector in selectors(query)}
    base = {re.sub(r"_(bucket|count|sum)$", "", name) for name in used}
    assert set(figures()) <= base | used


def test_prometheus_reads_the_rules_that_are_there() -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus.yml").read_text(encoding="utf-8"))
    for pattern in config["rule_files"]:
        assert list((ROOT / "deploy").glob(pattern))
    assert [each["job_name"] for each in config["scrape_configs"]] == ["storyroom"]

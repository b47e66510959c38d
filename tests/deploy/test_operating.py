"""What docs/operating.md has an operator type names things that there are: services, values, flags."""

from __future__ import annotations

import re
from itertools import pairwise, takewhile
from typing import Any

import pytest
from helm_python import parse_set_string_values

from tests.deploy.operating import PAGE
from tests.deploy.rendering import NAMESPACE, rendered

# Of Compose 2 and Helm 3 and 4, by their references.
COMPOSE = {
    "exec": {"-T"},
    "cp": set[str](),
    "run": {"--rm", "-T", "--no-deps"},
    "stop": set[str](),
    "build": set[str](),
    "up": {"-d", "--no-deps"},
}
HELM = {
    "install": {"-n", "--set", "--wait"},
    "upgrade": {"-n", "--set", "--wait", "--reset-then-reuse-values"},
}
TYPED = re.findall(r"^    (docker compose|helm|kubectl) (.+)$", PAGE, re.MULTILINE)


def lines(program: str) -> list[list[str]]:
    return [rest.split() for name, rest in TYPED if name == program]


@pytest.mark.parametrize("words", lines("docker compose"), ids=" ".join)
def test_compose_is_asked_for_what_it_takes_of_services_that_there_are(
    services: dict[str, dict[str, Any]], words: list[str]
) -> None:
    command, *rest = words
    flags = set(takewhile(lambda word: word.startswith("-"), rest))
    assert flags <= COMPOSE[command]
    plain = rest[len(flags) :]
    if command in ("exec", "run"):
        assert plain[0] in services
    elif command == "cp":
        assert plain[0].partition(":")[0] in services
    else:
        assert set(plain) <= set(services)


def test_helm_is_given_values_that_the_chart_takes() -> None:
    given = lines("helm")
    assert len(given) == 2
    for command, release, chart, *rest in given:
        assert {word for word in rest if word.startswith("-")} <= HELM[command]
        assert chart == "deploy/helm/storyroom"
        assert rest[rest.index("-n") + 1] == NAMESPACE
        values: dict[str, Any] = {}
        for flag, value in pairwise(rest):
            if flag == "--set":
                values = merged(values, parse_set_string_values(value.strip("'")))
        if command == "install":
            made = {
                (one["kind"], one["metadata"]["name"].partition("-")[2])
                for one in rendered("storyroom", values)
            }
            for kind, name in re.findall(rf"(\w+)/{release}-(\w+)", PAGE):
                assert (kind, name) in {(each.lower(), part) for each, part in made}
        else:
            assert set(values) == {"image"}


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Both, the other where they differ; deep, as Helm takes one `--set` after another."""
    both = dict(one)
    for name, value in other.items():
        deep = isinstance(value, dict) and isinstance(both.get(name), dict)
        both[name] = merged(both[name], value) if deep else value
    return both


def test_the_secret_that_is_made_is_the_one_that_is_named() -> None:
    (made,) = (words for words in lines("kubectl") if "secret" in words)
    keys = {word.split("=")[1] for word in made if word.startswith("--from-")}
    values = {"discord": {"existingSecret": "a"}, "redis": {"existingSecret": "a"}}
    gateway = [one for one in rendered("storyroom", values) if one["kind"] == "StatefulSet"]
    asked = set(re.findall(r"'key': '([\w-]+)'", str(gateway)))
    assert keys == asked
    assert f"existingSecret={made[made.index('generic') + 1]}" in PAGE

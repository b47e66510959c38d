"""Every test that `docs/promises.md` names exists, and every promise of a table names one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "promises.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


def test_the_page_names_tests() -> None:
    assert len(NAMED) > 20


@pytest.mark.parametrize(("path", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_is_named_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    functions = (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
    machines = {
        target.id
        for each in ast.walk(tree)
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    assert name in {each.name for each in functions} | machines


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w/]+)`", PAGE))))
def test_a_folder_that_is_named_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_promise_names_the_test_that_tries_to_break_it() -> None:
    promises = [line for line in PAGE.splitlines() if line.startswith("| **")]
    assert len(promises) >= 12
    assert not [line[:60] for line in promises if "tests/" not in line]

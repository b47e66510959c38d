"""The events that the program logs, and at which levels, read from its source."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).parents[3]
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
ON_THEIR_OWN = ("bot/local_discord", "bot/demo")  # programs with logs of their own


def logged(folders: tuple[str, ...] = ("bot", "tgi/client")) -> dict[str, set[str]]:
    """Every event's name, with the levels at which it is logged."""
    found: dict[str, set[str]] = {}
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            if not name.startswith(ON_THEIR_OWN):
                for event, level in events_in(path.read_text(encoding="utf-8"), name):
                    found.setdefault(event, set()).add(level)
    return found


def events_in(source: str, name: str) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(source, name)):
        if not isinstance(node, ast.Call):
            continue
        # `log.info(event)`, and `callback(log.info, event)`.
        for call, given in ((node.func, node.args[0] if node.args else None), *pairwise(node.args)):
            if isinstance(call, ast.Attribute) and call.attr in LEVELS and _is_a_log(call.value):
                assert isinstance(given, ast.Constant), f"{name}:{node.lineno}: an event's name is a constant"
                assert isinstance(given.value, str)
                yield given.value, "error" if call.attr == "exception" else call.attr


def _is_a_log(value: ast.expr) -> bool:
    match value:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in ("log", "_log", "logger", "_logger")
        case ast.Call(func=ast.Attribute(attr="get_logger" | "getLogger" | "bind")):
            return True
    return False

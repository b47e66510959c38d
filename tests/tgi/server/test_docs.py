"""docs/tgi-server.md tells of every option and route, and of what each engine can be asked for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest
import typer.main

from tests.tgi.server.scripted import Scripted
from tgi.__main__ import app as commands
from tgi.server import app
from tgi.server.engine import Ability
from tgi.server.engine.llama_cpp.abilities import ABILITIES as LLAMA_CPP
from tgi.server.engine.transformers.abilities import ABILITIES as TRANSFORMERS
from tgi.server.engine.upstream.abilities import ABILITIES as UPSTREAM
from tgi.server.limits import Limits

PAGE = (Path(__file__).parents[3] / "docs" / "tgi-server.md").read_text(encoding="utf-8")
COLUMNS = {
    "llama.cpp": LLAMA_CPP,
    "transformers": TRANSFORMERS,
    "vLLM": UPSTREAM["vllm"],
    "SGLang": UPSTREAM["sglang"],
    "llama.cpp's server": UPSTREAM["llama.cpp"],
    "another upstream": UPSTREAM["plain"],
}


@pytest.mark.parametrize("name", ["fetch", "serve"])
def test_every_option_and_its_environment_are_documented(name: str) -> None:
    group = typer.main.get_command(commands)
    command = getattr(group, "commands")[name]  # noqa: B009 - a group, which its type hides
    found = {
        each
        for parameter in command.params
        for each in (*parameter.opts, *([parameter.envvar] if parameter.envvar else []))
    }
    assert {each for each in found if f"`{each}`" not in PAGE} == set()


def test_every_route_is_documented_and_no_other() -> None:
    built = app.build(Scripted(), app.Model("m", None), Limits(), version="1")
    there = {
        f"{route.method} {route.resource.canonical}"
        for route in built.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert set(re.findall(r"`((?:GET|POST) /[\w./-]*)`", PAGE)) == there


def test_what_each_engine_can_be_asked_for_is_documented_truly() -> None:
    (table,) = re.findall(r"^\| field \|.*\n\|[ -|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    told = {name.strip("`"): cells for name, *cells in rows}
    assert told == {
        ability: ["yes" if ability in each else "no" for each in COLUMNS.values()]
        for ability in get_args(Ability)
    }
    assert "| field | " + " | ".join(COLUMNS) + " |" in PAGE

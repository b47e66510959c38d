"""docs/tgi-server.md tells of every option, route and refusal."""

from __future__ import annotations

import re
from pathlib import Path

import typer.main

from tests.tgi.server.scripted import Scripted
from tgi.__main__ import app as commands
from tgi.server import app
from tgi.server.limits import Limits

PAGE = (Path(__file__).parents[3] / "docs" / "tgi-server.md").read_text(encoding="utf-8")


def test_every_option_and_its_environment_are_documented() -> None:
    group = typer.main.get_command(commands)
    found = {
        name
        for command in getattr(group, "commands").values()  # noqa: B009 - a group, which its type hides
        for parameter in command.params
        for name in (*parameter.opts, *([parameter.envvar] if parameter.envvar else []))
    }
    assert {"--port", "PORT", "--verify"} <= found
    assert {name for name in found if f"`{name}`" not in PAGE} == set()


def test_every_route_is_documented_and_no_other() -> None:
    built = app.build(Scripted(), app.Model("m", None), Limits(), version="1")
    there = {
        f"{route.method} {route.resource.canonical}"
        for route in built.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    assert set(re.findall(r"`((?:GET|POST) /\w*)`", PAGE)) == there

"""Every command of ours that the images, the Compose file or the pages name is one that the programs take."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from functools import cache

import pytest
import yaml

from tests.deploy.reading import ROOT, instructions

Command = tuple[str, ...]


def of_the_images() -> set[Command]:
    found = set()
    steps = instructions(ROOT / "deploy/Dockerfile")
    for step in (step for step in steps if step.name == "ENTRYPOINT"):
        (default,) = [other.rest for other in steps if other.name == "CMD" and other.stage == step.stage]
        found.add((*json.loads(step.rest), *json.loads(default)))
    return found


def of_the_compose_file() -> set[Command]:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    programs = {"bot": "storyroom", "tgi-local": "storyroom-tgi"}
    ours = [service for service in services.values() if "build" in service]
    return {
        (*service.get("entrypoint", [programs[service["build"]["target"]]]), *service["command"])
        for service in ours
    }


def of_the_pages() -> set[Command]:
    found: set[Command] = set()
    for name in ("docs/deploy.md", "docs/operating.md", "docs/opt-175b.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        typed = re.findall(r"(?:bin/|`)(storyroom(?:-tgi)? [a-z][a-z0-9 -]*[a-z0-9])", text)
        run = [f"storyroom {rest}" for rest in re.findall(r"run --rm bot ([a-z ]+[a-z])", text)]
        found |= {tuple(line.split()) for line in (*typed, *run)}
    return found


COMMANDS = sorted(of_the_images() | of_the_compose_file() | of_the_pages())


def test_the_pages_name_the_commands_that_an_operator_needs() -> None:
    assert {("storyroom", "commands", "sync"), ("storyroom", "check"), ("storyroom", "run")} <= of_the_pages()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_that_is_named_is_one_that_the_program_takes(command: Command) -> None:
    words = [word for word in command[1:] if re.fullmatch(r"[a-z]+", word)]
    offered = help_of(command[0], tuple(words))
    for option in (word.partition("=")[0] for word in command if word.startswith("--")):
        assert re.search(rf"{option}(?![\w-])", offered), option


@cache
def help_of(program: str, words: Command) -> str:
    """What the program says of a command; a command that it does not have fails here."""
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    module = scripts[program].partition(".")[0]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    found = subprocess.run(
        [sys.executable, "-m", module, *words, "--help"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert found.returncode == 0, found.stderr
    return found.stdout

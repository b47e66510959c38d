"""What docs/opt-175b.md tells people to type is what the program takes, and its codes are the errors'."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from tgi.opt import errors
from tgi.opt.commands import opt

PAGE = (Path(__file__).parents[3] / "docs" / "opt-175b.md").read_text("utf-8")
TYPED = re.findall(r"^    (?:\S+/)?storyroom-tgi opt (.+?)(?:\s+[#>].*)?$", PAGE, re.MULTILINE)

# Typer carries a Click of its own, whose types it does not publish.
_GROUP: Any = typer.main.get_command(opt)
COMMANDS = _GROUP.commands


def test_every_command_is_on_the_page() -> None:
    assert {line.split()[0] for line in TYPED} == set(COMMANDS)


@pytest.mark.parametrize(
    ("name", "option"), [(name, option) for name in COMMANDS for option in COMMANDS[name].params]
)
def test_every_option_is_on_the_page(name: str, option: Any) -> None:
    spellings = [each for each in (*option.opts, *option.secondary_opts) if each.startswith("--")]
    assert not spellings or any(re.search(rf"{each}(?![\w-])", PAGE) for each in spellings), name


@pytest.mark.parametrize("line", TYPED)
def test_a_line_on_the_page_can_be_typed(line: str) -> None:
    name, *arguments = shlex.split(line)
    # Parsed, not run.
    COMMANDS[name].make_context(name, arguments)


def test_the_codes_in_the_table_are_the_errors() -> None:
    rows = dict(re.findall(r"^\| ([^|]+) \| (\d+(?:, \d+)*) \|", PAGE, re.MULTILINE))
    wanted = {
        "a part is torn or damaged": errors.TornPart,
        "a part is missing": errors.MissingPart,
        "a part is there twice": errors.DoublePart,
        "parts are swapped": errors.SwappedPart,
        "a part of another model or training step": errors.ForeignPart,
        "no tokenizer, or another model's": errors.NoTokenizer,
        "too little disk; the folder is taken": errors.NoRoom,
        "the system refuses to read or write": errors.WriteFailed,
    }
    assert {what: rows.get(what) for what in wanted} == {
        what: str(kind.exit_code) for what, kind in wanted.items()
    }
    assert (
        rows["not an OPT, or one that a tool spoilt"]
        == f"{errors.UnknownModel.exit_code}, {errors.BadParts.exit_code}"
    )

"""A library that is not installed is named with the extra that brings it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.tgi.opt.converting import said

_WITHOUT = """
import sys
sys.modules[sys.argv.pop(1)] = None
from tgi.__main__ import main
main()
"""


def without(library: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `storyroom-tgi opt ...` where a library is not there."""
    program = [sys.executable, "-c", _WITHOUT, library, "opt", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("library", ["numpy", "tokenizers"])
@pytest.mark.parametrize("command", ["convert", "verify"])
def test_convert_and_verify_need_the_extra_opt(
    good: Path, tmp_path: Path, library: str, command: str
) -> None:
    asked = (good,) if command == "verify" else (good, tmp_path / "out")
    assert 'pip install "storyroom[opt]"' in said(without(library, command, *asked), 69)


@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_shard_check_needs_the_extra_models(good: Path, library: str) -> None:
    assert 'pip install "storyroom[models]"' in said(
        without(library, "shard-check", good, "--ranks", "2"), 69
    )


def test_plan_needs_none() -> None:
    for library in ("numpy", "tokenizers", "safetensors", "torch"):
        assert without(library, "plan", "--gpus", "8x80").returncode == 0

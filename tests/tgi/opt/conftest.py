"""A converted folder, and copies of it to spoil."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.tgi.opt.converting import checkpoint, convert


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A converted folder of several files."""
    scratch = tmp_path_factory.mktemp("good")
    convert(checkpoint(scratch / "parts"), scratch / "good")
    return scratch / "good"


@pytest.fixture
def folder(good: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "folder"))

"""Conversions as tests run them: the road itself in this process, or the real command in another."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy.typing as npt
from safetensors.numpy import load_file

from tests.tgi.opt import meta, vocabulary
from tgi.opt.convert import run
from tgi.opt.shape import Shape

__all__ = ["Silent", "checkpoint", "command", "convert", "said", "weights_of"]


class Silent:
    """Progress that nobody watches."""

    def stage(self, name: str, size: int) -> None:
        pass

    def done(self, size: int) -> None:
        pass


def checkpoint(
    folder: Path, layout: meta.Layout | None = None, shape: Shape = meta.TINY, seed: int = 0
) -> Path:
    """Meta's parts of a random model, with a tokenizer."""
    meta.write(folder, meta.model(shape, seed=seed), shape, layout)
    vocabulary.meta(folder)
    return folder


def convert(parts: Path, out: Path, **wanted: Any) -> list[str]:
    """Convert in this process; the files that were kept from an earlier run."""
    asked = run.Wanted(
        **{
            "parts": parts,
            "out": out,
            "tokenizer": parts,
            "form": None,
            "shard_size": 20_000,
            **wanted,
        }
    )
    return run.convert(asked, run.prepare(asked), Silent())


def command(*arguments: str | Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run `storyroom-tgi opt ...`."""
    program = [sys.executable, "-m", "tgi", "opt", *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, timeout=timeout, check=False)


def said(done: subprocess.CompletedProcess[str], code: int) -> str:
    """The one line that a command failed with."""
    lines = [line for line in done.stderr.splitlines() if line.startswith("storyroom-tgi: ")]
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    (line,) = lines
    return line.removeprefix("storyroom-tgi: ")


def weights_of(folder: Path) -> dict[str, npt.NDArray[Any]]:
    """All tensors of a folder by name."""
    found: dict[str, npt.NDArray[Any]] = {}
    for path in sorted(folder.glob("*.safetensors")):
        found |= load_file(path)
    return found

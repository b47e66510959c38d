"""A conversion takes little memory beside the largest file that it writes, however large the model."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.tgi.opt import meta
from tests.tgi.opt.converting import checkpoint
from tgi.opt.shape import Shape

LARGE = Shape("large", layers=6, width=1024, heads=16, feed_forward=4096, vocabulary=1024, positions=2048)
_MEASURE = """
import re, sys
from tgi.__main__ import app
try:
    app(sys.argv[1:], standalone_mode=False)
finally:
    print("peak", re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1])
"""


def peak(*arguments: str | Path) -> int:
    """The command's peak memory in bytes."""
    program = [sys.executable, "-c", _MEASURE, "opt", "convert", *map(str, arguments), "--quiet"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=100, check=True)
    return int(done.stdout.split()[-1]) * 1024


@pytest.mark.parametrize(
    ("layout", "more"),
    [
        (meta.Layout(), ()),
        (meta.Layout(shards=4, name=meta.DELIVERED), ()),
        (meta.Layout(), ("--dtype", "float32")),
    ],
    ids=["whole", "shards", "widened"],
)
def test_the_peak_is_at_most_two_and_a_half_of_the_largest_file(
    tmp_path: Path, layout: meta.Layout, more: tuple[str, ...]
) -> None:
    # The program's own size: the same command on next to nothing.
    tiny = checkpoint(tmp_path / "tiny", layout, replace(meta.TINY, heads=16))
    base = peak(tiny, tmp_path / "tiny-out", *more)
    parts = checkpoint(tmp_path / "parts", layout, LARGE)
    taken = peak(parts, tmp_path / "out", *more, "--shard-size", "20MB") - base
    files = [path.stat().st_size for path in (tmp_path / "out").glob("*.safetensors")]
    assert sum(files) > 7 * max(files)
    assert taken <= 2.5 * max(files), (taken, max(files))
    # Far below it, in truth: a few blocks.
    sys.stderr.write(f"peak {taken / 1e6:.1f} MB for files of {max(files) / 1e6:.1f} MB\n")

"""Converts in a process that is killed at its n-th step, for many n, and goes on in another.

A step is whatever changes the disk or is counted as progress: the kernel's SIGKILL comes just before it.
Usage: python -m tests.tgi.opt.killed PARTS SCRATCH [STRIDE]; prints one JSON object a line. Every STRIDE-th
step is tried (1: all of them), and all of the last, where the folder becomes whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from tests.tgi.opt.converting import Silent
from tgi.opt.convert import run

_LAST = 30
_EVENTS = ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree")


class Steps(Silent):
    """Counts steps, and ends the process before the one numbered `last`."""

    def __init__(self, out: Path, last: int | None) -> None:
        self.count = 0
        self._out, self._last = str(out), last
        sys.addaudithook(self._audited)

    def done(self, size: int) -> None:  # noqa: ARG002 - one step, whatever its size
        self._step()

    def _audited(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event in _EVENTS or (event == "open" and str(arguments[0]).startswith(self._out)):
            self._step()

    def _step(self) -> None:
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)
        self.count += 1


def main(parts: Path, scratch: Path, stride: int) -> None:
    """Convert undisturbed, then once for each step at which it is killed."""
    whole = scratch / "whole"
    steps = int(_in_child(parts, whole, None)[1])
    _say(steps=steps, files=_files(whole))
    for last in sorted({*range(0, steps, stride), *range(steps - _LAST, steps)}):
        out = scratch / "out"
        shutil.rmtree(out, ignore_errors=True)
        status, _ = _in_child(parts, out, last)
        left = _files(out) if out.is_dir() else {}
        before = {path.name: path.stat().st_ino for path in out.glob("*.safetensors")}
        unfinished = (out / ".convert").is_dir()
        again, _ = _in_child(parts, out, None) if unfinished or not left else (0, "")
        after = {path.name: path.stat().st_ino for path in out.glob("*.safetensors")}
        _say(
            at=last,
            killed=os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL,
            left=sorted(left),
            unfinished=unfinished,
            again=again,
            written_again=[name for name, inode in before.items() if after.get(name) != inode],
            files=_files(out),
        )


def _say(**fields: Any) -> None:
    sys.stdout.write(json.dumps(fields) + "\n")


def _in_child(parts: Path, out: Path, last: int | None) -> tuple[int, str]:
    """Convert in a forked process: its exit status, and how many steps it took."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        asked = run.Wanted(parts, out, parts, None, 20_000)
        prepared = run.prepare(asked)
        steps = Steps(out, last)
        run.convert(asked, prepared, steps)
        os.write(writing, str(steps.count).encode())
        os._exit(0)
    os.close(writing)
    said = os.read(reading, 100).decode()
    os.close(reading)
    return os.waitpid(child, 0)[1], said


def _files(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)

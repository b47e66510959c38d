# ruff: noqa: INP001 - a program that is copied into an image alone, of no package
"""Whether the program that wrote a ready file still runs: exit code 0 if so, else 1 and a sentence.

A container's health check for the bot and the worker, which listen on no port. Standard library alone.
The file holds the process id, bare or as `{"pid": 1}`.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def trouble(path: Path) -> str | None:
    """What is wrong, or None when the writer of `path` is alive."""
    try:
        written = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return f"{path} is not there: not ready yet"
    except (OSError, ValueError) as error:
        return f"{path} cannot be read: {error}"
    pid = written.get("pid") if isinstance(written, dict) else written
    if not isinstance(pid, int) or pid < 1:
        return f"{path} names no process"
    return None if _lives(pid) else f"process {pid} is gone"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    if len(sys.argv) != 2:  # noqa: PLR2004 - the name, and the one argument
        sys.exit("usage: ready.py PATH")
    sys.exit(trouble(Path(sys.argv[1])))

"""The Lua that runs inside Redis. Each file's head is its contract; this only finds the files."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def source(name: str) -> str:
    """The text of a script."""
    return files(__name__).joinpath(f"{name}.lua").read_text(encoding="utf-8")

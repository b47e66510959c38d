"""Writes results whole or not at all, and sees beforehand that they can be written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tgi.evaluation.errors import NoOutput


def check_folders(outs: Iterable[Path]) -> None:
    """See that every file can be written, before hours are spent on what goes into it.

    Raises:
        NoOutput: one cannot, or two are the same.

    """
    seen: set[Path] = set()
    for out in outs:
        if out.is_dir() or not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
            raise NoOutput(
                f"{out} cannot be written: name a file in a folder that is there and may be written."
            )
        if out.resolve() in seen:
            raise NoOutput(f"{out} is named for two things.")
        seen.add(out.resolve())


def write_whole(path: Path, text: str, *, encoding: str = "utf-8") -> None:
    """Write a file under another name and give it its own when it is whole.

    Raises:
        NoOutput: it cannot be written; what was there before stays.

    """
    part = None
    try:
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, prefix=f".{path.name}.", encoding=encoding, newline="", delete=False
        ) as file:
            part = Path(file.name)
            file.write(text)
        part.chmod(0o644)
        part.replace(path)
    except OSError as error:
        if part is not None:
            with suppress(OSError):
                part.unlink()
        raise NoOutput(f"{path} cannot be written: {error.strerror}.") from error

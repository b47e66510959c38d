"""Meta's own list of sums, metaseq's projects/OPT/assets/opt175b_md5sum_shards.csv, held against the files.

The sums of joined parts differ between versions of PyTorch, so only lists of the files as delivered help.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from tgi.opt.errors import BadParts, TornPart

__all__ = ["check_md5"]

_BLOCK = 1 << 23
_SUM = re.compile(r"\b[0-9a-fA-F]{32}\b")


def check_md5(listed: Path, files: list[Path], progress: Callable[[int], None]) -> None:
    """Read every file in full; `progress` is told bytes.

    Raises:
        BadParts: the list cannot be read, or does not have a file.
        TornPart: a file does not have its sum.

    """
    sums = _read(listed)
    for path in files:
        if path.name not in sums:
            raise BadParts(f"{listed} does not list {path.name}.")
    for path in files:
        digest = hashlib.md5(usedforsecurity=False)
        try:
            with path.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
                    progress(len(block))
        except OSError as error:
            raise TornPart(f"{path.name} cannot be read: {error.strerror}.") from error
        if digest.hexdigest() != sums[path.name]:
            raise TornPart(
                f"{path.name} is damaged: its MD5 is not the one in {listed.name}. Fetch it again."
            )


def _read(listed: Path) -> dict[str, str]:
    """Names and sums: "name,sum" a line as in Meta's list, or "sum  name" as md5sum prints."""
    try:
        lines = listed.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadParts(f"{listed} is no list of MD5 sums: {error}.") from error
    found = {}
    for line in lines:
        match = _SUM.search(line)
        if match is not None:
            name = (line[: match.start()] + line[match.end() :]).strip(" ,*\t")
            found[Path(name).name] = match[0].lower()
    if not found:
        raise BadParts(f"{listed} is no list of MD5 sums.")
    return found

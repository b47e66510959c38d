"""The header of a safetensors file, read strictly: what a sound file cannot say is an error.

Source: https://github.com/huggingface/safetensors (format): the numbers of the tensors cover the rest of the
file without gaps and without overlaps.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

__all__ = ["BadFile", "Entry", "Header", "read_header"]

_MOST = 100_000_000
_SIZES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}


class BadFile(ValueError):
    """The file is no sound safetensors file; the text says why, without the name."""


@dataclass(frozen=True)
class Entry:
    """One tensor: its number format (safetensors' code), its shape, and where its bytes lie in the file."""

    code: str
    shape: tuple[int, ...]
    begin: int
    end: int


@dataclass(frozen=True)
class Header:
    """All tensors of a file by name; `size` is the file's in bytes."""

    tensors: dict[str, Entry]
    size: int


def read_header(path: Path) -> Header:
    """Read and check a header. Raises BadFile; OSError where the file cannot be read."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        length = int.from_bytes(file.read(8), "little")
        if size < 8 or length > _MOST or 8 + length > size:  # noqa: PLR2004 - the length itself
            raise BadFile(
                "is cut short within its header" if 0 < length <= _MOST else "is no safetensors file"
            )
        raw = file.read(length)
    try:
        table: Any = json.loads(raw)
        table.pop("__metadata__", None)
        entries = {str(name): _entry(about, 8 + length) for name, about in table.items()}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadFile(f"has a header that cannot be read ({error})") from error
    _hold_together(entries, 8 + length, size)
    return Header(entries, size)


def _entry(about: dict[str, Any], base: int) -> Entry:
    begin, end = map(int, about["data_offsets"])
    return Entry(str(about["dtype"]), tuple(map(int, about["shape"])), base + begin, base + end)


def _hold_together(entries: dict[str, Entry], base: int, size: int) -> None:
    place = base
    for name, entry in sorted(entries.items(), key=lambda item: (item[1].begin, item[1].end)):
        if entry.begin != place:
            raise BadFile(f"has a gap or an overlap before {name}")
        width = _SIZES.get(entry.code)
        if width is not None and entry.end - entry.begin != prod(entry.shape) * width:
            raise BadFile(f"has {entry.end - entry.begin:,} bytes for {name}, which do not make its shape")
        place = entry.end
    if place > size:
        raise BadFile(f"is cut short: it has {size:,} bytes of {place:,}")
    if place < size:
        raise BadFile(f"has {size - place:,} bytes after its last tensor")

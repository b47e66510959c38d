"""Weights as FSDP flattens them: rows of numbers, each a list of tensors, each cut over the shards of a part.

`shard_metadata` says which tensors a row holds and how much padding a shard's piece ends with.
Source: fairscale's `local_metadata_dict`; metaseq/scripts/reshard_fsdp.py, metaseq/checkpoint_utils.py.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tgi.opt.convert.spans import Run, joined
from tgi.opt.errors import ForeignPart, MissingPart, SwappedPart, TornPart

__all__ = ["MARK", "Piece", "Row", "read_table", "unflattened"]

MARK = "flat_param"
"""What the names of flattened weights have in them."""

_MOST_PADDING = 4096
"""A row is padded to a multiple of the shards: by fewer numbers than there are shards."""


@dataclass(frozen=True)
class Row:
    """One flat row: the key of its numbers, and the names, sizes and shapes of its tensors in order.

    `padding` is how many numbers at the end of this shard's piece mean nothing.
    """

    key: str
    names: tuple[str, ...]
    sizes: tuple[int, ...]
    shapes: tuple[tuple[int, ...], ...]
    padding: int

    @property
    def count(self) -> int:
        """How many numbers its tensors have together."""
        return sum(self.sizes)

    def holds(self, other: Row) -> bool:
        """Whether the other is of the same tensors."""
        return (self.key, self.names, self.shapes) == (other.key, other.names, other.shapes)


@dataclass(frozen=True)
class Piece:
    """One shard's piece of a row: its file's name, what the file says of the row, and the numbers."""

    file: str
    row: Row | None
    run: Run | None


def read_table(path: Path, state: dict[str, Any]) -> list[Row]:
    """The rows that a file's `shard_metadata` lists; none where it has no such table. Raises TornPart."""
    try:
        units = (state.get("shard_metadata") or {}).get("param_metadata") or []
        return [
            _row(str(unit["fsdp_path"]), str(name), about)
            for unit in units
            for name, about in unit["params"].items()
        ]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TornPart(f"{path.name} has a shard_metadata that cannot be read.") from error


def _row(path: str, name: str, about: dict[str, Any]) -> Row:
    prefix = f"{path}." if path else ""
    row = Row(
        prefix + name,
        tuple(f"{prefix}{each}" for each in about["names"]),
        tuple(map(int, about["numels"])),
        tuple(tuple(map(int, shape)) for shape in about["shapes"]),
        int(about["padding"]),
    )
    if [math.prod(shape) for shape in row.shapes] != list(row.sizes) or len(row.names) != len(row.sizes):
        raise ValueError(name)
    if row.padding < 0 or min(row.sizes, default=0) < 0:
        raise ValueError(name)
    return row


def unflattened(pieces: list[Piece]) -> dict[str, tuple[tuple[int, ...], Run]]:
    """Shape and numbers of each tensor of a row. Raises ForeignPart, SwappedPart, MissingPart."""
    row, runs = _runs(pieces)
    whole = joined(runs)
    if len(pieces) == 1 and pieces[0].run is not None:
        # What metaseq joined into one file keeps the first shard's table, whose padding is another.
        beyond = pieces[0].run.count - row.count
        whole = pieces[0].run.cut(0, row.count) if 0 <= beyond <= _MOST_PADDING else whole
    if whole.count < row.count:
        raise MissingPart(
            f"After {pieces[-1].file} more shards must follow: {row.key} has {whole.count:,} of "
            f"{row.count:,} "
            f"numbers in the {len(pieces)} {'file' if len(pieces) == 1 else 'files'} here."
        )
    if whole.count > row.count:
        raise ForeignPart(
            f"{pieces[-1].file} does not belong to this part: with it {row.key} has {whole.count:,} numbers "
            f"instead of {row.count:,}."
        )
    found, first = {}, 0
    for name, size, shape in zip(row.names, row.sizes, row.shapes, strict=True):
        found[name] = (shape, whole.cut(first, size))
        first += size
    return found


def _runs(pieces: list[Piece]) -> tuple[Row, list[Run]]:
    """The row, and each piece's numbers without their padding."""
    first = pieces[0].row
    runs: list[Run] = []
    padded = ""
    for piece in pieces:
        row, run = piece.row, piece.run
        if first is None or row is None or run is None or not first.holds(row):
            raise ForeignPart(
                f"{piece.file} has no {MARK} with the tensors of {pieces[0].file}: it is no shard of the "
                "same part."
            )
        if runs and run.format is not runs[0].format:
            raise ForeignPart(f"{piece.file} has another number format than {pieces[0].file}.")
        # FSDP cuts a row into pieces of one size and pads at its end, so nothing follows padding.
        if padded and row.padding < run.count:
            raise SwappedPart(
                f"{padded} ends with padding, as only the last shard of a part does, and {piece.file} goes "
                "on: "
                "they stand under each other's names."
            )
        if row.padding:
            padded = piece.file
        runs.append(run.cut(0, max(0, run.count - row.padding)))
    if first is None:
        raise ForeignPart(f"{pieces[0].file} has no {MARK}.")
    return first, runs

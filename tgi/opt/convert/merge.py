"""How parts are one model: for each tensor of Hugging Face's layout, where its numbers come from.

Megatron's cut: word embeddings, q, k, v and fc1 by rows (biases too), out_proj and fc2 by columns, the rest
whole on each part. metaseq stores q, k and v of a part as one tensor, in the order K, V, Q.
Source: metaseq/distributed/stitch_fsdp_ckpt.py, metaseq/scripts/reshard_mp.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from tgi.opt.convert.part import Part, PartTensor
from tgi.opt.convert.spans import Reader, Run, joined
from tgi.opt.dtypes import Format
from tgi.opt.errors import BadParts, ForeignPart
from tgi.opt.names import PREFIX

__all__ = ["Columns", "Merged", "Rows", "Source", "is_same_on_all", "merged", "source_of"]

_FUSED_ORDER = "kvq"
_QKV = re.compile(r"self_attn\.([qkv])_proj\.(weight|bias)$")
_BY_COLUMNS = re.compile(r"(?:out_proj|fc2)\.weight$")
_NAMED_OTHERWISE = {
    "project_in.weight": "decoder.project_in_dim.weight",
    "project_out.weight": "decoder.project_out_dim.weight",
    "final_layer_norm.weight": "decoder.layer_norm.weight",
    "final_layer_norm.bias": "decoder.layer_norm.bias",
}
_BY_ROWS = re.compile(r"(?:[qkv]_proj|fc1)\.(?:weight|bias)$|embed_tokens\.weight$")


@dataclass(frozen=True)
class Source:
    """Where a tensor is in the parts: metaseq's name, and which third of it (None: all)."""

    name: str
    third: int | None = None


@dataclass(frozen=True)
class Rows:
    """Numbers that follow each other, part after part; also what one part alone has."""

    run: Run

    def blocks(self, reader: Reader, most: int) -> Iterator[npt.NDArray[Any]]:
        """The numbers in order, at most `most` at a time; an array is used again for the next block."""
        space = np.empty(min(most, self.run.count), self.run.format.stored)
        for first in range(0, self.run.count, most):
            block = space[: min(most, self.run.count - first)]
            reader.read_into(block, self.run, first)
            yield block


@dataclass(frozen=True)
class Columns:
    """Matrices of `rows` rows side by side: each row is its piece of every part."""

    rows: int
    runs: tuple[Run, ...]

    def blocks(self, reader: Reader, most: int) -> Iterator[npt.NDArray[Any]]:
        """As `Rows.blocks`, in whole rows."""
        widths = [run.count // self.rows for run in self.runs]
        at_once = max(1, min(self.rows, most // sum(widths)))
        space = np.empty((at_once, sum(widths)), self.runs[0].format.stored)
        pieces = [np.empty(at_once * width, space.dtype) for width in widths]
        for first in range(0, self.rows, at_once):
            rows = min(at_once, self.rows - first)
            column = 0
            for run, width, piece in zip(self.runs, widths, pieces, strict=True):
                reader.read_into(piece[: rows * width], run, first * width)
                space[:rows, column : column + width] = piece[: rows * width].reshape(rows, width)
                column += width
            yield space[:rows].reshape(-1)


@dataclass(frozen=True)
class Merged:
    """A tensor of the whole model: its name and shape in the folder, and where its numbers come from."""

    name: str
    shape: tuple[int, ...]
    format: Format
    numbers: Rows | Columns

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return prod(self.shape)


def source_of(name: str, there: dict[str, PartTensor]) -> Source | None:
    """Where the tensor `name` of Hugging Face's layout is among a part's tensors; None where it is not."""
    short = name.removeprefix(PREFIX)
    own = "decoder." + short
    if own in there:
        return Source(own)
    other = _NAMED_OTHERWISE.get(short)
    if other is not None:
        return Source(other) if other in there else None
    fused = _QKV.search(own)
    if fused is None:
        return None
    joint = f"{own[: fused.start()]}self_attn.qkv_proj.{fused[2]}"
    return Source(joint, _FUSED_ORDER.index(fused[1])) if joint in there else None


def is_same_on_all(name: str) -> bool:
    """Whether each part has the whole tensor."""
    return not (_BY_ROWS.search(name) or _BY_COLUMNS.search(name))


def merged(name: str, shape: tuple[int, ...], parts: list[Part]) -> Merged:
    """Join one tensor, which must come out in this shape. Raises ForeignPart, BadParts."""
    pieces = [_piece(name, part) for part in parts]
    if any(piece.run.format is not pieces[0].run.format for piece in pieces):
        said = ", ".join(
            f"{part.file} {piece.run.format.torch}" for part, piece in zip(parts, pieces, strict=True)
        )
        raise ForeignPart(f"The parts have {name} in different number formats: {said}.")
    by_columns = bool(_BY_COLUMNS.search(name))
    axis = 1 if by_columns else 0
    for part, piece in zip(parts, pieces, strict=True):
        _hold_against(name, shape, part, piece, cut=None if is_same_on_all(name) else axis)
    if is_same_on_all(name):
        return Merged(name, shape, pieces[0].run.format, Rows(pieces[0].run))
    together = sum(piece.shape[axis] for piece in pieces)
    if together != shape[axis]:
        raise BadParts(
            f"{name} has {together:,} {('rows', 'columns')[axis]} over the {len(parts)} parts instead of "
            f"{shape[axis]:,}."
        )
    if by_columns and len(parts) > 1:
        numbers: Rows | Columns = Columns(shape[0], tuple(piece.run for piece in pieces))
    else:
        numbers = Rows(joined(piece.run for piece in pieces))
    return Merged(name, shape, pieces[0].run.format, numbers)


def _piece(name: str, part: Part) -> PartTensor:
    source = source_of(name, part.tensors)
    if source is None:
        raise ForeignPart(f"{part.name} has no {name}, under none of the names that metaseq gives it.")
    whole = part.tensors[source.name]
    if source.third is None:
        return whole
    if not whole.shape or whole.shape[0] % 3:
        raise ForeignPart(
            f"{part.name} has {source.name} with {whole.shape} numbers: not three of the same size."
        )
    third = whole.run.count // 3
    return PartTensor((whole.shape[0] // 3, *whole.shape[1:]), whole.run.cut(source.third * third, third))


def _hold_against(
    name: str, shape: tuple[int, ...], part: Part, piece: PartTensor, *, cut: int | None
) -> None:
    """The piece has the shape of the whole, but for the axis along which it is cut."""
    same = len(piece.shape) == len(shape) and all(
        axis == cut or size == wanted
        for axis, (size, wanted) in enumerate(zip(piece.shape, shape, strict=True))
    )
    if not same:
        wanted = " x ".join("…" if axis == cut else f"{size}" for axis, size in enumerate(shape))
        there = " x ".join(map(str, piece.shape))
        raise ForeignPart(f"{part.name} has {name} as {there}, where this model has {wanted}.")

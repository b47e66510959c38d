"""Which files are the parts of a checkpoint, going by their names.

Meta's are `reshard-model_part-3.pt` (one file for each model-parallel rank), or
`checkpoint_last-model_part-3-shard17.pt` (each rank's part cut again by FSDP). A lone `restored.pt` is a
checkpoint of one part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tgi.opt.errors import DoublePart, ForeignPart, MissingPart

__all__ = ["Place", "Placed", "find_parts", "place_in"]

_NAMED = re.compile(r"model_part-(\d+)(?:-shard(\d+))?$")
_SHARD_ONLY = re.compile(r"-shard(\d+)$")
_NAMES_SHOWN = 6
_MOST = 4096
"""Ranks or shards beyond which a number in a name is no part's."""


@dataclass(frozen=True, order=True)
class Place:
    """Which part a file is: its model-parallel rank, and which FSDP shard of it, where it is cut so."""

    rank: int
    shard: int | None = None

    def __str__(self) -> str:
        """As a name says it."""
        return f"model_part-{self.rank}" + ("" if self.shard is None else f"-shard{self.shard}")


@dataclass(frozen=True)
class Placed:
    """A file and the place that its name claims."""

    place: Place
    path: Path


def place_in(stem: str) -> Place | None:
    """The place that a name, without its ending, claims; None where it claims none."""
    named = _NAMED.search(stem)
    if named is not None:
        return Place(int(named[1]), None if named[2] is None else int(named[2]))
    shard = _SHARD_ONLY.search(stem)
    return None if shard is None else Place(0, int(shard[1]))


def find_parts(folder: Path) -> list[list[Placed]]:
    """The files of each rank, in order. Raises MissingPart, DoublePart, ForeignPart."""
    if not folder.is_dir():
        raise MissingPart(f"{folder} is no folder. Name the one that holds Meta's .pt files.")
    files = sorted(folder.glob("*.pt"))
    if not files:
        raise MissingPart(f"{folder} holds no .pt file. Name the folder that holds Meta's parts.")
    placed = [Placed(place, path) for path in files if (place := place_in(path.stem)) is not None]
    if not placed:
        if len(files) > 1:
            raise MissingPart(
                f"None of the {len(files)} .pt files in {folder} is named as a part "
                "(reshard-model_part-0.pt, and so on), and a checkpoint of one part would be alone."
            )
        return [[Placed(Place(0), files[0])]]
    _refuse_doubles(placed)
    return _in_order(placed)


def _refuse_doubles(placed: Iterable[Placed]) -> None:
    seen: dict[Place, Path] = {}
    for one in placed:
        if one.place in seen:
            raise DoublePart(
                f"{one.place} is there twice: {seen[one.place].name} and {one.path.name}. Leave one in the "
                "folder."
            )
        seen[one.place] = one.path
    whole = {place.rank: path for place, path in seen.items() if place.shard is None}
    for place, path in seen.items():
        if place.shard is not None and place.rank in whole:
            raise DoublePart(
                f"model_part-{place.rank} is there twice: {whole[place.rank].name} is whole, and {path.name} "
                "is a shard of it. Leave one kind in the folder."
            )


def _in_order(placed: list[Placed]) -> list[list[Placed]]:
    for one in placed:
        if max(one.place.rank, one.place.shard or 0) >= _MOST:
            raise ForeignPart(f"{one.path.name} has a number that no part has. Take it out of the folder.")
    ranks = 1 + max(one.place.rank for one in placed)
    shards = 1 + max(-1 if one.place.shard is None else one.place.shard for one in placed)
    there = {one.place: one for one in placed}
    wanted = [
        [Place(rank, shard) for shard in range(shards)] if shards else [Place(rank)] for rank in range(ranks)
    ]
    # A delivery may mix ranks that were joined already with ranks that were not.
    for rank, places in enumerate(wanted):
        if Place(rank) in there:
            places[:] = [Place(rank)]
    missing = [place for places in wanted for place in places if place not in there]
    if missing:
        names = [_name(place, placed[0]) for place in missing]
        more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        verb = "is" if len(names) == 1 else "are"
        raise MissingPart(
            f"{', '.join(names[:_NAMES_SHOWN])}{more} {verb} missing from {placed[0].path.parent}."
        )
    return [[there[place] for place in places] for places in wanted]


def _name(place: Place, like: Placed) -> str:
    """The name that a missing file would have, going by one that is there."""
    stem = _NAMED.sub("", like.path.stem)
    if stem == like.path.stem:
        stem = _SHARD_ONLY.sub("", stem)
        return f"{stem}-shard{place.shard}.pt"
    return f"{stem}{place}.pt"

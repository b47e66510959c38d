"""One model-parallel part, opened: its tensors by metaseq's names, wherever their numbers lie.

A part is one file, or the FSDP shards of it. Its weights are there as they are, or flattened.
Source: metaseq's trainer.py, which says what a checkpoint holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tgi.opt.convert.archive import Archive, open_archive
from tgi.opt.convert.find import Placed
from tgi.opt.convert.flat import MARK, Piece, Row, read_table, unflattened
from tgi.opt.convert.spans import Run, Span
from tgi.opt.convert.unpickle import StoredTensor, plain, read_pickle
from tgi.opt.dtypes import FORMATS, Format
from tgi.opt.errors import BadParts, ForeignPart, TornPart

__all__ = ["Part", "PartTensor", "open_part"]

_FORMATS = {each.storage: each for each in FORMATS}
_DROPPED = ("version", "_float_tensor")
"""Ends of names that hold no weights: a version number, and a marker of sinusoidal positions."""


@dataclass(frozen=True)
class PartTensor:
    """One tensor of a part: its shape and where its numbers lie, last axis first."""

    shape: tuple[int, ...]
    run: Run


@dataclass(frozen=True)
class Part:
    """A part; `config` is what the model was trained with, empty where the file does not say.

    `steps` is after how many updates each file was saved, where it says so.
    """

    rank: int
    archives: list[Archive]
    tensors: dict[str, PartTensor]
    config: dict[str, Any]
    steps: list[int | None]
    flattened: bool

    @property
    def name(self) -> str:
        """The file, as it is named to people."""
        first = self.archives[0].path.name
        return first if len(self.archives) == 1 else f"{first} (and {len(self.archives) - 1} more)"

    @property
    def file(self) -> str:
        """The first file's name alone."""
        return self.archives[0].path.name

    @property
    def suffix(self) -> str:
        """What metaseq appended to the file's name when it trained this part: "-model_part-3"; or nothing."""
        checkpoint = self.config.get("checkpoint")
        said = checkpoint.get("checkpoint_suffix") if isinstance(checkpoint, dict) else None
        return said if isinstance(said, str) else ""


@dataclass(frozen=True)
class _Opened:
    archive: Archive
    config: dict[str, Any]
    step: int | None
    model: dict[str, StoredTensor]
    rows: dict[str, Row]


def open_part(files: list[Placed]) -> Part:
    """Open a rank's files. Raises TornPart, MissingPart, SwappedPart, ForeignPart, BadParts."""
    opened = [_open(file.path) for file in files]
    first = opened[0]
    tensors: dict[str, PartTensor] = {}
    # A file that was unflattened keeps the table that it had before.
    rows = [key for key in first.rows if key in first.model]
    if len(files) > 1 and not rows:
        raise BadParts(
            f"{files[1].path.name} is a shard, but {files[0].path.name} has no flattened weights: "
            "these are not the shards of one part."
        )
    for key in rows:
        pieces = [_piece(one, key) for one in opened]
        tensors |= {name: PartTensor(shape, run) for name, (shape, run) in unflattened(pieces).items()}
    for name, stored in first.model.items():
        if name in rows or name.endswith(_DROPPED):
            continue
        if MARK in name:
            raise BadParts(
                f"{first.archive.path.name} has {name}, and no shard_metadata that says which tensors are "
                "in it: "
                "a tool dropped it. Take the file as it was before that tool."
            )
        tensors[name] = PartTensor(stored.shape, _run(first.archive, name, stored))
    return Part(
        files[0].place.rank,
        [one.archive for one in opened],
        {name.removeprefix("model."): tensor for name, tensor in tensors.items()},
        first.config,
        [one.step for one in opened],
        bool(rows),
    )


def _open(path: Path) -> _Opened:
    archive = open_archive(path)
    saved = read_pickle(archive)
    state: dict[str, Any] = saved if isinstance(saved, dict) else {}
    model = state.get("model")
    if not isinstance(model, dict) or not model:
        raise ForeignPart(f'{path.name} is no checkpoint of metaseq: it has no "model" with weights in it.')
    config = plain(state.get("cfg")) or plain(state.get("args"))
    return _Opened(
        archive,
        config if isinstance(config, dict) else {},
        _step(state),
        {str(name): stored for name, stored in model.items() if isinstance(stored, StoredTensor)},
        {row.key: row for row in read_table(path, state)},
    )


def _step(state: dict[str, Any]) -> int | None:
    try:
        step = state["optimizer_history"][-1]["num_updates"]
    except (KeyError, IndexError, TypeError):
        return None
    return step if isinstance(step, int) else None


def _piece(one: _Opened, key: str) -> Piece:
    stored = one.model.get(key)
    run = None if stored is None else _run(one.archive, key, stored)
    return Piece(one.archive.path.name, one.rows.get(key), run)


def _run(archive: Archive, name: str, stored: StoredTensor) -> Run:
    form: Format | None = _FORMATS.get(stored.kind)
    if form is None:
        raise BadParts(
            f"{archive.path.name} stores {name} as {stored.kind}; only float16, bfloat16 and float32 are "
            "converted."
        )
    if not stored.contiguous:
        raise BadParts(f"{archive.path.name} stores {name} transposed, which is not converted.")
    member = archive.members.get(stored.key)
    if member is None or (stored.offset + stored.count) * form.size > member.size:
        raise TornPart(f"{archive.path.name} is damaged: the numbers of {name} are not in it.")
    return Run(form, (Span(archive.path, member.offset + stored.offset * form.size, stored.count),))

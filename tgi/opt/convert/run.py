"""The road from parts to folder: look at everything, say what it takes, then write.

Peak memory is a few blocks of `BLOCK` bytes and the tables of contents, whatever the model's size: no tensor
is ever in memory whole.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tgi.opt.convert.archive import check_sums
from tgi.opt.convert.checkpoint import Checkpoint, open_checkpoint
from tgi.opt.convert.config import config_json, generation_json
from tgi.opt.convert.find import find_parts
from tgi.opt.convert.folder import Folder, occupied, told
from tgi.opt.convert.md5 import check_md5
from tgi.opt.convert.plan import Output, Shard, plan_output
from tgi.opt.convert.spans import Reader
from tgi.opt.convert.tokenizer import MOST_PADDING, Tokenizer, find_tokenizer, need_tokenizers
from tgi.opt.dtypes import BF16, Format, cast
from tgi.opt.errors import BadParts, FolderTaken, NoRoom, NoTokenizer
from tgi.opt.sizes import size_text

__all__ = ["BLOCK", "Prepared", "Progress", "Wanted", "check_parts", "convert", "prepare"]

BLOCK = 1 << 22
"""The most numbers that are read at once."""

_LEAST_BLOCK = 1 << 16

_SPARE = 64 << 20
"""Bytes for the tokenizer, the index and the file system's own needs."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for; `form` None keeps the format of the parts, `md5` is a list of the files' sums."""

    parts: Path
    out: Path
    tokenizer: Path
    form: Format | None
    shard_size: int
    heads: int | None = None
    md5: Path | None = None
    check_parts: bool = True
    trust_names: bool = False
    start_over: bool = False


@dataclass(frozen=True)
class Prepared:
    """What will be done: nothing has been written yet. `free` and `needed` are bytes on the output's disk."""

    checkpoint: Checkpoint
    tokenizer: Tokenizer
    output: Output
    form: Format
    needed: int
    free: int


class Progress(Protocol):
    """Is told what is going on: a new stage with its bytes, then bytes as they are done."""

    def stage(self, name: str, size: int) -> None:
        """Begin a stage of `size` bytes."""

    def done(self, size: int) -> None:
        """Count bytes."""


def prepare(wanted: Wanted) -> Prepared:
    """Look at parts, tokenizer and disk; write nothing. Raises OptError in its many kinds."""
    if occupied(wanted.out):
        raise FolderTaken(
            f"{wanted.out} is not empty. Name an empty folder; one that was converted already is checked "
            "with "
            f"`storyroom-tgi opt verify {wanted.out}`."
        )
    need_tokenizers()
    with told(wanted.parts, "read"):
        files = find_parts(wanted.parts)
        tokenizer = find_tokenizer(wanted.tokenizer)
        checkpoint = open_checkpoint(files, heads=wanted.heads, trust_names=wanted.trust_names)
    words = checkpoint.shaped.shape.vocabulary
    if not words - MOST_PADDING <= tokenizer.words <= words:
        raise NoTokenizer(
            f"The tokenizer ({tokenizer.said}) has {tokenizer.words:,} ids, and the parts together {words:,} "
            "words: it is another model's."
        )
    form = wanted.form or checkpoint.tensors[0].format
    other = next((tensor for tensor in checkpoint.tensors if tensor.format is not form), None)
    if form is BF16 and other is not None:
        raise BadParts(
            f"The parts hold bfloat16, but {other.name} as {other.format.torch}. Pass --dtype float32 or "
            "float16."
        )
    archives = [archive for part in checkpoint.parts for archive in part.archives]
    output = plan_output(checkpoint.tensors, archives, form=form, shard_size=wanted.shard_size)
    needed, free = _room(wanted, output)
    if needed > free:
        raise NoRoom(
            f"Too little room on the disk of {wanted.out}: it needs {size_text(needed)} and has "
            f"{size_text(free)} free."
        )
    return Prepared(checkpoint, tokenizer, output, form, needed, free)


def convert(wanted: Wanted, prepared: Prepared, progress: Progress) -> list[str]:
    """Write the folder; the names of the files that were there already, whole, and were kept.

    Raises FolderTaken, NoRoom, WriteFailed, TornPart, BadParts.
    """
    output = prepared.output
    kept: list[str] = []
    with (
        Folder.opened(wanted.out, output.key, start_over=wanted.start_over) as folder,
        Reader() as reader,
    ):
        _check_once(wanted, prepared, folder, progress)
        progress.stage("converting", output.size)
        most = _block_of(output)
        for shard in output.shards:
            if folder.kept(shard.name, shard.size, progress.done):
                kept.append(shard.name)
            else:
                folder.write(shard.name, _blocks(shard, reader, most, progress))
        folder.finish(
            prepared.tokenizer.write,
            {
                "generation_config.json": _text(generation_json()),
                "model.safetensors.index.json": _text(output.index),
                "config.json": _text(config_json(prepared.checkpoint.shaped, prepared.form)),
            },
        )
    return kept


def _room(wanted: Wanted, output: Output) -> tuple[int, int]:
    files = {shard.name: shard.size for shard in output.shards}
    there = wanted.out
    while not there.exists():
        there = there.parent
    with told(there):
        free = shutil.disk_usage(there).free
    if wanted.start_over:
        # What is dropped makes room.
        free += sum(file.stat().st_size for file in wanted.out.glob("model-*-of-*.safetensors"))
        return sum(files.values()) + _SPARE, free
    left = Folder(wanted.out, output.key).room_needed(files)
    free += sum(file.stat().st_size for file in wanted.out.glob(".convert/*.partial"))
    return left + _SPARE, free


def check_parts(wanted: Wanted, prepared: Prepared, progress: Progress) -> None:
    """Read the parts in full and hold them against their sums, as far as is asked.

    Raises TornPart, BadParts, WriteFailed.
    """
    archives = [archive for part in prepared.checkpoint.parts for archive in part.archives]
    if wanted.md5 is not None:
        progress.stage("checking MD5", sum(archive.path.stat().st_size for archive in archives))
        check_md5(wanted.md5, [archive.path for archive in archives], progress.done)
    elif wanted.check_parts:
        progress.stage("checking parts", sum(archive.size for archive in archives))
        with told(wanted.parts, "read"):
            for archive in archives:
                check_sums(archive, progress.done)


def _check_once(wanted: Wanted, prepared: Prepared, folder: Folder, progress: Progress) -> None:
    files = [archive.path for part in prepared.checkpoint.parts for archive in part.archives]
    how = "CRC-32" if wanted.md5 is None else f"MD5 {wanted.md5.resolve()}"
    if not folder.was_checked(how, files):
        check_parts(wanted, prepared, progress)
        if wanted.check_parts or wanted.md5 is not None:
            folder.mark_checked(how, files)


def _block_of(output: Output) -> int:
    """How many numbers are read at once: few beside the largest shard, whatever its size."""
    largest = max(shard.tensor_bytes // shard.format.size for shard in output.shards)
    return min(BLOCK, max(_LEAST_BLOCK, largest // 16))


def _blocks(shard: Shard, reader: Reader, most: int, progress: Progress) -> Iterator[bytes | memoryview]:
    yield shard.header
    progress.done(len(shard.header))
    for tensor in shard.tensors:
        for block in tensor.numbers.blocks(reader, most):
            try:
                numbers = cast(block, tensor.format, shard.format)
            except ValueError as error:
                raise BadParts(
                    f"{tensor.name} cannot be written as {shard.format.torch}: {error}."
                ) from error
            yield numbers.data.cast("B")
            progress.done(numbers.nbytes)


def _text(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"

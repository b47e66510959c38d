"""Which tensor goes into which output file, and each file's header: known before anything is written.

A safetensors file is eight bytes with the header's length, a JSON header, and the numbers in the header's
order. Source: https://github.com/huggingface/safetensors (format).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tgi.opt.convert.archive import Archive
from tgi.opt.convert.merge import Merged
from tgi.opt.dtypes import Format
from tgi.opt.errors import OptError

__all__ = ["Output", "Shard", "plan_output", "read_size"]

_ALIGNED = 8
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?", re.IGNORECASE)
_POWERS = "KMGT"


@dataclass(frozen=True)
class Shard:
    """One output file: its name, its tensors in order, and the format that they are written in."""

    name: str
    tensors: tuple[Merged, ...]
    format: Format

    @cached_property
    def header(self) -> bytes:
        """Length and JSON header, padded so that the numbers begin at a multiple of 8."""
        table: dict[str, Any] = {"__metadata__": {"format": "pt"}}
        begin = 0
        for tensor in self.tensors:
            end = begin + tensor.count * self.format.size
            table[tensor.name] = {
                "dtype": self.format.code,
                "shape": list(tensor.shape),
                "data_offsets": [begin, end],
            }
            begin = end
        text = json.dumps(table, separators=(",", ":")).encode()
        text += b" " * (-len(text) % _ALIGNED)
        return len(text).to_bytes(8, "little") + text

    @property
    def tensor_bytes(self) -> int:
        """Bytes of the numbers."""
        return sum(tensor.count for tensor in self.tensors) * self.format.size

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.header) + self.tensor_bytes


@dataclass(frozen=True)
class Output:
    """All output files; `key` is the same for the same parts cut the same way, and for nothing else."""

    shards: tuple[Shard, ...]
    key: str

    @property
    def size(self) -> int:
        """Bytes of all files of weights."""
        return sum(shard.size for shard in self.shards)

    @property
    def index(self) -> dict[str, Any]:
        """What model.safetensors.index.json says."""
        return {
            "metadata": {"total_size": sum(shard.tensor_bytes for shard in self.shards)},
            "weight_map": {tensor.name: shard.name for shard in self.shards for tensor in shard.tensors},
        }


def plan_output(
    tensors: Sequence[Merged], archives: Sequence[Archive], *, form: Format, shard_size: int
) -> Output:
    """Fill files of at most `shard_size` bytes of numbers; a larger tensor has a file to itself."""
    groups: list[list[Merged]] = []
    room = -1
    for tensor in tensors:
        size = tensor.count * form.size
        if size > room:
            groups.append([])
            room = shard_size
        groups[-1].append(tensor)
        room -= size
    shards = tuple(
        Shard(f"model-{number:05}-of-{len(groups):05}.safetensors", tuple(group), form)
        for number, group in enumerate(groups, 1)
    )
    said = json.dumps(
        {
            "headers": [[shard.name, hashlib.sha256(shard.header).hexdigest()] for shard in shards],
            "parts": [[archive.path.name, archive.size, archive.sums] for archive in archives],
        }
    )
    return Output(shards, hashlib.sha256(said.encode()).hexdigest())


def read_size(text: str) -> int:
    """The bytes of "5GB", "500MB" or "2GiB". Raises OptError."""
    found = _SIZE.fullmatch(text.strip())
    size = 0
    if found is not None:
        step = 1024 if found[3] else 1000
        power = _POWERS.index(found[2].upper()) + 1 if found[2] else 0
        size = int(float(found[1]) * step**power)
    if size < 1:
        raise OptError(f'"{text}" is no size. Say it as in 5GB, 500MB or 2GiB.')
    return size

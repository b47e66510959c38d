"""Writes what `torch.save` writes, byte for byte, without PyTorch.

The pickle names PyTorch's classes and puts numbers elsewhere: each storage is a stored member of a zip,
aligned to 64 bytes by an extra field of Zs. tests/models/opt holds this against the real torch.save.
"""

from __future__ import annotations

import io
import pickle
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

__all__ = ["Size", "Tensor", "save"]

Numbers = npt.NDArray[Any]
_KINDS = {"<f2": "HalfStorage", "<f4": "FloatStorage", "<u2": "BFloat16Storage", "<f8": "DoubleStorage"}
_FLAGS = 0x0808
# The one in Python, which can be extended; its type is published without what it is extended by.
_PythonPickler: Any = pickle._Pickler
_WIDE = 0xFFFFFFFF


@dataclass(frozen=True)
class _Name:
    """A class or function of PyTorch, which is not there to be imported."""

    module: str
    name: str

    def __call__(self) -> None:
        raise AssertionError(self)


class Size(tuple[int, ...]):
    """A torch.Size."""

    __slots__ = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return _Name("torch", "Size"), (tuple(self),)


@dataclass(eq=False)
class Tensor:
    """A tensor: numbers (bfloat16 as <u2), or `sparse` for zeros that take no room on the disk.

    `base` is the tensor of whose storage this is a part, `offset` numbers from its start.
    """

    numbers: Numbers
    base: Tensor | None = None
    offset: int = 0
    sparse: bool = False
    strides: tuple[int, ...] | None = None

    @property
    def storage(self) -> Tensor:
        return self if self.base is None else self.base.storage

    def __reduce__(self) -> tuple[Any, ...]:
        shape = self.numbers.shape
        steps = [1]
        for size in reversed(shape[1:]):
            steps.append(steps[-1] * max(size, 1))
        stride = self.strides or (tuple(reversed(steps)) if shape else ())
        hooks: OrderedDict[str, Any] = OrderedDict()
        found = _Storage(self.storage), self.offset, tuple(shape), stride, False, hooks
        return _Name("torch._utils", "_rebuild_tensor_v2"), found


@dataclass(eq=False)
class _Storage:
    tensor: Tensor


class _Pickler(_PythonPickler):  # type: ignore[misc] # as above
    dispatch: ClassVar[dict[type, Callable[..., Any]]] = dict(_PythonPickler.dispatch)

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file, protocol=2)
        self.storages: list[Tensor] = []
        self._keys: dict[int, str] = {}
        self._names: dict[tuple[str, str], _Name] = {}

    def persistent_id(self, found: Any) -> Any:
        if not isinstance(found, _Storage):
            return None
        tensor = found.tensor
        if id(tensor) not in self._keys:
            self._keys[id(tensor)] = str(len(self._keys))
            self.storages.append(tensor)
        kind = _KINDS[tensor.numbers.dtype.str]
        return "storage", _Name("torch", kind), self._keys[id(tensor)], "cpu", tensor.numbers.size

    def save_name(self, found: _Name) -> None:
        # One object a name, for the memo goes by identity.
        same = self._names.setdefault((found.module, found.name), found)
        if id(same) in self.memo:
            self.write(self.get(self.memo[id(same)][0]))
            return
        self.write(f"c{same.module}\n{same.name}\n".encode())
        self.memoize(same)

    dispatch[_Name] = save_name


def save(
    path: Path, state: object, *, root: str | None = None, newest: bool = True, identity: bytes = b"0" * 40
) -> None:
    """Save as PyTorch 2.13 does, or (`newest` False) as Meta's did in 2022.

    `root` is the name at the time of saving; `identity` PyTorch computes, and reads never.
    """
    pickled = io.BytesIO()
    pickler = _Pickler(pickled)
    pickler.dump(state)
    members: list[tuple[str, Iterator[bytes] | None, int]] = [_plain("data.pkl", pickled.getvalue())]
    if newest:
        members += [
            _plain(".format_version", b"1"),
            _plain(".storage_alignment", b"64"),
            _plain("byteorder", b"little"),
        ]
    for number, tensor in enumerate(pickler.storages):
        size = tensor.numbers.nbytes
        blocks = None if tensor.sparse else iter([np.ascontiguousarray(tensor.numbers).tobytes()])
        members.append((f"data/{number}", blocks, size))
    members.append(_plain("version", b"3\n"))
    if newest:
        members.append(_plain(".data/serialization_id", identity))
    with path.open("wb") as file:
        _zip(file, root if root is not None else path.stem, members)


def _plain(name: str, content: bytes) -> tuple[str, Iterator[bytes], int]:
    return name, iter([content]), len(content)


def _zip(file: io.BufferedWriter, root: str, members: list[tuple[str, Iterator[bytes] | None, int]]) -> None:
    central = b""
    for short, blocks, size in members:
        name, at = f"{root}/{short}".encode(), file.tell()
        extra = -(at + 30 + len(name) + 4) % 64
        file.write(struct.pack("<4s5H3L2H", b"PK\3\4", 0, _FLAGS, 0, 0, 0, 0, 0, 0, len(name), extra + 4))
        file.write(name + b"FB" + struct.pack("<H", extra) + b"Z" * extra)
        crc = 0
        if blocks is None:
            file.seek(size, 1)
        for block in blocks or ():
            crc = zlib.crc32(block, crc)
            file.write(block)
        file.write(struct.pack("<4s3L", b"PK\7\x08", crc, size, size))
        far = b"" if at < _WIDE else struct.pack("<2HQ", 1, 8, at)
        central += struct.pack(
            "<4s6H3L5H2L", b"PK\1\2", 0, 0, _FLAGS, 0, 0, 0, crc, size, size, len(name), len(far), 0, 0, 0, 0,
            min(at, _WIDE),
        )  # fmt: skip
        central += name + far
    at, count, length = file.tell(), len(members), len(central)
    file.write(central)
    file.write(struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 0x031E, 0x2D, 0, 0, count, count, length, at))
    file.write(struct.pack("<4sLQL", b"PK\6\7", 0, at + length, 1))
    file.write(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, length, min(at, _WIDE), 0))

"""The head of a GGUF file: its metadata, and whether the weights that it announces are there.

Needed for what the runtime does not tell: the bytes of each token, which tokens are special, the context
length, and what is wrong with a file that does not load. Weights are never read.
Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little-endian.
"""

from __future__ import annotations

import math
import mmap
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from tgi.errors import UnreadableModel

Scalar: TypeAlias = int | float | bool | bytes
Value: TypeAlias = "Scalar | list[Value]"
T = TypeVar("T")

_MAGIC: Final = b"GGUF"
_VERSIONS: Final = (2, 3)
_STRING: Final = 8
_ARRAY: Final = 9
_NUMBERS: Final = {
    0: struct.Struct("<B"),
    1: struct.Struct("<b"),
    2: struct.Struct("<H"),
    3: struct.Struct("<h"),
    4: struct.Struct("<I"),
    5: struct.Struct("<i"),
    6: struct.Struct("<f"),
    7: struct.Struct("<?"),
    10: struct.Struct("<Q"),
    11: struct.Struct("<q"),
    12: struct.Struct("<d"),
}
_U32: Final = _NUMBERS[4]
_U64: Final = _NUMBERS[10]
_ALIGNMENT: Final = 32
# By tensor type: bytes of a block, and numbers in it (ggml.c, type_traits). Of others only the place is
# known.
_BLOCKS: Final = {
    0: (4, 1),  # F32
    1: (2, 1),  # F16
    2: (18, 32),  # Q4_0
    3: (20, 32),  # Q4_1
    6: (22, 32),  # Q5_0
    7: (24, 32),  # Q5_1
    8: (34, 32),  # Q8_0
    10: (84, 256),  # Q2_K
    11: (110, 256),  # Q3_K
    12: (144, 256),  # Q4_K
    13: (176, 256),  # Q5_K
    14: (210, 256),  # Q6_K
    30: (2, 1),  # BF16
}


def read_metadata(path: Path) -> dict[str, Value]:
    """Return every key of the head; texts stay bytes.

    Raises:
        UnreadableModel: no such file, not GGUF, or cut short.

    """
    return _read(path, lambda reader: reader.metadata())


def check_whole(path: Path) -> None:
    """Compare the file's size with what its head announces.

    Raises:
        UnreadableModel: no such file, not GGUF, or shorter than its tensors.

    """
    size, needed = _read(path, lambda reader: (reader.size, reader.end()))
    if size < needed:
        raise UnreadableModel(f"{path} is cut short: {size:,} of {needed:,} bytes are there.")


def _read(path: Path, read: Callable[[_Reader], T]) -> T:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as head:
            return read(_Reader(head))
    except FileNotFoundError:
        raise UnreadableModel(f"There is no model file at {path}.") from None
    except OSError as error:
        raise UnreadableModel(f"The model file {path} cannot be read: {error.strerror}.") from error
    except (struct.error, ValueError, IndexError, KeyError, MemoryError):
        raise UnreadableModel(f"{path} is not a whole GGUF model file.") from None


class _Reader:
    def __init__(self, head: mmap.mmap) -> None:
        self._head = head
        self._at = 0
        self._tensors = 0

    @property
    def size(self) -> int:
        return len(self._head)

    def metadata(self) -> dict[str, Value]:
        if self._head[:4] != _MAGIC:
            raise ValueError("magic")
        self._at = 4
        if self._number(_U32) not in _VERSIONS:
            raise ValueError("version")
        self._tensors = int(self._number(_U64))
        keys = int(self._number(_U64))
        return {self._text().decode(): self._value(int(self._number(_U32))) for _ in range(keys)}

    def end(self) -> int:
        """Return where the last tensor ends, or at least begins."""
        alignment = self.metadata().get("general.alignment", _ALIGNMENT)
        furthest = max((self._tensor_end() for _ in range(self._tensors)), default=0)
        if not isinstance(alignment, int) or alignment <= 0:
            raise ValueError("alignment")
        return math.ceil(self._at / alignment) * alignment + furthest

    def _tensor_end(self) -> int:
        self._text()
        count = math.prod(int(self._number(_U64)) for _ in range(int(self._number(_U32))))
        block, numbers = _BLOCKS.get(int(self._number(_U32)), (0, 1))
        return int(self._number(_U64)) + count // numbers * block

    def _number(self, form: struct.Struct) -> int | float | bool:
        (value,) = form.unpack_from(self._head, self._at)
        self._at += form.size
        number: int | float | bool = value
        return number

    def _text(self) -> bytes:
        size = int(self._number(_U64))
        text = self._head[self._at : self._at + size]
        if len(text) != size:
            raise ValueError("cut short")
        self._at += size
        return text

    def _value(self, kind: int) -> Value:
        if kind == _STRING:
            return self._text()
        if kind != _ARRAY:
            return self._number(_NUMBERS[kind])
        element = int(self._number(_U32))
        count = int(self._number(_U64))
        if element in (_STRING, _ARRAY):
            return [self._value(element) for _ in range(count)]
        form = struct.Struct(f"<{count}{_NUMBERS[element].format[-1]}")
        values: list[Value] = list(form.unpack_from(self._head, self._at))
        self._at += form.size
        return values

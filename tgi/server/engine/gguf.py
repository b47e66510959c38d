"""The metadata of a GGUF file: only the head is read, never the weights.

Needed for what the runtime does not tell: the bytes of each token, which tokens are special, the context
length. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, versions 2 and 3, little-endian.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Final, TypeAlias

from tgi.errors import UnreadableModel

Scalar: TypeAlias = int | float | bool | bytes
Value: TypeAlias = "Scalar | list[Value]"

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


def read_metadata(path: Path) -> dict[str, Value]:
    """Return every key of the head; texts stay bytes.

    Raises:
        UnreadableModel: no such file, not GGUF, or cut short.

    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as head:
            return _Reader(head).metadata()
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

    def metadata(self) -> dict[str, Value]:
        if self._head[:4] != _MAGIC:
            raise ValueError("magic")
        self._at = 4
        if self._number(_U32) not in _VERSIONS:
            raise ValueError("version")
        self._number(_U64)  # the tensors are the runtime's business
        keys = int(self._number(_U64))
        return {self._text().decode(): self._value(int(self._number(_U32))) for _ in range(keys)}

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

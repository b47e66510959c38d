"""Reads the pickle of a checkpoint without running anything from it.

A pickle may name any function to be called. Here the only names that mean something are those of which
tensors are made; every other (fairseq's, omegaconf's, argparse's) becomes a `Placeholder`, which keeps what
it is given and does nothing. Nothing is ever imported.
"""

from __future__ import annotations

import io
import math
import pickle
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Self

from tgi.opt.convert.archive import Archive
from tgi.opt.errors import TornPart

__all__ = ["Placeholder", "StoredTensor", "plain", "read_pickle"]

_DEEPEST: Final = 32


@dataclass(frozen=True)
class _Storage:
    kind: str
    key: str
    count: int


@dataclass(frozen=True)
class StoredTensor:
    """A tensor's place: `count` numbers of the storage `key` from `offset` on (all in numbers, not bytes)."""

    kind: str
    key: str
    offset: int
    shape: tuple[int, ...]
    stride: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)

    @property
    def contiguous(self) -> bool:
        """Whether its numbers lie one after another, last axis first."""
        step = 1
        for size, stride in zip(reversed(self.shape), reversed(self.stride), strict=True):
            if size != 1 and stride != step:
                return False
            step *= size
        return True


class Placeholder:
    """Stands for an object of a class that is not loaded: `fields` is what it was saved with."""

    def __new__(cls, *_args: object, **_named: object) -> Self:
        """Take any arguments: a pickle calls classes as it likes."""
        return super().__new__(cls)

    def __init__(self, *args: object, **_named: object) -> None:
        self.args = args
        self.fields: dict[Any, Any] = {}
        self.items: list[Any] = []

    def __setstate__(self, state: object) -> None:
        if isinstance(state, tuple) and state and isinstance(state[0], dict):
            state = state[0]
        if isinstance(state, dict):
            self.__dict__.setdefault("fields", {}).update(state)

    def __setitem__(self, key: object, value: object) -> None:
        self.__dict__.setdefault("fields", {})[key] = value

    def append(self, item: object) -> None:
        """Take an item, as a list does."""
        self.__dict__.setdefault("items", []).append(item)

    add = append


def read_pickle(archive: Archive) -> object:
    """The object that was saved, its tensors as `StoredTensor`. Raises TornPart."""
    try:
        return _Unpickler(io.BytesIO(archive.pickle)).load()
    # Whatever a damaged or hostile pickle provokes means the same: this is not a checkpoint.
    except Exception as error:
        raise TornPart(f"{archive.path.name} is damaged: its data.pkl cannot be read ({error}).") from error


def plain(value: object, depth: int = 0) -> object:
    """A configuration as dicts and values, whether it was saved as a dict, a Namespace or by omegaconf."""
    if depth > _DEEPEST:
        return None
    if isinstance(value, Placeholder):
        fields = value.__dict__.get("fields", {})
        if "_content" in fields:
            return plain(fields["_content"], depth + 1)
        return plain(fields.get("_val", fields), depth + 1)
    if isinstance(value, dict):
        return {key: plain(each, depth + 1) for key, each in value.items()}
    return value


def _tensor(
    storage: _Storage, offset: int, size: Iterable[int], stride: Iterable[int], *_rest: object
) -> StoredTensor:
    found = StoredTensor(
        storage.kind, storage.key, int(offset), tuple(map(int, size)), tuple(map(int, stride))
    )
    if found.offset < 0 or min(found.shape, default=0) < 0 or len(found.shape) != len(found.stride):
        raise ValueError("a tensor of impossible size")
    return found


def _parameter(tensor: StoredTensor, *_rest: object) -> StoredTensor:
    return tensor


def _size(sizes: Iterable[int] = ()) -> tuple[int, ...]:
    return tuple(map(int, sizes))


_KNOWN: Final[dict[tuple[str, str], Callable[..., Any]]] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _tensor,
    ("torch._utils", "_rebuild_parameter"): _parameter,
    ("torch", "Size"): _size,
}


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Callable[..., Any]:
        known = _KNOWN.get((module, name))
        return type(name, (Placeholder,), {"module": module}) if known is None else known

    def persistent_load(self, pid: Any) -> _Storage:  # noqa: ANN401 - what a pickle holds
        _kind, storage, key, _device, count = pid
        return _Storage(storage.__name__, str(key), int(count))

"""How models lie in Redis: JSON without nulls, deflated against a dictionary of what every room repeats.

The stream's own header names the dictionary (RFC 1950, FDICT and DICTID), so that one can be added without
touching what is stored. A dictionary that was ever released stays as it is for good.
"""

from __future__ import annotations

import json
import zlib
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel

_NEWEST = "1"
_HAS_DICTIONARY = 0x20  # a bit of the second byte; the four that follow are the dictionary's Adler-32
_HEADER = 6
_LARGE = 65_536  # bytes of JSON


def encode(model: BaseModel) -> bytes:
    """A model's bytes, without fields that are None."""
    return _packed(model.model_dump_json(exclude_none=True).encode())


def encode_plain(stored: dict[str, Any]) -> bytes:
    """The bytes of a JSON object that `decode` gave."""
    return _packed(json.dumps(stored, ensure_ascii=False, separators=(",", ":")).encode())


def decode(stored: bytes) -> dict[str, Any]:
    """The JSON object in stored bytes.

    Raises:
        ValueError: they are no bytes of `encode`, or their dictionary is not known here.

    """
    if len(stored) < _HEADER or not stored[1] & _HAS_DICTIONARY:
        raise ValueError("not a stored model")
    named = int.from_bytes(stored[2:_HEADER])
    if named not in _dictionaries():
        raise ValueError(f"packed with the unknown dictionary {named:#010x}")
    packed = zlib.decompressobj(zdict=_dictionaries()[named])
    found: dict[str, Any] = json.loads(packed.decompress(stored) + packed.flush())
    return found


def _packed(plain: bytes) -> bytes:
    level = 9 if len(plain) < _LARGE else 6  # a third of the time, for a hundredth of the bytes
    packer = zlib.compressobj(level=level, zdict=_dictionary(_NEWEST))
    return packer.compress(plain) + packer.flush()


@cache
def _dictionary(name: str) -> bytes:
    return files(__package__).joinpath("dictionaries", f"{name}.txt").read_bytes()


@cache
def _dictionaries() -> dict[int, bytes]:
    folder = files(__package__).joinpath("dictionaries")
    every = [file.read_bytes() for file in folder.iterdir() if file.name.endswith(".txt")]
    return {zlib.adler32(each): each for each in every}

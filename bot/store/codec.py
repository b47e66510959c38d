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


def encode(model: BaseModel) -> bytes:
    """A model's bytes, without fields that are None."""
    plain = model.model_dump_json(exclude_none=True).encode()
    packer = zlib.compressobj(level=9, zdict=_dictionary(_NEWEST))
    return packer.compress(plain) + packer.flush()


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


@cache
def _dictionary(name: str) -> bytes:
    return files(__package__).joinpath("dictionaries", f"{name}.txt").read_bytes()


@cache
def _dictionaries() -> dict[int, bytes]:
    folder = files(__package__).joinpath("dictionaries")
    every = [file.read_bytes() for file in folder.iterdir() if file.name.endswith(".txt")]
    return {zlib.adler32(each): each for each in every}

"""How models lie in Redis: JSON without nulls, deflated where that is smaller.

Deflated bytes begin with 0x78 (RFC 1950), JSON objects with a brace, so that a reader needs no mark.
"""

from __future__ import annotations

import json
import zlib
from typing import Any

from pydantic import BaseModel


def encode(model: BaseModel) -> bytes:
    """A model's bytes, without fields that are None."""
    plain = model.model_dump_json(exclude_none=True).encode()
    packed = zlib.compress(plain, 9)
    return packed if len(packed) < len(plain) else plain


def decode(stored: bytes) -> dict[str, Any]:
    """The JSON object in stored bytes."""
    plain = stored if stored.startswith(b"{") else zlib.decompress(stored)
    found: dict[str, Any] = json.loads(plain)
    return found

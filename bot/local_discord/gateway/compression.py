"""How frames go over the socket: as text, or through one of the compressions that Discord offers.

A transport compression has one context a connection and flushes it after each frame, so that a frame can be
read as soon as it is there. Payload compression has no context, and leaves small frames alone.
"""

from __future__ import annotations

import zlib
from typing import Protocol

import zstandard

__all__ = ["TRANSPORTS", "Codec", "Payloads", "Plain", "ZlibStream", "ZstdStream"]

_WORTH_IT = 1024


class Codec(Protocol):
    """Makes of a frame's text what is sent: text, or bytes."""

    def encode(self, text: str) -> str | bytes:
        """The frame on the wire."""


class Plain:
    """No compression."""

    def encode(self, text: str) -> str | bytes:
        """The text itself."""
        return text


class Payloads:
    """`"compress": true` of an identify: each larger frame is a whole zlib stream (RFC 1950)."""

    def encode(self, text: str) -> str | bytes:
        """The text, or its compressed bytes where that is worth it."""
        return zlib.compress(text.encode()) if len(text) >= _WORTH_IT else text


class ZlibStream:
    """`zlib-stream`: each frame ends with Z_SYNC_FLUSH's 00 00 ff ff."""

    def __init__(self) -> None:
        self._context = zlib.compressobj()

    def encode(self, text: str) -> str | bytes:
        """The frame's part of the stream."""
        return self._context.compress(text.encode()) + self._context.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    """`zstd-stream`: one zstd frame as long as the connection, flushed as a block for each message."""

    def __init__(self) -> None:
        self._context = zstandard.ZstdCompressor().compressobj()

    def encode(self, text: str) -> str | bytes:
        """The frame's part of the stream."""
        packed = self._context.compress(text.encode())
        return packed + self._context.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


TRANSPORTS: dict[str, type[Codec]] = {"": Plain, "zlib-stream": ZlibStream, "zstd-stream": ZstdStream}
"""By the value of the query's `compress`."""

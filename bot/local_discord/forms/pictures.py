"""The size of a picture, from the first bytes of its file: PNG, GIF and JPEG."""

from __future__ import annotations

import struct

__all__ = ["size_of"]

_PNG, _GIF, _JPEG = b"\x89PNG\r\n\x1a\n", b"GIF8", b"\xff\xd8"
_PNG_HEAD, _GIF_HEAD = 24, 10
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of JPEG after which the size stands."""


def size_of(content: bytes) -> tuple[int, int] | None:
    """Width and height in pixels; None for what is no such picture."""
    if content.startswith(_PNG) and len(content) >= _PNG_HEAD:
        width, height = struct.unpack(">II", content[16:24])
        return int(width), int(height)
    if content.startswith(_GIF) and len(content) >= _GIF_HEAD:
        width, height = struct.unpack("<HH", content[6:10])
        return int(width), int(height)
    return _jpeg(content) if content.startswith(_JPEG) else None


def _jpeg(content: bytes) -> tuple[int, int] | None:
    """Go from segment to segment until the frame's."""
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - begins every segment
        if content[at + 1] in _FRAMES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return int(width), int(height)
        at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None

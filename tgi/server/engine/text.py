"""Which part of a text belongs to which token: upstreams tell the two apart only in part.

Names of tokens as vocabularies write them become bytes; a piece of streamed text is shared out among the
tokens that it came with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

PARTIAL: Final = "\ufffd"
"""What a part of a character decodes to."""

_BYTE_NAME: Final = re.compile(r"<0x([0-9A-F]{2})>")


def share(text: str, alone: Sequence[str]) -> list[str]:
    """Give each token its whole characters of `text`; `alone` is what each decodes to by itself.

    A token that ends inside a character gets nothing, and the one that completes it all of it. Decoding by
    itself loses a SentencePiece word's space, which is found again here. Nothing of `text` is lost.
    """
    parts: list[str] = []
    at = 0
    for index, one in enumerate(alone):
        last = index == len(alone) - 1
        found = -1 if not one or PARTIAL in one else text.find(one, at)
        if found < 0 and not last:
            parts.append("")
            continue
        if found > at and index > 0 and PARTIAL in alone[index - 1]:
            cut = found - (text[found - 1] == " ")  # the space is this word's own
            parts[-1] += text[at:cut]
            at = cut
        end = len(text) if last else found + len(one)
        parts.append(text[at:end])
        at = end
    return parts


def pieces(text: str, names: Sequence[str]) -> list[bytes]:
    """Turn a tokenized text's names, as the vocabulary writes them, into the bytes that they stand for.

    Byte-level BPE and SentencePiece write them differently, and only the text tells which it was.
    """
    readings = [[read(name) for name in names] for read in (byte_level, sentencepiece)]
    return max(readings, key=lambda reading: _covered(text.encode(), reading))


def byte_level(name: str) -> bytes:
    """Read a name of byte-level BPE (openai/gpt-2, src/encoder.py); a special token's is kept as it is."""
    try:
        return bytes(_UNITS[character] for character in name)
    except KeyError:
        return name.encode()


def sentencepiece(name: str) -> bytes:
    """Read a name of SentencePiece, with its byte tokens."""
    if match := _BYTE_NAME.fullmatch(name):
        return bytes([int(match[1], 16)])
    return name.replace("▁", " ").encode()


def is_byte(name: str) -> bool:
    """Tell whether this is the name of one of SentencePiece's byte tokens."""
    return _BYTE_NAME.fullmatch(name) is not None


def _covered(text: bytes, reading: Sequence[bytes]) -> int:
    """Count the bytes of `text` that the pieces follow, special tokens and an added space aside."""
    at = 0
    for piece in reading:
        for form in (piece, piece.removeprefix(b" ")):
            if form and text.startswith(form, at):
                at += len(form)
                break
    return at


def _units() -> Mapping[str, int]:
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    moved = (byte for byte in range(256) if byte not in plain)
    return {chr(byte): byte for byte in plain} | {chr(256 + index): byte for index, byte in enumerate(moved)}


_UNITS: Final = _units()

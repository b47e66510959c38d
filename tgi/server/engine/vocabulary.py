"""A model's tokens as bytes, and bytes back to text that never shows half a character.

Read from the GGUF head, because the runtime reports a token's id only together with text that is complete:
the ids of a character that spans several tokens have to be found again from its bytes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from typing import Final

from tgi.errors import UnreadableModel
from tgi.server.engine.gguf import Value

_CONTROL: Final = 3
_BYTE: Final = 6
# Tokens that end a text, which some files do not mark as special.
_ENDS: Final = ("eos", "eot", "eom")
_BYTE_NAME: Final = re.compile(rb"<0x([0-9A-F]{2})>")


class Vocabulary:
    """Token ids, their bytes, and which of them are special."""

    def __init__(self, pieces: list[bytes], special: frozenset[int]) -> None:
        self._pieces = pieces
        self._special = special
        self._ids = {piece: id_ for id_, piece in enumerate(pieces) if id_ not in special}

    @classmethod
    def from_metadata(cls, metadata: Mapping[str, Value]) -> Vocabulary:
        """Build from a GGUF head.

        Raises:
            UnreadableModel: the file has no tokenizer, or one of an unknown kind.

        """
        names = metadata.get("tokenizer.ggml.tokens")
        if not isinstance(names, list):
            raise UnreadableModel("The model file has no tokenizer.")
        kinds = metadata.get("tokenizer.ggml.token_type")
        kinds = kinds if isinstance(kinds, list) else [1] * len(names)
        match metadata.get("tokenizer.ggml.model"):
            case b"gpt2":
                unit = _gpt2_bytes()
                pieces = [
                    name if kind == _CONTROL else _from_gpt2(name, unit)
                    for name, kind in zip(names, kinds, strict=True)
                    if isinstance(name, bytes)
                ]
            case b"llama":
                pieces = [
                    _from_sentencepiece(name, kind)
                    for name, kind in zip(names, kinds, strict=True)
                    if isinstance(name, bytes)
                ]
            case other:
                kind = other.decode(errors="replace") if isinstance(other, bytes) else "none"
                raise UnreadableModel(
                    f"Tokenizers of the kind {kind} are not supported; gpt2 (byte-level BPE) and llama "
                    "(SentencePiece) are."
                )
        ends = {metadata.get(f"tokenizer.ggml.{name}_token_id") for name in _ENDS}
        return cls(
            pieces, frozenset(id_ for id_, kind in enumerate(kinds) if kind == _CONTROL or id_ in ends)
        )

    def __len__(self) -> int:
        return len(self._pieces)

    def piece(self, id_: int) -> bytes:
        """Return the bytes of a token; for a special token, its name."""
        return self._pieces[id_]

    def is_special(self, id_: int) -> bool:
        """Tell whether the token is not text but a sign to the model."""
        return id_ in self._special

    @property
    def unknown(self) -> int:
        """The token of U+FFFD, or of its first byte, or the first of all."""
        character = "\ufffd".encode()
        return self._ids.get(character, self._ids.get(character[:1], 0))

    def split(self, text: bytes, count: int) -> list[int] | None:
        """Find `count` tokens whose bytes are exactly `text`, the longest first; None if there are none."""
        if count == 0:
            return [] if not text else None
        for size in range(len(text) - count + 1, 0, -1):
            first = self._ids.get(text[:size])
            if first is None:
                continue
            rest = self.split(text[size:], count - 1)
            if rest is not None:
                return [first, *rest]
        return None


class WholeCharacters:
    """Turns pieces into text: nothing while a character is incomplete, then all of it."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")

    def feed(self, piece: bytes) -> str:
        """Return what has become complete."""
        return self._decoder.decode(piece)


def _gpt2_bytes() -> dict[str, int]:
    """Undo byte-level BPE's disguise of bytes as printable characters (openai/gpt-2, src/encoder.py)."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    unit = {chr(byte): byte for byte in plain}
    moved = (byte for byte in range(256) if byte not in plain)
    return unit | {chr(256 + index): byte for index, byte in enumerate(moved)}


def _from_gpt2(name: bytes, unit: Mapping[str, int]) -> bytes:
    try:
        return bytes(unit[character] for character in name.decode())
    except (KeyError, UnicodeDecodeError):  # an added token is kept as it is written
        return name


def _from_sentencepiece(name: bytes, kind: Value) -> bytes:
    if kind == _BYTE and (match := _BYTE_NAME.fullmatch(name)):
        return bytes([int(match[1], 16)])
    return name.replace("▁".encode(), b" ")

"""Folders with a tokenizer, written by hand: 256 bytes, what merges are asked for, and `</s>`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.tgi.server.engine.upstream.fakes import BYTE, disguised

END = 256


def byte_letter(byte: int) -> str:
    return disguised(BYTE + byte)


def byte_folder(folder: Path, *, merges: Sequence[str] = (), config: dict[str, object] | None = None) -> Path:
    """Byte-level BPE whose ids are the bytes; `merges` are words of two letters, with ids from 257."""
    vocabulary = {byte_letter(byte): byte for byte in range(256)}
    vocabulary |= {"</s>": END, **{word: END + 1 + at for at, word in enumerate(merges)}}
    plain = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    model = {"type": "BPE", "vocab": vocabulary, "merges": [list(word) for word in merges]}
    _write(folder, model, plain, plain, END)
    told = {"eos_token": "</s>", "bos_token": {"content": "</s>"}} if config is None else config
    (folder / "tokenizer_config.json").write_text(json.dumps(told))
    return folder


def sentencepiece_folder(folder: Path) -> Path:
    """SentencePiece as Llama's files have it: `▁` for spaces, and bytes for what is unknown."""
    vocabulary = {"<unk>": 0, **{f"<0x{byte:02X}>": 1 + byte for byte in range(256)}, "▁": 257}
    vocabulary |= {letter: 258 + at for at, letter in enumerate("abc")} | {"</s>": 261}
    model = {
        "type": "BPE",
        "vocab": vocabulary,
        "merges": [],
        "unk_token": "<unk>",
        "fuse_unk": True,
        "byte_fallback": True,
    }
    marked = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
    back = {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}
    decoder = {"type": "Sequence", "decoders": [back, {"type": "ByteFallback"}, {"type": "Fuse"}]}
    _write(folder, model, None, decoder, 261, normalizer=marked)
    return folder


def _write(  # noqa: PLR0917 - the parts of the file, in its order
    folder: Path, model: object, before: object, decoder: object, end: int, normalizer: object = None
) -> None:
    ending = {"id": end, "content": "</s>", "special": True}
    ending |= {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    parts = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [ending],
        "normalizer": normalizer,
        "pre_tokenizer": before,
        "post_processor": None,
        "decoder": decoder,
        "model": model,
    }
    (folder / "tokenizer.json").write_text(json.dumps(parts), encoding="utf-8")

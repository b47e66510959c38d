"""The head of a model file: read whole, or refused with a sentence."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.tgi.server.engine.llama_cpp.lora import write_lora
from tgi.errors import UnreadableModel
from tgi.server.engine.gguf import check_whole, read_metadata


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


def head(*entries: bytes, version: int = 3) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", version, 0, len(entries)) + b"".join(entries)


def key(name: bytes, kind: int, value: bytes) -> bytes:
    return text(name) + struct.pack("<I", kind) + value


WHOLE = head(
    key(b"name", 8, text(b"small")),
    key(b"length", 4, struct.pack("<I", 2048)),
    key(b"scale", 6, struct.pack("<f", 0.5)),
    key(b"tied", 7, b"\x01"),
    key(b"kinds", 9, struct.pack("<IQ3i", 5, 3, 1, -3, 6)),
    key(b"tokens", 9, struct.pack("<IQ", 8, 2) + text(b"a") + text("é".encode())),
    key(b"nested", 9, struct.pack("<IQ", 9, 1) + struct.pack("<IQ", 0, 2) + b"\x07\x08"),
)


def test_every_kind_of_value_is_read(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(WHOLE + b"tensors")
    assert read_metadata(path) == {
        "name": b"small",
        "length": 2048,
        "scale": 0.5,
        "tied": True,
        "kinds": [1, -3, 6],
        "tokens": [b"a", "é".encode()],
        "nested": [[7, 8]],
    }


@pytest.mark.parametrize("size", range(0, len(WHOLE), 7))
def test_a_file_that_is_cut_short_anywhere_is_refused(tmp_path: Path, size: int) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(WHOLE[:size])
    with pytest.raises(UnreadableModel, match="is not a whole GGUF model file"):
        read_metadata(path)


@pytest.mark.parametrize(
    "content",
    [
        b"PK" + WHOLE,
        head(version=1),
        head(key(b"x", 99, b"")),
        head(text(b"\xff") + struct.pack("<I", 7) + b"\x01"),
        head(key(b"x", 9, struct.pack("<IQ", 4, 2**62))),
        head(key(b"x", 8, struct.pack("<Q", 2**63))),
    ],
)
def test_what_is_no_model_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(UnreadableModel, match="is not a whole GGUF model file"):
        read_metadata(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableModel, match=r"There is no model file at .*gone\.gguf"):
        read_metadata(tmp_path / "gone.gguf")
    with pytest.raises(UnreadableModel, match="cannot be read"):
        read_metadata(tmp_path)


def test_a_file_without_all_of_its_weights_is_told_from_a_whole_one(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    write_lora(path)
    check_whole(path)
    whole = path.read_bytes()
    path.write_bytes(whole + b"more")
    check_whole(path)
    for size in (len(whole) - 1, len(whole) - 4000):
        path.write_bytes(whole[:size])
        with pytest.raises(
            UnreadableModel, match=rf"is cut short: {size:,} of {len(whole):,} bytes are there\.$"
        ):
            check_whole(path)
    path.write_bytes(whole[:100])
    with pytest.raises(UnreadableModel, match="is not a whole GGUF model file"):
        check_whole(path)


def test_an_alignment_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(head(key(b"general.alignment", 4, struct.pack("<I", 0))))
    with pytest.raises(UnreadableModel, match="is not a whole GGUF model file"):
        check_whole(path)

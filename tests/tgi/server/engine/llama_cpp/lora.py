"""A LoRA adapter for the small model, written by hand: large enough a change that its texts are others."""

from __future__ import annotations

import random
import struct
from pathlib import Path

WIDTH = 576
HIDDEN = 1536
LAYER = 15
RANK = 2
_TEXT = 8
_F32 = 6
_ALIGNMENT = 32


def write_lora(
    path: Path, *, architecture: str = "llama", kind: str = "adapter", adapter: str = "lora"
) -> None:
    """Change how layer 15 writes its result (`ffn_down`), by a product of rank 2."""
    source = random.Random(1)
    keys = [
        _text("general.type") + struct.pack("<I", _TEXT) + _text(kind),
        _text("general.architecture") + struct.pack("<I", _TEXT) + _text(architecture),
        _text("adapter.type") + struct.pack("<I", _TEXT) + _text(adapter),
        _text("adapter.lora.alpha") + struct.pack("<If", _F32, RANK),
    ]
    tensors = {"lora_a": (HIDDEN, RANK), "lora_b": (RANK, WIDTH)}
    described, weights = b"", b""
    for name, (columns, rows) in tensors.items():
        described += _text(f"blk.{LAYER}.ffn_down.weight.{name}")
        described += struct.pack("<IQQIQ", 2, columns, rows, 0, len(weights))
        weights += struct.pack(f"<{columns * rows}f", *(source.gauss(0, 1) for _ in range(columns * rows)))
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(keys)) + b"".join(keys) + described
    path.write_bytes(head + bytes(-len(head) % _ALIGNMENT) + weights)


def _text(value: str) -> bytes:
    return struct.pack("<Q", len(value)) + value.encode()

"""Ways to spoil a folder of safetensors."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from tests.tgi.opt import vocabulary
from tests.tgi.opt.converting import weights_of


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.safetensors"))


def change(path: Path, how: Callable[[Any], object]) -> None:
    """Change a JSON file."""
    value = json.loads(path.read_text())
    how(value)
    path.write_text(json.dumps(value))


def rewrite(path: Path, how: Callable[[dict[str, Any]], object]) -> None:
    """Change the tensors of a file."""
    tensors = load_file(path)
    how(tensors)
    save_file(tensors, path, metadata={"format": "pt"})


def holder(folder: Path, tensor: str) -> Path:
    index = json.loads((folder / "model.safetensors.index.json").read_text())
    return folder / str(index["weight_map"][tensor])


BIAS = "model.decoder.layers.1.fc2.bias"


def without(folder: Path, tensor: str) -> None:
    rewrite(holder(folder, tensor), lambda t: t.pop(tensor))


def put(folder: Path, tensor: str, numbers: Any) -> None:
    rewrite(holder(folder, tensor), lambda t: t.update({tensor: numbers}))


def nan(folder: Path) -> None:
    numbers = np.zeros(32, "<f2")
    numbers[[3, 5]] = np.nan, np.inf
    put(folder, BIAS, numbers)


def one_file(folder: Path) -> None:
    weights = weights_of(folder)
    for path in files(folder):
        path.unlink()
    weights.pop(BIAS)
    save_file(weights, folder / "model.safetensors")
    (folder / "model.safetensors.index.json").unlink()
    (folder / "SHA256SUMS").unlink()


def drop(*paths: Path) -> None:
    for path in paths:
        path.unlink()


def append(path: Path, more: bytes) -> None:
    path.write_bytes(path.read_bytes() + more)


def cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


def other_tokenizer(folder: Path) -> None:
    ids = vocabulary.meta(folder / "other")
    change(folder / "tokenizer.json", lambda t: t.update(
        added_tokens=[], post_processor=None,
        model={**t["model"], "vocab": {("#" if token == "</s>" else token): n for token, n in ids.items()
                                       if token != "#"}, "merges": []}))  # fmt: skip

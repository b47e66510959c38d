"""What `/info` gives as the model's revision, where no hub names one: a sum over what would change it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tgi import weights

_WHOLE = ("config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json")
_HEAD = 1 << 20


def revision_of(model: Path) -> str:
    """Return a sha256: of a file, all of it; of a folder, its small files and the head of each shard.

    Weights of hundreds of gigabytes are not read: a shard counts with its name, its size and its first MiB,
    which in safetensors holds the header. `storyroom-tgi opt verify` reads them whole.
    """
    if model.is_file():
        return weights.sha256_of(model)
    sum_ = hashlib.sha256()
    for path in sorted(model.iterdir()):
        if path.name in _WHOLE:
            _add(sum_, path, path.stat().st_size)
        elif path.suffix in {".safetensors", ".bin"}:
            _add(sum_, path, _HEAD)
    return sum_.hexdigest()


def _add(sum_: hashlib._Hash, path: Path, most: int) -> None:
    sum_.update(f"{path.name}\0{path.stat().st_size}\0".encode())
    with path.open("rb") as file:
        sum_.update(file.read(most))

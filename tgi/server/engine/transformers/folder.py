"""Is a folder a whole model? Looked at before PyTorch is, in the files' heads, which takes no time."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, Final

from tgi.errors import UnreadableModel
from tgi.opt.headers import BadFile, Entry, read_header

_INDEX: Final = "model.safetensors.index.json"
_WHOLE: Final = "model.safetensors"
_OLD_INDEX: Final = "pytorch_model.bin.index.json"
_OLD_WHOLE: Final = "pytorch_model.bin"
_FLOATS: Final = {"F64", "F32", "F16", "BF16"}


@dataclass(frozen=True)
class Folder:
    """A folder with a model: its config.json, and how many numbers and bytes its weights have.

    `others` are bytes of weights that are no floats, which keep their format when a model is loaded.
    """

    path: Path
    config: dict[str, Any]
    floats: int
    others: int


def look(path: Path) -> Folder:
    """Look at the files of a model.

    Raises:
        UnreadableModel: it has no model, or only a part of one.

    """
    if not path.is_dir():
        raise UnreadableModel(f"There is no folder at {path}.")
    if not (path / "config.json").is_file():
        raise UnreadableModel(f"{path} holds no model: it has no config.json.")
    config = _json(path / "config.json")
    if not isinstance(config.get("model_type"), str):
        raise UnreadableModel(f"{path / 'config.json'} is no model's: it names no model_type.")
    if (path / _INDEX).is_file():
        entries = _shards(path, path / _INDEX)
    elif (path / _WHOLE).is_file():
        entries = _entries(path / _WHOLE)
    else:
        return Folder(path, config, *_old(path))
    floats = sum(prod(entry.shape) for entry in entries.values() if entry.code in _FLOATS)
    others = sum(entry.end - entry.begin for entry in entries.values() if entry.code not in _FLOATS)
    return Folder(path, config, floats, others)


def _shards(path: Path, index: Path) -> dict[str, Entry]:
    wanted = _map(index)
    _all_there(path, wanted.values())
    found: dict[str, Entry] = {}
    for name in sorted(set(wanted.values())):
        here = _entries(path / name)
        lost = next((tensor for tensor, file in wanted.items() if file == name and tensor not in here), None)
        if lost is not None:
            raise UnreadableModel(f"{path / name} lacks {lost}, which {_INDEX} says it has.")
        found |= here
    return found


def _old(path: Path) -> tuple[int, int]:
    """Count PyTorch's own files, whose heads only it can read: as if all numbers had 2 bytes."""
    if (path / _OLD_INDEX).is_file():
        names = set(_map(path / _OLD_INDEX).values())
        _all_there(path, names)
    elif (path / _OLD_WHOLE).is_file():
        names = {_OLD_WHOLE}
    else:
        raise UnreadableModel(f"{path} has a config.json and no weights: there is no {_WHOLE}.")
    return sum((path / name).stat().st_size for name in names) // 2, 0


def _map(index: Path) -> dict[str, str]:
    table = _json(index).get("weight_map")
    if not isinstance(table, dict) or not table:
        raise UnreadableModel(f"{index} names no weights.")
    return {str(tensor): str(file) for tensor, file in table.items()}


def _all_there(path: Path, names: Iterable[str]) -> None:
    wanted = sorted(set(names))
    missing = [name for name in wanted if not (path / name).is_file()]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise UnreadableModel(
            f"{path} is a part of a model: of {len(wanted)} files of weights {missing[0]}{more} "
            f"{'are' if more else 'is'} missing."
        )


def _entries(file: Path) -> dict[str, Entry]:
    try:
        return read_header(file).tensors
    except BadFile as error:
        raise UnreadableModel(f"{file} {error}.") from error
    except OSError as error:
        raise UnreadableModel(f"{file} cannot be read: {error.strerror}.") from error


def _json(file: Path) -> dict[str, Any]:
    try:
        found: Any = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableModel(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UnreadableModel(f"{file} is not JSON: {error}.") from error
    if not isinstance(found, dict):
        raise UnreadableModel(f"{file} holds no object.")
    return found

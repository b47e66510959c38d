"""The tokenizer of a folder; without a tokenizer.json, one is made of the files that older models have."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tgi.errors import UnreadableModel
from tgi.opt.convert.tokenizer import find_tokenizer
from tgi.opt.errors import OptError
from tgi.server.engine.tokenizer import LocalTokenizer


@dataclass(frozen=True)
class Words:
    """A tokenizer, its tokenizer.json's text, and how many ids it gives: one more than the highest."""

    tokenizer: LocalTokenizer
    text: str
    size: int


def read_words(folder: Path, kind: str) -> Words:
    """Read the tokenizer of a model of this kind (`model_type`).

    Raises:
        UnreadableModel: there is none.
        NoRuntime: the package `tokenizers` is missing.

    """
    file = folder / "tokenizer.json"
    if file.is_file():
        tokenizer, text = LocalTokenizer.load(folder), file.read_text(encoding="utf-8")
        return Words(tokenizer, text, _size(json.loads(text)))
    text = _opt(folder) if kind == "opt" else _converted(folder)
    return words_of(text, folder)


def words_of(text: str, folder: Path) -> Words:
    """Take a tokenizer.json's text; the names of special tokens and the chat template are the folder's."""
    from tokenizers import Tokenizer  # noqa: PLC0415 - an optional package

    layout = json.loads(text)
    return Words(LocalTokenizer(Tokenizer.from_str(text), layout, folder), text, _size(layout))


def _size(layout: dict[str, Any]) -> int:
    vocabulary = layout["model"]["vocab"]
    last = len(vocabulary) - 1 if isinstance(vocabulary, list) else max(vocabulary.values(), default=-1)
    return 1 + max(last, *(int(one["id"]) for one in layout.get("added_tokens") or ()), -1)


def _opt(folder: Path) -> str:
    """Make it of vocab.json and merges.txt, with `</s>` before each prompt as OPT was trained."""
    if not all((folder / name).is_file() for name in ("vocab.json", "merges.txt")):
        raise UnreadableModel(
            f"{folder} has no tokenizer: neither tokenizer.json nor vocab.json with merges.txt."
        )
    try:
        with TemporaryDirectory() as name:
            made = Path(name)
            find_tokenizer(folder).write(made)
            return (made / "tokenizer.json").read_text(encoding="utf-8")
    except OptError as error:
        raise UnreadableModel(str(error)) from error


def _converted(folder: Path) -> str:
    from transformers import AutoTokenizer  # noqa: PLC0415 - slow, and rarely needed

    try:
        made: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        return str(made.backend_tokenizer.to_str())
    except Exception as error:
        # Each tokenizer fails in its own way; a slow one has no backend.
        raise UnreadableModel(
            f"{folder} has no tokenizer.json, and none can be made of its files."
        ) from error

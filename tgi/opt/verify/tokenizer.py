"""Whether the tokenizer of a folder goes with its configuration."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from tgi.opt.convert.tokenizer import MOST_PADDING
from tgi.opt.verify.report import Report

__all__ = ["hold_tokenizer"]

_USUAL = {"bos": "</s>", "eos": "</s>", "pad": "<pad>"}
_NAMING = ("tokenizer_config.json", "special_tokens_map.json")


def hold_tokenizer(report: Report, config: dict[str, Any]) -> None:
    """There is one, its ids go with the word embeddings, its special tokens with the configuration's ids."""
    found = _read(report, report.folder)
    if found is None:
        return
    file, ids = found
    if not ids:
        report.fault(file, "has no tokens")
        return
    count = 1 + max(ids.values())
    words = count if report.shape is None else report.shape.vocabulary
    if not words - MOST_PADDING <= count <= words:
        report.fault(
            file, f"has {count:,} ids, and config.json a vocab_size of {words:,}: it is another model's"
        )
    named = _named(report)
    for kind, usual in _USUAL.items():
        number, token = config.get(f"{kind}_token_id"), named.get(f"{kind}_token", usual)
        if not isinstance(number, int):
            continue
        if token not in ids:
            report.fault(file, f"has no {token}, which config.json gives the id {number}")
        elif ids[token] != number:
            report.fault(file, f"gives {token} the id {ids[token]}, and config.json {number}")


def _named(report: Report) -> dict[str, str]:
    """The special tokens as they are named beside the tokenizer, the configuration before the map."""
    found: dict[str, str] = {}
    for name in reversed(_NAMING):
        path = report.folder / name
        try:
            table: Any = json.loads(path.read_text("utf-8")) if path.is_file() else {}
            for key, token in table.items():
                content = token.get("content") if isinstance(token, dict) else token
                if isinstance(content, str):
                    found[key] = content
        except (OSError, ValueError, AttributeError, RecursionError) as error:
            report.fault(name, f"cannot be read: {error!r}")
    return found


def _read(report: Report, folder: Path) -> tuple[str, dict[str, int]] | None:
    whole, vocabulary = folder / "tokenizer.json", folder / "vocab.json"
    try:
        if whole.is_file():
            return whole.name, _ids_of(whole)
        if vocabulary.is_file() and (folder / "merges.txt").is_file():
            ids: Any = json.loads(vocabulary.read_text("utf-8"))
            return vocabulary.name, {str(token): int(number) for token, number in ids.items()}
    except Exception as error:  # noqa: BLE001 - the library raises plain Exception for what it cannot read
        report.fault(whole.name if whole.is_file() else vocabulary.name, f"cannot be read: {error}")
        return None
    report.fault(".", "there is no tokenizer: neither tokenizer.json nor vocab.json with merges.txt")
    return None


def _ids_of(path: Path) -> dict[str, int]:
    found: dict[str, int] = Tokenizer.from_file(str(path)).get_vocab(with_added_tokens=True)
    return found

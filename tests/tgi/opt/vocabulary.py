"""A small tokenizer of OPT's kind, trained in a moment, in each way that its files come."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from tokenizers import ByteLevelBPETokenizer

__all__ = ["TEXTS", "hugging_face", "meta", "openai"]

_SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
_ROOT = Path(__file__).parents[3]
TEXTS = (
    "A lighthouse keeper finds a letter addressed to her, dated tomorrow.",
    " Two  spaces,\na new line\tand a tab; don't, won't, it's 1984.",
    "灯塔看守人收到一封明天寄出的信。Ünïcödé — “quotes” 🎬",
    "",
)


@cache
def _trained(words: int) -> tuple[dict[str, int], list[str]]:
    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(
        [(_ROOT / "README.md").read_text("utf-8"), *TEXTS],
        vocab_size=words,
        min_frequency=2,
        show_progress=False,
    )
    model = json.loads(tokenizer._tokenizer.to_str())["model"]
    merges = [pair if isinstance(pair, str) else " ".join(pair) for pair in model["merges"]]
    return dict(sorted(model["vocab"].items(), key=lambda item: item[1])), merges


def meta(folder: Path, words: int = 300) -> dict[str, int]:
    """Meta's gpt2-vocab.json (OPT's ids) and gpt2-merges.txt; the ids."""
    own, merges = _trained(words)
    ids = {token: number for number, token in enumerate([*_SPECIALS, *own])}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gpt2-vocab.json").write_text(json.dumps(ids), "utf-8")
    _write_merges(folder / "gpt2-merges.txt", merges)
    return ids


def openai(folder: Path, words: int = 300) -> dict[str, int]:
    """GPT-2's own gpt2-vocab.json beside fairseq's dict.txt, which orders the ids anew; OPT's ids."""
    own, merges = _trained(words)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "gpt2-vocab.json").write_text(json.dumps(own), "utf-8")
    _write_merges(folder / "gpt2-merges.txt", merges)
    often = sorted(own.values(), key=lambda number: (number * 7) % len(own))
    lines = [f"{number} {1000 - place}" for place, number in enumerate(often)]
    (folder / "dict.txt").write_text("\n".join([*lines, "madeupword0000 0"]) + "\n", "utf-8")
    token_of = {number: token for token, number in own.items()}
    return {token: place for place, token in enumerate([*_SPECIALS, *(token_of[number] for number in often)])}


def hugging_face(folder: Path, words: int = 300) -> dict[str, int]:
    """vocab.json and merges.txt, as a published OPT has them; the ids."""
    ids = meta(folder, words)
    (folder / "gpt2-vocab.json").rename(folder / "vocab.json")
    (folder / "gpt2-merges.txt").rename(folder / "merges.txt")
    return ids


def _write_merges(path: Path, merges: list[str]) -> None:
    path.write_text("\n".join(["#version: 0.2", *merges]) + "\n", "utf-8")

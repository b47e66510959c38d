"""The tokenizer of a converted folder is the one that transformers makes of the same files."""

from __future__ import annotations

from pathlib import Path

import pytest
from transformers import AutoTokenizer, GPT2Tokenizer

from tests.tgi.opt import meta, vocabulary
from tests.tgi.opt.converting import checkpoint, convert

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scratch = tmp_path_factory.mktemp("tokenizer")
    convert(checkpoint(scratch / "parts", meta.Layout(parts=2)), scratch / "out")
    return scratch / "out"


def texts() -> list[str]:
    """Real prose, code, tables and another script."""
    pages = sorted((ROOT / "docs").glob("*.md"))
    found = [*vocabulary.TEXTS, (ROOT / "LICENSE").read_text("utf-8")]
    for page in pages:
        found += page.read_text("utf-8").split("\n\n")
    return found


def test_ids_are_those_of_the_slow_gpt2_tokenizer(folder: Path) -> None:
    fast = AutoTokenizer.from_pretrained(folder)
    slow = GPT2Tokenizer(
        str(folder / "vocab.json"),
        str(folder / "merges.txt"),
        bos_token="</s>",
        eos_token="</s>",
        unk_token="</s>",
        pad_token="<pad>",
        add_bos_token=True,
    )
    assert fast.is_fast
    assert len(texts()) > 300
    for text in texts():
        ids = fast(text).input_ids
        assert ids == slow(text).input_ids
        assert ids[0] == 2
        assert fast.decode(ids) == f"</s>{text}"


def test_special_tokens_in_a_text_are_seen_as_transformers_sees_them(folder: Path) -> None:
    fast = AutoTokenizer.from_pretrained(folder)
    slow = AutoTokenizer.from_pretrained(folder, use_fast=False)
    assert not slow.is_fast
    for text in ("a</s>b", "<pad> <pad>", "</s>", "x <s> y <unk>"):
        assert fast(text).input_ids == slow(text).input_ids
    assert (fast.bos_token_id, fast.eos_token_id, fast.pad_token_id) == (2, 2, 1)

"""The folder's tokenizer: from Meta's files, from OpenAI's with fairseq's dictionary, or copied."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from tests.tgi.opt import meta, vocabulary
from tests.tgi.opt.converting import checkpoint, convert
from tgi.opt.convert.tokenizer import find_tokenizer
from tgi.opt.errors import NoTokenizer


def written(folder: Path, out: Path) -> Tokenizer:
    out.mkdir()
    find_tokenizer(folder).write(out)
    return Tokenizer.from_file(str(out / "tokenizer.json"))


@pytest.mark.parametrize("source", [vocabulary.meta, vocabulary.openai, vocabulary.hugging_face])
def test_texts_come_back_and_begin_as_opts_do(
    tmp_path: Path, source: Callable[[Path], dict[str, int]]
) -> None:
    ids = source(tmp_path / "from")
    tokenizer = written(tmp_path / "from", tmp_path / "out")
    for text in vocabulary.TEXTS:
        found = tokenizer.encode(text)
        assert found.ids[0] == 2
        assert tokenizer.decode(found.ids) == text
        assert [ids[token] for token in found.tokens] == found.ids


def test_the_dictionary_orders_openais_ids_anew(tmp_path: Path) -> None:
    one = vocabulary.meta(tmp_path / "meta")
    other = vocabulary.openai(tmp_path / "openai")
    mine, theirs = (written(tmp_path / name, tmp_path / f"{name}-out") for name in ("meta", "openai"))
    text = vocabulary.TEXTS[0]
    assert mine.encode(text).tokens == theirs.encode(text).tokens
    assert mine.encode(text).ids != theirs.encode(text).ids
    assert set(other) == set(one)
    # The dictionary's filling has an id too, and no text gives it.
    assert theirs.token_to_id("madeupword0000") == len(other)


def test_the_files_of_a_folder_that_has_one_are_copied(tmp_path: Path) -> None:
    vocabulary.meta(tmp_path / "from")
    written(tmp_path / "from", tmp_path / "one")
    written(tmp_path / "one", tmp_path / "two")
    assert {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()} == {
        path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()
    }


SPOILT: dict[str, tuple[Callable[[Path], object], str]] = {
    "no merges": (lambda f: (f / "gpt2-merges.txt").unlink(), "has no tokenizer"),
    "a vocabulary that is a page": (
        lambda f: (f / "gpt2-vocab.json").write_text("<html>"), "is no vocabulary"),
    "a vocabulary that is a list": (lambda f: (f / "gpt2-vocab.json").write_text("[1]"), "is no vocabulary"),
    "two tokens with one id": (
        lambda f: (f / "gpt2-vocab.json").write_text('{"<s>":0,"<pad>":1,"</s>":2,"<unk>":3,"a":3}'),
        "gives one id to two tokens",
    ),
    "merges that are a page": (
        lambda f: (f / "gpt2-merges.txt").write_text("<html>\n"),
        "is no list of merges: entry 1 is '<html>'"),
    "merges of another vocabulary": (
        lambda f: (f / "gpt2-merges.txt").write_text("xq zq\n"),
        "joins xq and zq, which gpt2-vocab.json does not"),
    "GPT-2's own ids and no dictionary": (
        lambda f: (vocabulary.openai(f), (f / "dict.txt").rename(f / "aside")),
        "dict.txt, which tells one from the other"),
    "a dictionary of something else": (
        lambda f: (vocabulary.openai(f), (f / "dict.txt").write_text("5 10\nnonsense 3\n")),
        "does not go with gpt2-vocab.json: line 2 is 'nonsense'"),
    "a dictionary that says otherwise": (
        lambda f: (f / "dict.txt").write_text("\u0120t 10\n! 9\n"), "does not go with gpt2-vocab.json: "),
    "no UTF-8": (lambda f: (f / "gpt2-merges.txt").write_bytes(b"\xff\xfe"), "cannot be read"),
    "a broken tokenizer.json": (
        lambda f: (f / "tokenizer.json").write_text("{"), "tokenizer.json is no tokenizer"),
    "GPT-2's tokenizer.json": (
        lambda f: (f / "tokenizer.json").write_text(json.dumps(
            {"version": "1.0", "truncation": None, "padding": None, "added_tokens": [], "normalizer": None,
             "pre_tokenizer": None, "post_processor": None, "decoder": None,
             "model": {"type": "BPE", "vocab": {"!": 0}, "merges": []}})),
        "tokenizer.json is not an OPT's: <s> has the id None instead of 0"),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILT.values(), ids=SPOILT.keys())
def test_what_is_no_tokenizer_of_this_model_is_said(
    tmp_path: Path, case: tuple[Callable[[Path], object], str]
) -> None:
    vocabulary.meta(tmp_path)
    case[0](tmp_path)
    with pytest.raises(NoTokenizer) as caught:
        find_tokenizer(tmp_path)
    assert case[1] in str(caught.value)


def test_a_tokenizer_with_more_ids_than_words_is_another_models(tmp_path: Path) -> None:
    parts = checkpoint(tmp_path / "parts")
    vocabulary.meta(parts, 316)
    convert(parts, tmp_path / "out")
    vocabulary.meta(parts, 317)
    with pytest.raises(NoTokenizer, match="has 321 ids, and the parts together 320 words"):
        convert(parts, tmp_path / "other")


def test_a_tokenizer_with_far_fewer_ids_is_another_models(tmp_path: Path) -> None:
    shape = replace(meta.TINY, vocabulary=2048)
    with pytest.raises(NoTokenizer, match="has 304 ids, and the parts together 2,048 words"):
        convert(checkpoint(tmp_path / "parts", shape=shape), tmp_path / "out")

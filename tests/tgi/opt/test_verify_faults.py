"""Every kind of fault that `opt verify` knows is named with its file."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.tgi.opt.spoiling import (
    BIAS,
    append,
    change,
    cut,
    drop,
    files,
    nan,
    one_file,
    other_tokenizer,
    put,
    rewrite,
    without,
)
from tgi.opt.verify.run import verify

CASES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a file of weights is missing": (lambda f: files(f)[1].unlink(), "{1}: is missing; the index has"),
    "a file of weights is torn": (
        lambda f: cut(files(f)[1], 9000), "{1}: is cut short: it has 9,000 bytes of"),
    "a file is torn within its header": (
        lambda f: cut(files(f)[1], 300), "{1}: is cut short within its header"),
    "a file of weights is empty": (lambda f: cut(files(f)[1], 0), "{1}: is no safetensors file"),
    "a file of weights is a page": (
        lambda f: files(f)[1].write_text("<html>" * 99), "{1}: is no safetensors file"),
    "a file is too long": (lambda f: append(files(f)[1], b"x"), "{1}: has 1 bytes after its last tensor"),
    "a header that is no JSON": (
        lambda f: files(f)[1].write_bytes((8).to_bytes(8, "little") + b"[[[[[[[[" + bytes(9)),
        "{1}: has a header that cannot be read"),
    "a tensor is missing from its file": (
        lambda f: without(f, BIAS), f"lacks tensors that the index has there: {BIAS}"),
    "a tensor is missing from the configuration's": (
        lambda f: without(f, BIAS), f".: config.json demands tensors that no file has: {BIAS}"),
    "a tensor is missing from a single file": (
        one_file, f".: config.json demands tensors that no file has: {BIAS}"),
    "a tensor of another shape": (
        lambda f: put(f, BIAS, np.zeros(31, "<f2")), f"has {BIAS} as 31; config.json demands 32"),
    "a tensor of another number format": (
        lambda f: put(f, BIAS, np.zeros(32, "<f4")), ".: the tensors have several number formats: float16 ("),
    "a tensor too many": (
        lambda f: rewrite(files(f)[0], lambda t: t.update({"model.extra": np.zeros(1, "<f2")})),
        "{0}: has model.extra, which an OPT of this config.json does not"),
    "a tensor twice": (
        lambda f: rewrite(files(f)[0], lambda t: t.update({BIAS: np.zeros(32, "<f2")})),
        f"has {BIAS}, which "),
    "a head of another shape": (
        lambda f: rewrite(files(f)[0], lambda t: t.update({"lm_head.weight": np.zeros((4, 4), "<f2")})),
        "{0}: has lm_head.weight as 4 x 4; config.json demands 320 x 32"),
    "a head that is not there": (
        lambda f: change(f / "config.json", lambda c: c.update(tie_word_embeddings=False)),
        "config.json: says that the head is not tied, but no file has lm_head.weight"),
    "the sums differ": (
        lambda f: put(f, BIAS, np.zeros(32, "<f2")), "does not have the sum that SHA256SUMS lists"),
    "the sum of a small file differs": (
        lambda f: append(f / "merges.txt", b" "), "merges.txt: does not have the sum that SHA256SUMS lists"),
    "a file is not in the sums": (
        lambda f: shutil.copyfile(files(f)[0], f / "extra.safetensors"),
        "extra.safetensors: is not listed in SHA256SUMS"),
    "a file belongs to nothing": (
        lambda f: shutil.copyfile(files(f)[0], f / "extra.safetensors"),
        "extra.safetensors: is not in the index: it belongs to nothing"),
    "the sums are no list": (
        lambda f: (f / "SHA256SUMS").write_text("<html>"),
        "SHA256SUMS: is no list of sums: line 1 is '<html>'"),
    "the sums lead elsewhere": (
        lambda f: append(f / "SHA256SUMS", b"0" * 64 + b"  ../../etc/passwd\n"),
        "SHA256SUMS: is no list of sums"),
    "NaN": (nan, f"has 2 numbers in {BIAS} that are NaN or infinite"),
    "no index": (
        lambda f: (f / "model.safetensors.index.json").unlink(),
        "model.safetensors.index.json: is missing, and there"),
    "an index that is a page": (
        lambda f: (f / "model.safetensors.index.json").write_text("<"),
        "model.safetensors.index.json: cannot be read"),
    "an index of another size": (
        lambda f: change(f / "model.safetensors.index.json", lambda i: i["metadata"].update(total_size=1)),
        "model.safetensors.index.json: says total_size 1"),
    "no configuration": (lambda f: (f / "config.json").unlink(), "config.json: is missing"),
    "a configuration that is a page": (
        lambda f: (f / "config.json").write_text("<html>"), "config.json: is not the config.json of an OPT"),
    "another model's configuration": (
        lambda f: change(f / "config.json", lambda c: c.update(model_type="llama")),
        "config.json: is of a model of type llama"),
    "a configuration with more layers": (
        lambda f: change(f / "config.json", lambda c: c.update(num_hidden_layers=4)),
        ".: config.json demands tensors that no file has: model.decoder.layers.3."),
    "a configuration with fewer layers": (
        lambda f: change(f / "config.json", lambda c: c.update(num_hidden_layers=2)),
        "has model.decoder.layers.2."),
    "a configuration of another width": (
        lambda f: change(f / "config.json", lambda c: c.update(hidden_size=64)), "config.json demands 64"),
    "a configuration in another number format": (
        lambda f: change(f / "config.json", lambda c: c.update(torch_dtype="float32")),
        "config.json: says float32, and the tensors are float16"),
    "no tokenizer": (
        lambda f: drop(f / "tokenizer.json", f / "vocab.json"), ".: there is no tokenizer"),
    "a broken tokenizer": (
        lambda f: (f / "tokenizer.json").write_text("{}"), "tokenizer.json: cannot be read"),
    "a tokenizer with more words": (
        lambda f: change(f / "config.json", lambda c: c.update(vocab_size=300)),
        "tokenizer.json: has 304 ids, and config.json a vocab_size of 300: it is another model's"),
    "a tokenizer without OPT's tokens": (
        other_tokenizer, "tokenizer.json: has no </s>, which config.json gives the id 2"),
    "special tokens with other ids": (
        lambda f: change(f / "config.json", lambda c: c.update(pad_token_id=5)),
        "tokenizer.json: gives <pad> the id 1, and config.json 5"),
    "no weights": (
        lambda f: drop(*files(f)), "{1}: is missing"),
    "weights in PyTorch's files": (
        lambda f: [path.rename(path.with_suffix(".bin")) for path in files(f)],
        ".: there is no .safetensors file; weights in .bin files are not looked at"),
    "an unfinished conversion": (
        lambda f: (f / ".convert").mkdir(), ".convert: the conversion is not finished"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_fault_is_named_with_its_file(folder: Path, case: tuple[Callable[[Path], object], str]) -> None:
    names = [path.name for path in files(folder)]
    case[0](folder)
    faults = [str(fault) for fault in verify(folder, deep=True).faults]
    wanted = case[1].replace("{0}", names[0]).replace("{1}", names[1])
    assert any(wanted in fault for fault in faults), faults


def test_a_torn_file_is_one_fault_and_its_sum_another_and_its_tensors_none(folder: Path) -> None:
    cut(files(folder)[1], 9000)
    faults = verify(folder).faults
    assert [fault.file for fault in faults] == [files(folder)[1].name] * 2

"""`storyroom-tgi opt convert`, as somebody types it: what it says, what it ends with, what it takes."""

from __future__ import annotations

import hashlib
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.tgi.opt import meta, vocabulary
from tests.tgi.opt.converting import checkpoint, command, said, weights_of
from tests.tgi.opt.torch_file import Tensor, save
from tgi.opt.names import expected_tensors
from tgi.opt.shape import Shape

LARGE = Shape("large", layers=4, width=1024, heads=16, feed_forward=4096, vocabulary=1024, positions=1024)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("checkpoint") / "parts")


def test_it_says_what_it_found_what_it_takes_and_what_it_did(parts: Path, tmp_path: Path) -> None:
    done = command("convert", parts, tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert (
        "Found: an OPT of 3 layers, width 32, 8 heads (from the checkpoint), 320 words; 8 parts in 8 files, "
        "float16, not flattened." in done.stdout
    )
    assert "Tokenizer: 304 ids, built from gpt2-vocab.json and gpt2-merges.txt." in done.stdout
    assert re.search(
        r"Writes: 1 file of weights in float16, 81.6 kB, to .*; 67.2 MB are needed, .* free", done.stdout
    )
    assert f"Check it: storyroom-tgi opt verify {tmp_path / 'out'}" in done.stdout
    assert re.findall(r"(?:checking parts|converting): 100%", done.stderr) == [
        "checking parts: 100%",
        "converting: 100%",
    ]
    assert command("verify", tmp_path / "out", "--deep").returncode == 0


def test_the_sums_are_what_sha256sum_computes(parts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert command("convert", parts, out, "--shard-size", "20KB", "--quiet").stderr == ""
    lines = (out / "SHA256SUMS").read_text().splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    assert listed.keys() == {path.name for path in out.iterdir()} - {"SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == digest
    program = shutil.which("sha256sum")
    assert program is not None
    subprocess.run([program, "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=out, check=True)


def test_a_dry_run_checks_everything_and_writes_nothing(parts: Path, tmp_path: Path) -> None:
    done = command("convert", parts, tmp_path / "out", "--dry-run")
    assert done.returncode == 0
    assert "Writes: 1 file" in done.stdout
    assert "checking parts: 100%" in done.stderr
    assert "Done" not in done.stdout
    assert not (tmp_path / "out").exists()


def test_a_dry_run_finds_damage(tmp_path: Path) -> None:
    parts = checkpoint(tmp_path / "parts")
    victim = parts / "reshard-model_part-4.pt"
    raw = bytearray(victim.read_bytes())
    raw[len(raw) // 2] ^= 1
    victim.write_bytes(raw)
    line = said(command("convert", parts, tmp_path / "out", "--dry-run"), 65)
    assert line.startswith("reshard-model_part-4.pt is damaged: its storage ")
    assert command("convert", parts, tmp_path / "out", "--dry-run", "--no-check-parts").returncode == 0


def test_in_a_terminal_the_bar_moves(tmp_path: Path) -> None:
    parts = checkpoint(tmp_path / "parts", meta.Layout(parts=1, name="restored.pt"), LARGE)
    shutil.rmtree(parts / "none", ignore_errors=True)
    ours, theirs = pty.openpty()
    program = [sys.executable, "-m", "tgi", "opt", "convert", str(parts), str(tmp_path / "out")]
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100", "NO_COLOR": "1"}
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=theirs, env=environment) as running:
        os.close(theirs)
        seen = b""
        while True:
            try:
                seen += os.read(ours, 1 << 16)
            except OSError:  # the other end is closed
                break
    os.close(ours)
    assert running.returncode == 0
    states = set(re.findall(rb"converting[^\r\n]*?([\d.]+)/", seen))
    assert len(states) > 1, seen


def test_too_little_room_is_said_before_anything_is_read_or_written(tmp_path: Path) -> None:
    # Files full of holes: as large as it takes, and nothing on the disk. Their numbers are all zero.
    free = shutil.disk_usage(tmp_path).free
    shape = Shape("vast", layers=1, width=12288, heads=96, feed_forward=49152, vocabulary=320, positions=8)
    shape = replace(shape, layers=2 + free // (2 * (shape.layer_linear + shape.layer_rest)))
    parts = tmp_path / "parts"
    vocabulary.meta(parts)
    own = {"final_layer_norm": "layer_norm"}
    tensors = {}
    for name, size in expected_tensors(shape).items():
        stem, _, kind = name.removeprefix("model.decoder.").rpartition(".")
        numbers = np.broadcast_to(np.zeros(1, "<f2"), size)
        tensors[f"decoder.{own.get(stem, stem)}.{kind}"] = Tensor(numbers, sparse=True)
    save(parts / "restored.pt", {"model": tensors, "cfg": {"model": {"decoder_attention_heads": 96}}})
    line = said(command("convert", parts, tmp_path / "out"), 73)
    assert re.fullmatch(
        rf"Too little room on the disk of {tmp_path / 'out'}: it needs [\d,.]+ GB and has [\d,.]+ GB free.",
        line,
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        ((), 64, "is no size"),
        (("--heads", "3"), 64, "--heads 3 contradicts the checkpoint"),
        (("--tokenizer", "/nowhere"), 66, "/nowhere has no tokenizer"),
        (("--md5", "/nowhere"), 65, "/nowhere is no list of MD5 sums"),
    ],
)
def test_what_cannot_be_is_one_line(
    parts: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    size = () if arguments else ("--shard-size", "huge")
    assert words in said(command("convert", parts, tmp_path / "out", *arguments, *size), code)
    assert not list(tmp_path.glob("out/*.safetensors"))


@pytest.mark.parametrize(
    ("spoil", "code", "words"),
    [
        ("rm reshard-model_part-3.pt", 66, "reshard-model_part-3.pt is missing from"),
        ("truncate -s 5000 reshard-model_part-3.pt", 65, "reshard-model_part-3.pt is torn"),
        ("cp reshard-model_part-3.pt x-model_part-3.pt", 65, "model_part-3 is there twice"),
        ("rm gpt2-merges.txt", 66, "has no tokenizer"),
        ("rm *.pt", 66, "holds no .pt file"),
    ],
)
def test_each_fault_ends_with_its_own_code(tmp_path: Path, spoil: str, code: int, words: str) -> None:
    parts = checkpoint(tmp_path / "parts")
    subprocess.run(["/bin/sh", "-c", spoil], cwd=parts, check=True)
    assert words in said(command("convert", parts, tmp_path / "out"), code)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    line = said(command("convert", tmp_path / "none", tmp_path / "out"), 66)
    assert line == f"{tmp_path / 'none'} is no folder. Name the one that holds Meta's .pt files."


# --- Meta's list of sums ---------------------------------------------------------------------------------


def test_the_files_as_delivered_are_held_against_metas_list(tmp_path: Path) -> None:
    parts = checkpoint(tmp_path / "parts", meta.Layout(shards=2, name=meta.DELIVERED))
    sums = {path.name: hashlib.md5(path.read_bytes()).hexdigest() for path in parts.glob("*.pt")}  # noqa: S324 - Meta's choice
    listed = tmp_path / "opt175b_md5sum_shards.csv"
    listed.write_text("shard,md5sum\n" + "".join(f"{name},{digest}\n" for name, digest in sums.items()))
    done = command("convert", parts, tmp_path / "out", "--md5", listed)
    assert done.returncode == 0, done.stderr
    assert "checking MD5: 100%" in done.stderr

    as_md5sum = tmp_path / "md5sums"
    as_md5sum.write_text("".join(f"{digest}  {name}\n" for name, digest in sums.items()))
    name = "checkpoint_last-model_part-5-shard1.pt"
    # A swap that no content tells.
    (parts / name).rename(parts / "aside")
    (parts / "checkpoint_last-model_part-6-shard1.pt").rename(parts / name)
    (parts / "aside").rename(parts / "checkpoint_last-model_part-6-shard1.pt")
    line = said(command("convert", parts, tmp_path / "swapped", "--md5", as_md5sum, "--trust-names"), 65)
    assert line == f"{name} is damaged: its MD5 is not the one in md5sums. Fetch it again."
    assert not list(tmp_path.glob("swapped/*.safetensors"))


def test_a_list_that_does_not_have_a_file_is_refused(parts: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list"
    listed.write_text(f"{'0' * 32}  other.pt\n")
    line = said(command("convert", parts, tmp_path / "out", "--md5", listed), 65)
    assert line == f"{listed} does not list reshard-model_part-0.pt."


def test_a_checked_part_is_not_checked_again_but_by_another_list(tmp_path: Path) -> None:
    parts, out = checkpoint(tmp_path / "parts"), tmp_path / "out"
    weights = meta.model(form="<f4")
    weights["model.decoder.layers.2.fc2.bias"][0] = 1e6
    meta.write(parts, weights)
    assert "too large for float16" in said(command("convert", parts, out, "--dtype", "float16"), 65)
    again = command("convert", parts, out, "--dtype", "float16")
    assert "checking parts" not in again.stderr
    listed = tmp_path / "list"
    listed.write_text("".join(f"{'0' * 32}  {path.name}\n" for path in parts.glob("*.pt")))
    assert "its MD5 is not" in said(command("convert", parts, out, "--dtype", "float16", "--md5", listed), 65)
    done = command("convert", parts, out, "--start-over")
    assert done.returncode == 0, done.stderr
    assert {str(each.dtype) for each in weights_of(out).values()} == {"float32"}
    assert json.loads((out / "config.json").read_text())["torch_dtype"] == "float32"

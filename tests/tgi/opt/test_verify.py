"""`storyroom-tgi opt verify` on whole folders, on damage anywhere, and as somebody types it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.numpy import save_file

from tests.tgi.opt import meta
from tests.tgi.opt.converting import checkpoint, command, convert, said, weights_of
from tests.tgi.opt.spoiling import (
    BIAS,
    files,
    nan,
    without,
)
from tgi.opt.verify.run import verify

NARROW = replace(meta.TINY, embedding=16, norm_before=False)


@pytest.mark.parametrize("shape", [meta.TINY, NARROW], ids=["pre-norm", "post-norm"])
@pytest.mark.parametrize("form", ["<f2", "<f4", "<u2"])
def test_a_good_folder_has_no_fault(tmp_path: Path, form: str, shape: Any) -> None:
    parts = checkpoint(tmp_path / "parts", shape=shape)
    weights = meta.model(shape, form="<f4" if form == "<u2" else form)
    weights = meta.bfloat16(weights) if form == "<u2" else weights
    meta.write(parts, weights, shape)
    convert(parts, tmp_path / "out")
    report = verify(tmp_path / "out", deep=True)
    assert report.whole, [*map(str, report.faults)]
    assert (report.tensors, report.sums) == (len(weights), len(files(tmp_path / "out")) + 8)
    assert not report.notes


def test_a_folder_with_older_names_in_one_file_and_no_sums_is_whole_with_a_note(folder: Path) -> None:
    weights = weights_of(folder)
    for path in [*files(folder), folder / "model.safetensors.index.json", folder / "SHA256SUMS"]:
        path.unlink()
    save_file(
        {name.removeprefix("model."): each for name, each in weights.items()}, folder / "model.safetensors"
    )
    report = verify(folder)
    assert report.whole, [*map(str, report.faults)]
    assert "there is no SHA256SUMS" in report.notes[0]


def test_a_list_of_sums_whose_lines_end_otherwise_is_not_whole(folder: Path) -> None:
    sums = folder / "SHA256SUMS"
    sums.write_bytes(sums.read_bytes()[:-1] + b"\v")
    assert not verify(folder).whole


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_flipped_bit_goes_unseen(folder: Path, good: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(path.name for path in good.iterdir())))
    raw = bytearray((good / name).read_bytes())
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    (folder / name).write_bytes(raw)
    report = verify(folder)
    (folder / name).write_bytes((good / name).read_bytes())
    # Large and small letters of a sum are the same sum.
    assert not report.whole or raw.lower() == (good / name).read_bytes().lower()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_without_sums_damage_never_ends_the_command(folder: Path, good: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(path.name for path in good.iterdir())))
    raw = (good / name).read_bytes()
    place = data.draw(st.integers(0, min(len(raw), 2000)))
    noise = data.draw(st.binary(max_size=40))
    (folder / name).write_bytes(raw[:place] + noise + raw[place + data.draw(st.integers(0, 40)) :])
    verify(folder, sums=False, deep=True)
    (folder / name).write_bytes(raw)


# --- as somebody types it --------------------------------------------------------------------------------


def test_the_command_says_that_a_folder_is_whole(good: Path) -> None:
    done = command("verify", good, "--deep")
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith(
        "OPT of 3 layers, width 32, 8 heads, 320 words (float16): 52 tensors, 81.6 kB in "
    )
    assert second == f"Whole: {len(files(good)) + 8} sums agree; every number is finite."
    assert "reading: 100%" in done.stderr


def test_the_command_lists_faults_and_ends_with_1(folder: Path) -> None:
    nan(folder)
    done = command("verify", folder, "--deep", "--quiet")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.splitlines()[-1] == "Not whole: 2 faults."


def test_the_report_as_json(folder: Path) -> None:
    without(folder, BIAS)
    done = command("verify", folder, "--json", "--no-sums")
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert (found["whole"], found["tensors"], found["sums_checked"]) == (False, 51, 0)
    assert found["shape"]["layers"] == 3
    assert {"file", "text"} == found["faults"][0].keys()


def test_what_is_no_folder_is_one_line(tmp_path: Path) -> None:
    assert said(command("verify", tmp_path / "none"), 64) == f"{tmp_path / 'none'} is no folder."


def test_an_empty_folder_is_not_whole(tmp_path: Path) -> None:
    done = command("verify", tmp_path)
    assert done.returncode == 1
    assert "config.json: is missing" in done.stdout
    assert ".: there is no .safetensors file" in done.stdout
    assert ".: there is no tokenizer" in done.stdout

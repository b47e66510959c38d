"""A conversion that is killed goes on where it was, and is never taken for whole before it is."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from hashlib import md5
from pathlib import Path
from typing import Any

import pytest

from tests.tgi.opt import meta
from tests.tgi.opt.converting import checkpoint, command, convert, said, weights_of
from tgi.opt.convert.folder import Folder
from tgi.opt.dtypes import F32
from tgi.opt.errors import FolderTaken, WriteFailed

SMALL = replace(meta.TINY, layers=1, feed_forward=512)
LARGE = replace(meta.TINY, width=512, feed_forward=2048, vocabulary=1024, positions=512)


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkpoint(tmp_path_factory.mktemp("small") / "parts", meta.Layout(parts=2), SMALL)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_killed_at_any_step_it_goes_on_and_ends_the_same(parts: Path, tmp_path: Path) -> None:
    program = [sys.executable, "-m", "tests.tgi.opt.killed", str(parts), str(tmp_path), "13"]
    root = Path(__file__).parents[3]
    done = subprocess.run(program, capture_output=True, text=True, timeout=100, check=True, cwd=root)
    whole, *tries = map(json.loads, done.stdout.splitlines())
    assert len(tries) > 35
    assert sum(name.endswith(".safetensors") for name in whole["files"]) > 1
    for tried in tries:
        assert tried["killed"], tried
        assert tried["again"] == 0, tried
        assert tried["files"] == whole["files"], tried
        # What had its name was finished, and is kept.
        assert tried["written_again"] == [], tried
        # What loads is whole: config.json, which nothing loads without, comes after all the rest.
        if "config.json" in tried["left"] or (tried["left"] and not tried["unfinished"]):
            assert tried["left"] == sorted(whole["files"]), tried


def start(parts: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    program = [sys.executable, "-m", "tgi", "opt", "convert", str(parts), str(out), *more]
    return subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(ready: Any, process: subprocess.Popen[str]) -> None:
    for _ in range(30_000):
        if ready():
            return
        assert process.poll() is None, process.communicate()
        time.sleep(0.001)
    raise AssertionError("it never began")


def test_the_command_that_is_killed_says_what_it_kept(tmp_path: Path) -> None:
    large, out = checkpoint(tmp_path / "parts", meta.Layout(parts=2), LARGE), tmp_path / "out"
    for _ in range(5):
        shutil.rmtree(out, ignore_errors=True)
        with start(large, out, "--shard-size", "2MB") as running:
            until(lambda: any(out.glob("model-00001-of-*.safetensors")), running)
            running.kill()
        if (out / ".convert").exists():  # else it was quicker than this test
            break
    assert not (out / "config.json").exists()
    verified = command("verify", out)
    assert verified.returncode == 1
    assert ".convert: the conversion is not finished; run the same `opt convert` again" in verified.stdout
    done = command("convert", large, out, "--shard-size", "2MB")
    assert done.returncode == 0, done.stderr
    assert re.search(r"Done: \d+ files of weights \(\d+ of them from an earlier run\)", done.stdout)
    convert(large, tmp_path / "whole", shard_size=2_000_000)
    assert contents(out) == contents(tmp_path / "whole")


def test_of_two_runs_at_once_the_second_is_refused(parts: Path, tmp_path: Path) -> None:
    out, sums = tmp_path / "out", tmp_path / "sums"
    os.mkfifo(sums)  # the first run waits here for its list
    with start(parts, out, "--md5", str(sums)) as first:
        until((out / ".convert" / "key").exists, first)
        line = said(command("convert", parts, out), 73)
        assert line == f"Another run is writing to {out}."
        assert said(command("convert", parts, out, "--start-over"), 73) == line
        sums.write_text(
            "".join(f"{path.name},{md5(path.read_bytes()).hexdigest()}\n" for path in parts.glob("*.pt"))  # noqa: S324 - Meta's choice
        )
        assert first.wait(60) == 0
    assert command("verify", out).returncode == 0


def test_a_finished_folder_is_not_begun_again_by_a_run_that_waited(parts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    convert(parts, out)
    before = contents(out)
    # What a run does that looked before the other had finished, and comes to the lock after it.
    (out / ".convert").mkdir()
    with pytest.raises(FolderTaken, match="has just finished"), Folder.opened(out, "key", start_over=False):
        pass
    assert contents(out) == before
    assert not (out / ".convert").exists()


def test_a_disk_that_refuses_is_one_sentence_and_what_is_finished_is_kept(
    parts: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    kept_before = _fill(parts, out)
    assert not (out / "config.json").exists()
    assert convert(parts, out, shard_size=20_480) == kept_before
    convert(parts, tmp_path / "whole", shard_size=20_480)
    assert contents(out) == contents(tmp_path / "whole")


def _fill(parts: Path, out: Path) -> list[str]:
    """Convert under a limit on a file's size that the first file keeps and a later one does not."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (25_000, usual[1]))
    try:
        with pytest.raises(WriteFailed, match=r"cannot be written: File too large"):
            convert(parts, out, shard_size=20_480)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    return sorted(path.name for path in out.glob("*.safetensors"))


def test_a_finished_file_that_was_changed_since_is_written_again(parts: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    kept = _fill(parts, out)
    spoiled = out / kept[0]
    spoiled.write_bytes(spoiled.read_bytes()[:-1] + b"!")
    assert kept[0] not in convert(parts, out, shard_size=20_480)
    convert(parts, tmp_path / "whole", shard_size=20_480)
    assert contents(out) == contents(tmp_path / "whole")


def test_an_unfinished_conversion_to_something_else_is_refused_or_dropped(
    parts: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    _fill(parts, out)
    with pytest.raises(FolderTaken, match="Pass --start-over to drop it"):
        convert(parts, out, form=F32)
    # A killed run may have got as far as the configuration: it goes first, for it makes the folder load.
    (out / "config.json").write_text("{}")
    convert(parts, out, form=F32, start_over=True)
    assert {each.dtype.str for each in weights_of(out).values()} == {"<f4"}
    assert command("verify", out).returncode == 0


def test_parts_that_changed_meanwhile_are_another_conversion(tmp_path: Path) -> None:
    parts, out = checkpoint(tmp_path / "parts", meta.Layout(parts=2), SMALL), tmp_path / "out"
    _fill(parts, out)
    meta.write(parts, meta.model(SMALL, seed=1), SMALL, meta.Layout(parts=2))
    with pytest.raises(FolderTaken, match="of other parts"):
        convert(parts, out, shard_size=20_480)


@pytest.mark.parametrize("there", ["notes.txt", "config.json"])
def test_a_folder_with_other_things_is_left_alone(parts: Path, tmp_path: Path, there: str) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / there).write_text("mine")
    for start_over in (False, True):
        with pytest.raises(FolderTaken, match="is not empty"):
            convert(parts, out, start_over=start_over)
    assert [path.name for path in out.iterdir()] == [there]
    with pytest.raises(FolderTaken, match="is not empty"):
        convert(parts, out / there)


def test_a_finished_folder_is_left_alone(parts: Path, tmp_path: Path) -> None:
    convert(parts, tmp_path / "out")
    before = contents(tmp_path / "out")
    assert "opt verify" in said(command("convert", parts, tmp_path / "out", "--start-over"), 73)
    assert contents(tmp_path / "out") == before

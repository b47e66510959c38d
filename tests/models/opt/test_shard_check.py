"""`storyroom-tgi opt shard-check`: a model split over ranks is the same, or the command says where not."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import OPTForCausalLM

from tests.models.tiny import write_tiny_opt
from tests.tgi.opt import meta, vocabulary
from tests.tgi.opt.converting import convert, said
from tgi.opt.errors import BrokenFolder, NoTokenizer
from tgi.opt.shape import read_shape
from tgi.opt.shard_check.compare import Checked, Ran, compare_ranks, held_against
from tgi.opt.shard_check.prompts import prompts_for
from tgi.opt.shard_check.ranks import Task, run_ranks


def program_of(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "tgi", "opt", "shard-check", *map(str, arguments)]


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(program_of(*arguments), capture_output=True, text=True, timeout=100, check=False)


def compared(folder: Path, ranks: list[int], **asked: Any) -> Checked:
    """The comparison itself, in this process."""
    usual: dict[str, Any] = {"new": 4, "layers": None, "prompt": None, "tolerance": 1e-4, "timeout": 60}
    return compare_ranks(folder, ranks, **usual | asked, told=lambda _what: None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_opt(tmp_path_factory.mktemp("six") / "opt", heads=6, width=48, feed_forward=96)


@pytest.fixture(scope="module")
def one(folder: Path) -> Ran:
    """What one rank computes."""
    return run_ranks(task(folder), 1)


def task(folder: Path, new: int = 4) -> Task:
    shape = read_shape(str(folder))
    return Task(folder, shape, "relu", prompts_for(folder, shape, None, new), new, 60)


def test_two_and_three_ranks_give_the_tokens_of_one(folder: Path) -> None:
    done = command(folder)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("2 layers, width 48, 6 heads; 16 greedy tokens after each of 2 prompts")
    assert [line[:8] for line in lines[1:]] == ["1 rank: ", "2 ranks:", "3 ranks:"]
    assert all(line.endswith(": the same.") and "the same tokens" in line for line in lines[2:])
    assert done.stderr.splitlines() == ["running 1 rank ...", "running 2 ranks ...", "running 3 ranks ..."]


def test_without_a_number_it_is_those_that_divide_the_heads(tmp_path: Path) -> None:
    done = command(write_tiny_opt(tmp_path / "four", heads=4))
    assert done.returncode == 0, done.stderr
    assert "2 ranks:" in done.stdout
    assert "3 ranks" not in done.stdout + done.stderr


def test_as_json_for_a_text_and_fewer_layers(folder: Path) -> None:
    done = command(
        folder, "--json", "--ranks", "2", "--layers", "1", "--prompt", "The keeper", "--tokens", "4"
    )
    found = json.loads(done.stdout)
    assert (done.returncode, found["same"], found["prompts"], found["new"]) == (0, True, 1, 4)
    assert found["shape"]["layers"] == 1
    (other,) = found["others"]
    assert (other["ranks"], other["same_tokens"], other["first_other"]) == (2, True, None)
    assert other["difference"] <= 1e-5
    # A rank holds about half: the matrices are split, and norms and positions are not.
    assert 0.5 < other["weight_bytes"] / found["weight_bytes"] < 0.75


def test_one_rank_is_what_transformers_computes(folder: Path, tmp_path: Path) -> None:
    narrow = write_tiny_opt(
        tmp_path / "narrow", heads=2, width=32, word_width=16, norm_before=False, dtype="float16"
    )
    for each in (folder, narrow):
        asked = task(each)
        ran = run_ranks(asked, 1)
        model = OPTForCausalLM.from_pretrained(each, dtype=torch.float32).eval()
        for prompt, tokens, logits in zip(asked.prompts, ran.tokens, ran.logits, strict=True):
            with torch.inference_mode():
                wanted = model(torch.tensor([[*prompt, *tokens[:-1]]])).logits[0, len(prompt) - 1 :]
            assert wanted.argmax(-1).tolist() == tokens
            assert float((torch.from_numpy(logits) - wanted).abs().max()) < 1e-4


@pytest.mark.parametrize(
    "layout", [meta.Layout(parts=2), meta.Layout(parts=4, shards=3, name=meta.DELIVERED)]
)
def test_a_converted_folder_splits_too(tmp_path: Path, layout: meta.Layout) -> None:
    shape = replace(meta.TINY, heads=12, width=48, feed_forward=192, vocabulary=312)
    meta.write(tmp_path / "parts", meta.model(shape), shape, layout)
    vocabulary.meta(tmp_path / "parts")
    convert(tmp_path / "parts", tmp_path / "out")
    checked = compared(tmp_path / "out", [2, 3, 4])
    assert checked.same, checked.text()


# --- it can fail -----------------------------------------------------------------------------------------


def doctored(folder: Path, out: Path, name: str, how: Any) -> Path:
    """The folder with one tensor changed."""
    shutil.copytree(folder, out)
    path = out / "model.safetensors"
    weights = load_file(path)
    weights[name] = how(weights[name]).contiguous()
    save_file(weights, path, metadata={"format": "pt"})
    return out


def halves_exchanged(axis: int) -> Any:
    return lambda numbers: torch.cat(numbers.chunk(2, axis)[::-1], axis)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        # What the ranks would hold if each took the other's slice of one matrix.
        ("layers.0.self_attn.v_proj.weight", halves_exchanged(0)),
        ("layers.0.self_attn.q_proj.weight", halves_exchanged(0)),
        ("layers.1.self_attn.out_proj.weight", halves_exchanged(1)),
        ("layers.1.fc1.bias", halves_exchanged(0)),
        ("layers.1.fc2.weight", halves_exchanged(1)),
        # What the sum would have if each rank added its bias: twice.
        ("layers.1.fc2.bias", lambda bias: 2 * bias),
    ],
)
def test_a_wrong_slice_is_found(folder: Path, one: Ran, tmp_path: Path, name: str, how: Any) -> None:
    wrong = doctored(folder, tmp_path / "wrong", f"model.decoder.{name}", how)
    found = held_against(one, run_ranks(replace(task(folder), folder=wrong), 2), 1e-4)
    assert not found.same
    assert found.difference > 1e-3


def test_right_slices_of_the_same_run_agree(folder: Path, one: Ran) -> None:
    assert held_against(one, run_ranks(task(folder), 2), 1e-4).same


def test_the_tolerance_is_held_against_and_ends_with_1(folder: Path) -> None:
    # Sums of several ranks are rounded otherwise than one's: with no tolerance at all that is a difference.
    done = command(folder, "--tolerance", "0", "--ranks", "3")
    assert done.returncode == 1
    assert "the same tokens; logits differ by at most" in done.stdout
    assert done.stdout.endswith(": NOT the same.\n")


# --- what is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (
            ("--ranks", "4"),
            64,
            "6 heads and a feed-forward width of 96 cannot be split over 4 ranks; 2, 3, 6 would do.",
        ),
        (("--ranks", "two"), 64, '"two" is no list of ranks'),
        (("--ranks", "0"), 64, "names no number of ranks above 1"),
        (("--ranks", "1"), 64, "names no number of ranks above 1"),
        (("--tokens", "256"), 64, "256 new tokens leave no room for a prompt: the model has 256 positions."),
        (("--prompt", "a " * 250), 64, "with 16 new ones there is room for 240."),
    ],
)
def test_what_cannot_be_is_one_line(folder: Path, arguments: tuple[str, ...], code: int, words: str) -> None:
    assert words in said(command(folder, *arguments), code)


def test_a_folder_that_is_not_whole_is_one_line(folder: Path, tmp_path: Path) -> None:
    torn = Path(shutil.copytree(folder, tmp_path / "torn"))
    weights = torn / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-10])
    with pytest.raises(BrokenFolder, match=r"model.safetensors is cut short"):
        compared(torn, [2])
    weights.unlink()
    assert said(command(torn), 65) == (
        f"{torn} lacks model.decoder.embed_tokens.weight; `storyroom-tgi opt verify {torn}` says more."
    )
    other = doctored(folder, tmp_path / "other", "model.decoder.layers.1.fc1.bias", lambda bias: bias[:-1])
    with pytest.raises(
        BrokenFolder, match=r"has in another shape than config.json says model.decoder.layers.1"
    ):
        compared(other, [2])
    with pytest.raises(NoTokenizer, match="cannot be read"):
        compared(_without_tokenizer(folder, tmp_path), [2], prompt="a")


def _without_tokenizer(folder: Path, scratch: Path) -> Path:
    bare = Path(shutil.copytree(folder, scratch / "bare"))
    (bare / "tokenizer.json").unlink()
    return bare


def test_a_rank_that_is_killed_ends_the_command_with_one_sentence(folder: Path) -> None:
    program = program_of(folder, "--ranks", "3", "--tokens", "60")
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        ranks = _ranks_of(running)
        os.kill(ranks[1].pid, signal.SIGKILL)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 70, err
    assert out == ""
    lines = err.splitlines()
    assert lines[:2] == ["running 1 rank ...", "running 3 ranks ..."]
    words = "most likely by the system for its memory: fewer --layers need less."
    assert lines[2:] == [f"storyroom-tgi: Rank 1 of 3 was killed, {words}"]
    _, alive = psutil.wait_procs(ranks, timeout=10)
    assert not alive


def test_ranks_end_with_the_command(folder: Path) -> None:
    program = program_of(folder, "--ranks", "3", "--tokens", "60")
    with subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        ranks = _ranks_of(running)
        running.kill()
    gone, alive = psutil.wait_procs(ranks, timeout=10)
    assert (len(gone), alive) == (3, [])


def _ranks_of(running: subprocess.Popen[Any]) -> list[psutil.Process]:
    """The three processes of the second run, once they are threaded, in the order of their ranks."""
    command = psutil.Process(running.pid)
    for _ in range(6000):
        assert running.poll() is None
        ranks = []
        with suppress(psutil.NoSuchProcess):  # a rank of the first run that has just ended
            # They are forked by the server process, and so are grandchildren.
            below = command.children(recursive=True)
            ranks = [each for each in below if each.ppid() != command.pid and each.num_threads() > 2]
        if len(ranks) == 3:
            return sorted(ranks, key=lambda each: each.pid)
        time.sleep(0.01)
    raise AssertionError("three ranks never ran")

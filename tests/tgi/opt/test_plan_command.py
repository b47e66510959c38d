"""`storyroom-tgi opt plan`, as somebody types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest


def plan(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tgi", "opt", "plan", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_it_says_what_fits() -> None:
    done = plan("--gpus", "8x80")
    assert (done.returncode, done.stderr) == (0, "")
    assert "fits    fp16  8 shards" in done.stdout
    assert "23 requests of full length" in done.stdout
    assert "at least 21.4 ms" in done.stdout


def test_it_says_what_does_not_and_what_would() -> None:
    done = plan("--gpus", "1x24")
    assert done.returncode == 1
    assert "It does not fit" in done.stdout
    assert "1x141 in int4" in done.stdout


def test_the_plan_as_json() -> None:
    done = plan("--gpus", "16x40", "--nodes", "2", "--json")
    found = json.loads(done.stdout)
    assert found["weight_bytes"]["fp16"] == 349_208_936_448
    assert found["choices"][found["chosen"]]["pipeline_parallel"] == 2


def test_a_model_of_ones_own(tmp_path: Path) -> None:
    config = {"model_type": "opt", "num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 4}
    (tmp_path / "config.json").write_text(json.dumps({**config, "ffn_dim": 256, "vocab_size": 512}))
    done = plan("--gpus", "3x16", "--model", str(tmp_path), "--launch", "tgi-command")
    assert done.returncode == 0
    assert "--num-shard=2" in done.stdout  # 3 does not divide 4 heads


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--gpus", "eight"), "is no list of GPUs"),
        (("--gpus", "0x80"), "at least 1"),
        (("--gpus", "9x80", "--nodes", "2"), "evenly over 2 machines"),
        (("--gpus", "8x80", "--model", "opt-9000"), "neither a folder"),
        (("--gpus", "8x80", "--bandwidth", "0"), "more than 0"),
        (("--gpus", "16x40", "--nodes", "2", "--launch", "tgi-command"), "vLLM instead"),
    ],
)
def test_what_cannot_be_read_is_one_line(arguments: tuple[str, ...], words: str) -> None:
    done = plan(*arguments)
    assert done.returncode == 64
    (line,) = done.stderr.splitlines()
    assert words in line


@pytest.mark.parametrize(
    "config", ["{", "[]", "{}", '{"model_type": "llama"}', '{"model_type": "opt", "hidden_size": "wide"}']
)
def test_a_folder_that_is_no_opt_is_one_line(tmp_path: Path, config: str) -> None:
    (tmp_path / "config.json").write_text(config)
    done = plan("--gpus", "8x80", "--model", str(tmp_path))
    assert done.returncode == 64
    assert len(done.stderr.splitlines()) == 1

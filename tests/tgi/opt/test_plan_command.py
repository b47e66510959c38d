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
    assert "--max-input-tokens=1536 --max-total-tokens=2048" in done.stdout
    assert "--max-batch-prefill-tokens=4096 --max-batch-total-tokens=16384" in done.stdout
    assert "--max-concurrent-requests=64" in done.stdout
    assert "add --launch tgi-compose" in done.stdout


def test_gpus_that_are_left_over_are_said() -> None:
    assert "6 of the 7 GPUs are used: shards must divide the 96 heads." in plan("--gpus", "7x80").stdout
    assert "are used" not in plan("--gpus", "8x80").stdout


def test_how_fewer_bits_are_made_is_said() -> None:
    done = plan("--gpus", "5x80")
    assert "for vLLM quantise them first (GPTQ)" in done.stdout
    # In vLLM, bitsandbytes makes 4 bits of a weight, and the plan is for 8.
    assert "--quantization=gptq" in plan("--gpus", "5x80", "--launch", "vllm-command").stdout
    assert "--quantize=bitsandbytes" in plan("--gpus", "5x80", "--launch", "tgi-command").stdout


def test_a_command_for_several_machines_says_so() -> None:
    for launch in ("tgi-command", "vllm-command"):
        done = plan("--gpus", "16x80", "--nodes", "2", "--launch", launch)
        assert done.stdout.startswith("# On each of the 2 machines:\n")


def test_where_nothing_fits_nothing_is_printed_that_could_be_taken_for_a_launch() -> None:
    done = plan("--gpus", "1x24", "--launch", "tgi-compose")
    assert (done.returncode, done.stdout) == (1, "")
    assert "It does not fit" in done.stderr


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


def test_a_model_that_reads_little_fits_where_all_that_it_reads_does(tmp_path: Path) -> None:
    config = {"model_type": "opt", "num_hidden_layers": 2, "hidden_size": 64, "num_attention_heads": 4}
    config |= {"ffn_dim": 256, "vocab_size": 512, "max_position_embeddings": 64}
    (tmp_path / "config.json").write_text(json.dumps(config))
    done = plan("--gpus", "1x16", "--model", str(tmp_path))
    assert done.returncode == 0
    assert "--max-input-tokens=48 --max-total-tokens=64" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--gpus", "eight"), "is no list of GPUs"),
        (("--gpus", "0x80"), "at least 1"),
        (("--gpus", "9x80", "--nodes", "2"), "evenly over 2 machines"),
        (("--gpus", "8x80", "--model", "opt-9000"), "neither a folder"),
        (("--gpus", "8x80", "--bandwidth", "0"), "more than 0"),
        (("--gpus", "8x80", "--json", "--launch", "tgi-command"), "give one of them"),
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

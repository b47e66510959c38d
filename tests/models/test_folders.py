"""Bad folders, formats and devices: one sentence each, said before anything is served."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import (
    BertConfig,
    BertForMaskedLM,
    MambaConfig,
    MambaForCausalLM,
    MistralConfig,
    MistralForCausalLM,
)

from tests.models.engines import GREEDY, greedy_text, ids, loaded, numbers, reference, write
from tests.models.tiny import write_tiny_opt, write_tiny_tokenizer
from tgi.errors import EngineError, NoRuntime, UnreadableModel


async def refusal(folder: Path, kind: type[EngineError] = UnreadableModel, **options: Any) -> str:
    with pytest.raises(kind) as caught:
        async with loaded(folder, **options):
            pass
    return str(caught.value).replace(str(folder), "FOLDER")


def configured(folder: Path, **fields: Any) -> Path:
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | fields))
    return folder


def rewritten(folder: Path, change: Callable[[dict[str, Any]], Any]) -> Path:
    file = folder / "model.safetensors"
    weights = load_file(file)
    change(weights)
    save_file(weights, file, metadata={"format": "pt"})
    return folder


async def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    assert await refusal(tmp_path / "none") == f"There is no folder at {tmp_path}/none.".replace(
        str(tmp_path / "none"), "FOLDER"
    )
    assert await refusal(tmp_path) == "FOLDER holds no model: it has no config.json."
    file = tmp_path / "config.json"
    for text, reason in (
        ("{", "FOLDER/config.json is not JSON: "),
        ("[]", "FOLDER/config.json holds no object."),
        ("{}", "FOLDER/config.json is no model's: it names no model_type."),
        ('{"model_type": "opt"}', "FOLDER has a config.json and no weights: there is no model.safetensors."),
    ):
        file.write_text(text)
        assert (await refusal(tmp_path)).startswith(reason)


async def test_half_a_checkpoint_is_refused(tmp_path: Path) -> None:
    write_tiny_opt(tmp_path, shard_bytes=30_000)
    first, second = (tmp_path / f"model-0000{number}-of-00007.safetensors" for number in (1, 2))
    whole = first.read_bytes()
    first.write_bytes(whole[:-100])
    assert await refusal(tmp_path) == (
        f"FOLDER/{first.name} is cut short: it has {len(whole) - 100:,} bytes of {len(whole):,}."
    )
    first.write_bytes(b"")
    assert await refusal(tmp_path) == f"FOLDER/{first.name} is no safetensors file."
    first.unlink()
    assert await refusal(tmp_path) == (
        f"FOLDER is a part of a model: of 7 files of weights {first.name} is missing."
    )
    second.unlink()
    assert await refusal(tmp_path) == (
        f"FOLDER is a part of a model: of 7 files of weights {first.name} and 1 more are missing."
    )


async def test_a_shard_without_a_weight_that_the_index_promises_is_refused(tmp_path: Path) -> None:
    write_tiny_opt(tmp_path, shard_bytes=30_000)
    first, second = (tmp_path / f"model-0000{number}-of-00007.safetensors" for number in (1, 2))
    lost = next(iter(load_file(first)))
    first.write_bytes(second.read_bytes())
    said = await refusal(tmp_path)
    assert said.startswith(f"FOLDER/{first.name} lacks model.decoder.")
    assert said.endswith(", which model.safetensors.index.json says it has.")
    assert lost.startswith("model.decoder.")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"num_hidden_layers": 3}, "model.decoder.layers.2.fc1.bias, "),
        ({"num_hidden_layers": 1}, "model.decoder.layers.1.fc1.bias, "),
        ({"ffn_dim": 64}, "model.decoder.layers.0.fc1.bias, "),
        (
            {"max_position_embeddings": 300},
            "model.decoder.embed_positions.weight is of another shape than it says.",
        ),
    ],
)
async def test_a_configuration_against_the_weights_is_refused(
    tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    configured(write_tiny_opt(tmp_path), **fields)
    assert (await refusal(tmp_path)).startswith(f"The weights in FOLDER do not fit its config.json: {reason}")


async def test_weights_that_are_missing_or_left_over_are_named(tmp_path: Path) -> None:
    begin = "The weights in FOLDER do not fit its config.json: "
    name = "model.decoder.layers.0.fc1.bias"
    rewritten(write_tiny_opt(tmp_path / "one"), lambda weights: weights.pop(name))
    assert await refusal(tmp_path / "one") == f"{begin}{name} is missing."
    rewritten(write_tiny_opt(tmp_path / "two"), lambda weights: weights.update(score=torch.zeros(2)))
    assert await refusal(tmp_path / "two") == f"{begin}score is more than it has a place for."


async def test_sizes_that_no_model_can_have_are_refused(tmp_path: Path) -> None:
    configured(write_tiny_opt(tmp_path), num_attention_heads=5)
    assert (await refusal(tmp_path)).startswith(
        "FOLDER cannot be loaded: embed_dim must be divisible by num_heads"
    )
    configured(tmp_path, num_attention_heads=4, activation_function="none such")
    assert await refusal(tmp_path) == "FOLDER cannot be loaded: there is no 'none such'."


async def test_other_kinds_of_models_are_refused(tmp_path: Path) -> None:
    configured(
        write_tiny_opt(tmp_path), model_type="none_such", auto_map={"AutoModelForCausalLM": "own.Code"}
    )
    (tmp_path / "own.py").write_text("raise SystemExit(9)")
    assert (await refusal(tmp_path)).startswith(
        "FOLDER/config.json describes a model of the kind none_such, which"
    )
    configured(tmp_path, model_type="t5")
    assert (
        await refusal(tmp_path) == "FOLDER holds a model of the kind t5, which is no causal language model."
    )
    for made in (
        BertForMaskedLM(
            BertConfig(
                hidden_size=32,
                num_hidden_layers=1,
                num_attention_heads=2,
                vocab_size=400,
                initializer_range=0.3,
            )
        ),
        MambaForCausalLM(MambaConfig(hidden_size=32, num_hidden_layers=1, vocab_size=400)),
    ):
        folder = tmp_path / made.config.model_type
        write_tiny_tokenizer(folder)
        made.save_pretrained(folder)
        assert (await refusal(folder)).startswith(f"Models of the kind {made.config.model_type} ")


async def test_a_context_longer_than_the_model_reads_is_refused(tmp_path: Path) -> None:
    write_tiny_opt(tmp_path, positions=128)
    told = "The model reads at most 128 tokens; 129 were asked for (--max-total-tokens)."
    assert await refusal(tmp_path, context=129) == told
    async with loaded(tmp_path, context=128) as engine:
        prompt = (await ids(engine, "storm " * 200))[:100]
        assert numbers(await write(engine, prompt, limit=28)) == greedy_text(reference(tmp_path), prompt, 28)


async def test_a_window_shorter_than_the_context_is_refused(tmp_path: Path) -> None:
    write_tiny_tokenizer(tmp_path)
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2}
    MistralForCausalLM(
        MistralConfig(**sizes, num_key_value_heads=2, vocab_size=400, sliding_window=64)
    ).save_pretrained(tmp_path)
    assert (await refusal(tmp_path)).startswith(
        "The model looks back 64 tokens at most, and 200 were asked for"
    )
    async with loaded(tmp_path, context=64) as engine:
        assert len(await write(engine, "x", GREEDY)) > 0


async def test_formats_and_devices_that_are_not_there_are_refused(tmp_path: Path) -> None:
    write_tiny_opt(tmp_path)
    assert (
        await refusal(tmp_path, dtype="int8")
        == "--dtype is one of auto, float32, float16, bfloat16; int8 is none."
    )
    assert (
        await refusal(tmp_path, NoRuntime, device="tpu") == "--device is one of auto, cpu, cuda; tpu is none."
    )
    if not torch.cuda.is_available():
        assert await refusal(tmp_path, NoRuntime, device="cuda") == (
            "PyTorch sees no GPU on this machine: use --device cpu, or install a build for the GPU."
        )


async def test_more_memory_than_there_is_is_refused(tmp_path: Path) -> None:
    write_tiny_opt(tmp_path)
    said = await refusal(tmp_path, seats=10**8)
    assert said.startswith("There is not enough memory on cpu: the keys and values of 100000000 seats need ")
    configured(tmp_path)
    head = json.dumps({"w": {"dtype": "F16", "shape": [2**20, 2**20], "data_offsets": [0, 2**41]}}).encode()
    with (tmp_path / "model.safetensors").open("wb") as file:
        file.write(len(head).to_bytes(8, "little") + head)
        file.truncate(8 + len(head) + 2**41)  # of which nothing lies on the disk
    said = await refusal(tmp_path)
    assert said.startswith("There is not enough memory on cpu: the weights need 4,398.0 GB, and ")


async def test_a_folder_without_a_tokenizer_or_with_another_ones_is_refused(tmp_path: Path) -> None:
    write_tiny_opt(tmp_path)
    (tmp_path / "tokenizer.json").write_text("{}")
    assert await refusal(tmp_path) == "FOLDER/tokenizer.json is no tokenizer that can be read."
    (tmp_path / "tokenizer.json").unlink()
    assert await refusal(tmp_path) == (
        "FOLDER has no tokenizer: neither tokenizer.json nor vocab.json with merges.txt."
    )
    write_tiny_opt(tmp_path / "small", vocabulary=300)
    assert await refusal(tmp_path / "small") == (
        "The tokenizer has 376 tokens and the model 300: they do not belong together."
    )


async def test_quantised_weights_whose_package_is_missing_are_refused(tmp_path: Path) -> None:
    configured(write_tiny_opt(tmp_path), quantization_config={"quant_method": "gptq", "bits": 4})
    assert (await refusal(tmp_path, NoRuntime)).startswith("FOLDER needs more than is installed: ")


@pytest.mark.parametrize("change", ["pytorch_model.bin", "shards", "OPTModel"])
async def test_other_layouts_of_the_same_weights_are_read(tmp_path: Path, change: str) -> None:
    """Files of PyTorch's own, several files, and the names that Meta's converter gives."""
    write_tiny_opt(tmp_path, shard_bytes=30_000 if change == "shards" else None)
    expected = greedy_text(reference(tmp_path), [2, 50, 60], 20)
    file = tmp_path / "model.safetensors"
    if change == "pytorch_model.bin":
        torch.save(load_file(file), tmp_path / change)
        file.unlink()
    elif change == "OPTModel":
        weights = {name.removeprefix("model."): weight for name, weight in load_file(file).items()}
        save_file(weights, file, metadata={"format": "pt"})
    async with loaded(tmp_path) as engine:
        assert numbers(await write(engine, [2, 50, 60])) == expected


@pytest.mark.parametrize("package", ["torch", "transformers", "tokenizers", "llguidance"])
def test_a_missing_package_is_named_with_what_brings_it(tmp_path: Path, package: str) -> None:
    write_tiny_opt(tmp_path)
    program = f"""
import asyncio, pathlib, sys
sys.modules[{package!r}] = None
from tgi.errors import NoRuntime
from tgi.server.engine.transformers import TransformersEngine
try:
    asyncio.run(TransformersEngine.load(pathlib.Path({str(tmp_path)!r}), seats=1, context=64))
except NoRuntime as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == f"The package {package} is not installed: pip install 'storyroom[models]' brings it.\n"

"""LoRA adapters: each text has its own, several in one batch; one that does not fit is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file

from tests.models.engines import (
    GREEDY,
    PROMPTS,
    greedy_text,
    ids,
    loaded,
    numbers,
    reference,
    together,
    write,
)
from tests.models.tiny import write_tiny_opt
from tgi.errors import EngineFailed, UnreadableModel
from tgi.server.engine import Dials

TARGETS = ("q_proj", "v_proj", "fc1")


def write_adapter(
    folder: Path, base: Path, *, seed: int, targets: tuple[str, ...] = TARGETS, **lora: Any
) -> Path:
    """An adapter with random weights, strong enough to be seen."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = get_peft_model(reference(base), LoraConfig(r=4, target_modules=list(targets), **lora))
        for name, weight in model.named_parameters():
            if "lora_" in name:
                torch.nn.init.normal_(weight, std=0.3)
        model.save_pretrained(folder)
    return folder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write_tiny_opt(tmp_path / "base")


@pytest.fixture
def adapters(base: Path, tmp_path: Path) -> dict[str, Path]:
    """Two adapters of different modules; one has a dot in its name."""
    return {
        "noir": write_adapter(tmp_path / "noir", base, seed=1),
        "v1.comedy": write_adapter(tmp_path / "comedy", base, seed=2, targets=("out_proj", "fc2")),
    }


async def test_each_text_of_a_batch_is_written_with_its_own_adapter(
    base: Path, adapters: dict[str, Path]
) -> None:
    async with loaded(base, adapters=adapters) as engine:
        assert set(engine.adapters) == {"noir", "v1.comedy"}
        assert "adapter_id" in engine.abilities
        prompt = await ids(engine, PROMPTS[0])
        expected: dict[str | None, list[int]] = {None: greedy_text(reference(base), prompt, 20)}
        for name, folder in adapters.items():
            expected[name] = greedy_text(PeftModel.from_pretrained(reference(base), folder), prompt, 20)
        assert len({tuple(text) for text in expected.values()}) == 3
        names = [None, "noir", "v1.comedy", "noir"]
        found = await together(engine, [(PROMPTS[0], Dials(greedy=True, adapter_id=name)) for name in names])
        assert [numbers(tokens) for tokens in found] == [expected[name] for name in names]


async def test_a_prompts_log_probabilities_are_the_adapters(base: Path, adapters: dict[str, Path]) -> None:
    async with loaded(base, adapters=adapters) as engine:
        prompt = await ids(engine, PROMPTS[1])
        found = await engine.prefill(prompt, Dials(adapter_id="noir"))
        model = PeftModel.from_pretrained(reference(base), adapters["noir"]).eval()
        with torch.inference_mode():
            logs = model(torch.tensor([prompt])).logits[0].log_softmax(-1)
        assert found[1:] == pytest.approx(
            [float(logs[at, id_]) for at, id_ in enumerate(prompt[1:])], abs=1e-4
        )


async def test_half_precision_models_take_adapters(base: Path, adapters: dict[str, Path]) -> None:
    async with loaded(base, adapters=adapters, dtype="bfloat16") as engine:
        assert len(await write(engine, "x", Dials(greedy=True, adapter_id="noir"))) == 20


async def test_without_adapters_there_is_no_choosing_one(base: Path) -> None:
    async with loaded(base) as engine:
        assert "adapter_id" not in engine.abilities
        with pytest.raises(EngineFailed, match="there is no adapter noir"):
            await write(engine, "x", Dials(adapter_id="noir"))
        assert await write(engine, "x", GREEDY, limit=1)


def configured(folder: Path, **fields: Any) -> Path:
    file = folder / "adapter_config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | fields))
    return folder


async def refusal(base: Path, adapter: Path) -> str:
    with pytest.raises(UnreadableModel) as caught:
        async with loaded(base, adapters={"mine": adapter}):
            pass
    return str(caught.value).replace(str(adapter), "ADAPTER")


async def test_what_is_no_adapter_is_refused(base: Path, tmp_path: Path, adapters: dict[str, Path]) -> None:
    noir = adapters["noir"]
    assert await refusal(base, tmp_path / "none") == "There is no adapter folder at ADAPTER."
    assert await refusal(base, base) == "ADAPTER holds no adapter: it has no adapter_config.json."
    for fields, reason in (
        ({"peft_type": "IA3"}, "The adapter ADAPTER is of the kind IA3; LORA is what can be served."),
        ({"use_dora": True}, "The adapter ADAPTER uses DoRA, which cannot be mixed with others in a batch."),
        ({"bias": "all"}, "The adapter ADAPTER has biases, which cannot be mixed with others in a batch."),
    ):
        before = (noir / "adapter_config.json").read_text()
        assert await refusal(base, configured(noir, **fields)) == reason
        (noir / "adapter_config.json").write_text(before)
    (noir / "adapter_config.json").write_text("{}")
    assert await refusal(base, noir) == "ADAPTER/adapter_config.json is no adapter's: it names no peft_type."


async def test_an_adapter_without_weights_is_refused_and_nothing_is_fetched(
    base: Path, adapters: dict[str, Path]
) -> None:
    (adapters["noir"] / "adapter_model.safetensors").unlink()
    assert await refusal(base, adapters["noir"]) == (
        "ADAPTER has an adapter_config.json and no weights: there is no adapter_model.safetensors."
    )


async def test_an_adapter_of_another_model_is_refused(base: Path, tmp_path: Path) -> None:
    begin = "The adapter ADAPTER does not fit the model, which is of the kind opt: "
    wide = write_adapter(tmp_path / "wide", write_tiny_opt(tmp_path / "wider", width=64), seed=1)
    assert (await refusal(base, wide)).startswith(begin + "size mismatch for ")
    deep = write_adapter(tmp_path / "deep", write_tiny_opt(tmp_path / "deeper", layers=3), seed=1)
    assert (await refusal(base, deep)).startswith(begin + "it has some for ")
    flat = write_adapter(tmp_path / "flat", write_tiny_opt(tmp_path / "flatter", layers=1), seed=1)
    assert (await refusal(base, flat)).startswith(begin + "it has none for ")
    other = configured(write_adapter(tmp_path / "other", base, seed=1), target_modules=["c_attn"])
    assert (await refusal(base, other)).startswith(begin + "Target modules ")


async def test_an_adapter_that_is_cut_short_is_refused(base: Path, adapters: dict[str, Path]) -> None:
    file = adapters["noir"] / "adapter_model.safetensors"
    file.write_bytes(file.read_bytes()[:-10])
    assert "does not fit the model" in await refusal(base, adapters["noir"])


async def test_an_adapter_that_lacks_a_weight_is_refused(base: Path, adapters: dict[str, Path]) -> None:
    file = adapters["noir"] / "adapter_model.safetensors"
    weights = load_file(file)
    del weights[next(iter(weights))]
    save_file(weights, file)
    assert "it has none for " in await refusal(base, adapters["noir"])

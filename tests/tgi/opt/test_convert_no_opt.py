"""What is a checkpoint of metaseq's, but of no OPT, is refused with the reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.tgi.opt import meta
from tests.tgi.opt.converting import checkpoint, convert
from tests.tgi.opt.torch_file import Tensor, save
from tgi.opt import errors
from tgi.opt.dtypes import F16
from tgi.opt.errors import OptError


def one_part(folder: Path, change: Callable[[dict[str, Any]], None], **layout: Any) -> Path:
    """A checkpoint of one file, changed before it is written."""
    parts = checkpoint(folder / "parts", meta.Layout(parts=1, name="restored.pt", **layout))
    tensors = {
        name: Tensor(each) for name, each in meta.part_of(meta.model(), 0, meta.Layout(parts=1)).items()
    }
    state: dict[str, Any] = {"model": tensors, "cfg": {"model": {"decoder_attention_heads": 8}}}
    change(state)
    save(parts / "restored.pt", state)
    return parts


CHANGES: dict[str, tuple[Callable[[dict[str, Any]], Any], type[OptError], str]] = {
    "the last norm was dropped": (
        lambda s: [s["model"].pop(f"decoder.layer_norm.{kind}") for kind in ("weight", "bias")],
        errors.BadParts, "a tool dropped the last norm on the way"),
    "norms after each block, and one at the end": (
        lambda s: s["cfg"]["model"].update(decoder_normalize_before=False),
        errors.BadParts, "and yet it has a decoder.layer_norm"),
    "sinusoidal positions": (
        lambda s: s["model"].pop("decoder.embed_positions.weight"), errors.BadParts, "no learned positions"),
    "a layer is lacking": (
        lambda s: [s["model"].pop(name) for name in list(s["model"]) if ".layers.1." in name],
        errors.BadParts, "lacks layers: [1]"),
    "an unknown tensor": (
        lambda s: s["model"].update({"decoder.layers.0.ffn_layernorm.weight": Tensor(np.ones(64, "<f2"))}),
        errors.BadParts, "tensors that no OPT of this shape has: decoder.layers.0.ffn_layernorm.weight"),
    "a bias is lacking": (
        lambda s: s["model"].pop("decoder.layers.1.fc2.bias"),
        errors.ForeignPart, "has no model.decoder.layers.1.fc2"),
    "a head of its own": (
        lambda s: s["model"].update({"decoder.output_projection.weight": Tensor(np.ones((320, 32), "<f2"))}),
        errors.BadParts, "an OPT's head is tied"),
    "double precision": (
        lambda s: s["model"].update({"decoder.layers.1.fc2.bias": Tensor(np.ones(32, "<f8"))}),
        errors.BadParts, "as DoubleStorage"),
    "a transposed tensor": (
        lambda s: s["model"].update(
            {"decoder.layers.1.fc2.weight": Tensor(np.ones((32, 64), "<f2"), strides=(1, 32))}),
        errors.BadParts, "transposed"),
    "a tensor beyond its storage": (
        lambda s: s["model"].update({"decoder.layers.1.fc2.bias": Tensor(np.ones(32, "<f2"), offset=1)}),
        errors.TornPart, "the numbers of decoder.layers.1.fc2.bias are not in it"),
    "flattened without a table": (
        lambda s: s["model"].update({"decoder.layers.1.flat_param_0": Tensor(np.ones(32, "<f2"))}),
        errors.BadParts, "no shard_metadata that says which tensors"),
    "a table that cannot be read": (
        lambda s: s.update(shard_metadata={"param_metadata": [{"fsdp_path": ""}]}),
        errors.TornPart, "shard_metadata that cannot be read"),
    "another activation": (
        lambda s: s["cfg"]["model"].update(activation_fn="swish"), errors.BadParts, "the activation 'swish'"),
    "scaled words": (
        lambda s: s["cfg"]["model"].update(no_scale_embedding=False),
        errors.BadParts, "scaled word embeddings"),
    "other layers than it says": (
        lambda s: s["cfg"]["model"].update(decoder_layers=4), errors.BadParts, "says decoder_layers 4"),
    "heads that do not divide": (
        lambda s: s["cfg"]["model"].update(decoder_attention_heads=5),
        errors.UnknownModel, "not divided by 5 heads"),
    "no heads said": (
        lambda s: s["cfg"]["model"].clear(), errors.UnknownModel, "Pass --heads"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_what_is_no_opt_is_refused(
    tmp_path: Path, change: tuple[Callable[[dict[str, Any]], Any], type[OptError], str]
) -> None:
    parts = one_part(tmp_path, change[0])
    with pytest.raises(OptError) as caught:
        convert(parts, tmp_path / "out")
    assert type(caught.value) is change[1], caught.value
    assert change[2] in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_heads_that_contradict_the_checkpoint_are_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.UnknownModel, match="--heads 4 contradicts the checkpoint"):
        convert(checkpoint(tmp_path / "parts"), tmp_path / "out", heads=4)


def test_bfloat16_beside_float32_has_to_be_turned_into_one(tmp_path: Path) -> None:
    parts = one_part(
        tmp_path,
        lambda s: s["model"].update({"decoder.embed_tokens.weight": Tensor(np.ones((320, 32), "<u2"))}),
    )
    with pytest.raises(errors.BadParts, match="Pass --dtype"):
        convert(parts, tmp_path / "out")


def test_a_number_too_large_for_float16_ends_it(tmp_path: Path) -> None:
    weights = meta.model(form="<f4")
    weights["model.decoder.layers.2.fc2.bias"][3] = 1e6
    parts = checkpoint(tmp_path / "parts")
    meta.write(parts, weights)
    with pytest.raises(
        errors.BadParts, match=r"layers.2.fc2.bias cannot be written as float16: a number is too"
    ):
        convert(parts, tmp_path / "out", form=F16)
    assert not (tmp_path / "out" / "config.json").exists()


def test_nothing_in_a_pickle_is_run(tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[Any, ...]:
            return json.dump, ({"ran": True}, 3)

    parts = one_part(tmp_path, lambda s: s["cfg"].update(trap=Trap()))
    convert(parts, tmp_path / "out")
    assert (tmp_path / "out" / "config.json").is_file()

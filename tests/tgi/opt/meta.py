"""Tiny OPTs in Meta's layout: what metaseq's trainer and its reshard scripts leave on a disk.

Written from metaseq's reshard_fsdp.py, reshard_mp.py, stitch_fsdp_ckpt.py and trainer.py: rows of q, k, v and
fc1, columns of out_proj and fc2, words by rows, the rest whole on each part; q, k and v fused as K, V, Q;
FSDP's flat rows of a layer each, cut over shards, the last ones padded.
"""

from __future__ import annotations

import argparse
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from tests.tgi.opt.torch_file import Size, Tensor, save
from tgi.opt.names import PREFIX, expected_tensors
from tgi.opt.shape import Shape

__all__ = ["DELIVERED", "TINY", "Layout", "bfloat16", "model", "part_of", "write"]

Numbers = npt.NDArray[Any]
Weights = dict[str, Numbers]

TINY = Shape("tiny", layers=3, width=32, heads=8, feed_forward=64, vocabulary=320, positions=64)
DELIVERED = "checkpoint_last-model_part-{rank}-shard{shard}.pt"
"""How Meta delivers OPT-175B."""

_ROWS = ("q_proj.weight", "k_proj.weight", "v_proj.weight", "q_proj.bias", "k_proj.bias", "v_proj.bias")
_OWN_NAMES = {
    "final_layer_norm": "layer_norm",
    "project_in": "project_in_dim",
    "project_out": "project_out_dim",
}


@dataclass(frozen=True)
class Layout:
    """How a model lies in files.

    `shards` 0 is not flattened; otherwise each part is cut so, and one shard is a single flat file.
    `configured` says whether the training's configuration is there, `suffix` whether that names the part;
    `root` is the archive's own name.
    """

    parts: int = 8
    shards: int = 0
    name: str = "reshard-model_part-{rank}.pt"
    fused: bool = True
    prefix: str = ""
    tied_head: bool = False
    configured: bool = True
    suffix: bool = True
    root: str | None = None
    newest: bool = False
    step: int | None = 143_000
    extra: dict[str, Any] = field(default_factory=dict)


def model(shape: Shape = TINY, *, seed: int = 0, form: str = "<f2") -> Weights:
    """Random weights under Hugging Face's names: norms about 1, matrices that keep a signal's size."""
    dice = np.random.default_rng(seed)
    made: Weights = {}
    for name, size in expected_tensors(shape).items():
        noise = dice.standard_normal(size, dtype=np.float32)
        if "layer_norm.weight" in name:
            numbers = 1 + 0.1 * noise
        elif len(size) == 1:
            numbers = 0.1 * noise
        else:
            numbers = noise * size[-1] ** -0.5
        made[name] = numbers.astype(form)
    return made


def bfloat16(weights: Weights) -> Weights:
    """The weights' upper halves, as NumPy holds bfloat16: whole numbers."""
    return {name: (each.astype("<f4").view("<u4") >> 16).astype("<u2") for name, each in weights.items()}


def part_of(weights: Weights, rank: int, layout: Layout) -> OrderedDict[str, Numbers]:
    """The tensors of one model-parallel part under metaseq's names, in a decoder's order."""
    made: OrderedDict[str, Numbers] = OrderedDict({"decoder.version": np.array([3.0], np.float32)})
    for name, numbers in weights.items():
        short = name.removeprefix(PREFIX)
        stem, _, kind = short.rpartition(".")
        if layout.fused and stem.endswith(("q_proj", "k_proj", "v_proj")):
            if stem.endswith("q_proj"):
                base = name.removesuffix(f"q_proj.{kind}")
                thirds = [_cut(weights[f"{base}{one}_proj.{kind}"], rank, layout.parts, 0) for one in "kvq"]
                made[f"decoder.{stem.removesuffix('q_proj')}qkv_proj.{kind}"] = np.concatenate(thirds)
            continue
        axis = _axis(short)
        piece = numbers if axis is None else _cut(numbers, rank, layout.parts, axis)
        made[f"decoder.{_OWN_NAMES.get(stem, stem)}.{kind}"] = piece
    if layout.tied_head:
        made["decoder.output_projection.weight"] = made["decoder.embed_tokens.weight"]
    return made


def write(folder: Path, weights: Weights, shape: Shape = TINY, layout: Layout | None = None) -> list[Path]:
    """Write all parts; the files in order."""
    layout = layout or Layout()
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for rank in range(layout.parts):
        part = part_of(weights, rank, layout)
        for shard in range(max(1, layout.shards)):
            path = folder / layout.name.format(rank=rank, shard=shard)
            state = _state(part, shape, rank, shard, layout)
            save(path, state, root=layout.root, newest=layout.newest)
            written.append(path)
    return written


def _state(
    part: OrderedDict[str, Numbers], shape: Shape, rank: int, shard: int, layout: Layout
) -> dict[str, Any]:
    state: dict[str, Any] = {"cfg": _config(shape, rank, layout), "args": None}
    if layout.shards:
        state["model"], state["shard_metadata"] = _flat(part, shape, shard, layout)
    else:
        tensors = {id(numbers): Tensor(numbers) for numbers in part.values()}
        state["model"] = OrderedDict(
            (layout.prefix + name, tensors[id(numbers)]) for name, numbers in part.items()
        )
    if layout.step is not None:
        state["optimizer_history"] = [{"criterion_name": "CrossEntropy", "num_updates": layout.step}]
    state["extra_state"] = {"previous_training_time": 1.5, "train_iterator": {"epoch": 1}}
    return state | layout.extra


def _config(shape: Shape, rank: int, layout: Layout) -> dict[str, Any] | None:
    if not layout.configured:
        return None
    architecture = argparse.Namespace(
        _name="transformer_lm_megatron",
        activation_fn="relu",
        decoder_layers=shape.layers,
        decoder_embed_dim=shape.width,
        decoder_ffn_embed_dim=shape.feed_forward,
        decoder_attention_heads=shape.heads,
        decoder_normalize_before=shape.norm_before,
        no_scale_embedding=True,
        share_decoder_input_output_embed=True,
        model_parallel_size=layout.parts,
    )
    suffix = f"-model_part-{rank}" if layout.suffix and layout.parts > 1 else ""
    return {"model": architecture, "checkpoint": {"checkpoint_suffix": suffix, "save_dir": "/checkpoints"}}


def _flat(
    part: OrderedDict[str, Numbers], shape: Shape, shard: int, layout: Layout
) -> tuple[OrderedDict[str, Tensor], dict[str, Any]]:
    """One flat row a layer, and one for what is outside the layers, as metaseq wraps them."""
    weights = OrderedDict((name, each) for name, each in part.items() if not name.endswith("version"))
    weights.pop("decoder.output_projection.weight", None)  # a shared parameter is in the row once
    made: OrderedDict[str, Tensor] = OrderedDict()
    table = []
    for path in ["", *(f"decoder.layers.{layer}" for layer in range(shape.layers))]:
        inside = {
            name: each
            for name, each in weights.items()
            if (name.startswith(f"{path}.") if path else not name.startswith("decoder.layers."))
        }
        row = np.concatenate([each.reshape(-1) for each in inside.values()])
        length = -(-row.size // layout.shards)
        piece = row[shard * length : (shard + 1) * length]
        padding = length - piece.size
        key = f"{layout.prefix}{path}.flat_param_0" if path else f"{layout.prefix}flat_param_0"
        made[key] = Tensor(np.concatenate([piece, np.zeros(padding, row.dtype)]))
        about = {
            "names": [name.removeprefix(f"{path}.") if path else name for name in inside],
            "shapes": [Size(each.shape) for each in inside.values()],
            "numels": [each.size for each in inside.values()],
            "padding": padding,
        }
        unit = {"fsdp_path": (layout.prefix + path).strip("."), "params": {"flat_param_0": about}}
        table.append({**unit, "no_broadcast_optim_state": False})
    made[f"{layout.prefix}decoder.version"] = Tensor(np.array([3.0], np.float32))
    return made, {"param_metadata": table, "buffer_names": ["decoder.version"]}


def _axis(short: str) -> int | None:
    if short.endswith(_ROWS) or ".fc1." in short or short == "embed_tokens.weight":
        return 0
    return 1 if short.endswith(("out_proj.weight", "fc2.weight")) else None


def _cut(numbers: Numbers, rank: int, parts: int, axis: int) -> Numbers:
    return np.ascontiguousarray(np.split(numbers, parts, axis=axis)[rank])

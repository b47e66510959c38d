"""Every layout in which Meta's parts come gives the model that they were cut from, bit for bit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.tgi.opt import meta
from tests.tgi.opt.converting import checkpoint, convert, weights_of
from tgi.opt.convert.run import Wanted, prepare
from tgi.opt.dtypes import F16, F32
from tgi.opt.shape import Shape, read_shape

TINY = meta.TINY
NARROW = replace(TINY, embedding=16, norm_before=False)
"""The design of OPT-350M: narrow words between two projections, norms after each block."""

LAYOUTS = {
    "eight parts, as reshard_fsdp leaves them": meta.Layout(),
    "eight parts in the newest file format": meta.Layout(newest=True),
    "as Meta delivers them, cut by FSDP": meta.Layout(shards=5, name=meta.DELIVERED),
    "flattened, one file a part": meta.Layout(shards=1),
    "one part, cut by FSDP": meta.Layout(parts=1, shards=3, name="checkpoint_last-shard{shard}.pt"),
    "a single file": meta.Layout(parts=1, name="restored.pt"),
    "a single flat file": meta.Layout(parts=1, shards=1, name="reshard.pt"),
    "two parts named as OPT-IML's": meta.Layout(parts=2, name="checkpoint_1_4000.pt-model_part-{rank}.pt"),
    "four parts with q, k and v apart": meta.Layout(parts=4, fused=False),
    "the head written beside the words": meta.Layout(parts=2, tied_head=True),
    "names that begin with model.": meta.Layout(parts=2, prefix="model."),
    "no configuration and no step": meta.Layout(parts=2, configured=False, step=None),
    "saved to an open file": meta.Layout(root="archive"),
    "every part with the first one's configuration": meta.Layout(suffix=False),
}


@pytest.mark.parametrize("shape", [TINY, NARROW], ids=["pre-norm", "post-norm"])
@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_the_weights_are_those_that_were_cut(tmp_path: Path, layout: meta.Layout, shape: Shape) -> None:
    parts = checkpoint(tmp_path / "parts", layout, shape)
    convert(parts, tmp_path / "out", heads=None if layout.configured else shape.heads)
    wanted, found = meta.model(shape), weights_of(tmp_path / "out")
    assert found.keys() == wanted.keys()
    for name, numbers in wanted.items():
        assert (found[name].dtype, found[name].shape) == (numbers.dtype, numbers.shape)
        assert found[name].tobytes() == numbers.tobytes(), name


def test_the_configuration_says_what_the_parts_are(tmp_path: Path) -> None:
    convert(checkpoint(tmp_path / "parts", shape=NARROW), tmp_path / "out")
    assert read_shape(str(tmp_path / "out")) == replace(NARROW, name="out")
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert config["do_layer_norm_before"] is False
    assert (config["torch_dtype"], config["bos_token_id"], config["pad_token_id"]) == ("float16", 2, 1)


def test_the_index_names_each_tensor_and_no_file_is_larger_than_asked(tmp_path: Path) -> None:
    convert(checkpoint(tmp_path / "parts"), tmp_path / "out", shard_size=30_000)
    index = json.loads((tmp_path / "out" / "model.safetensors.index.json").read_text())
    files = sorted(path.name for path in (tmp_path / "out").glob("*.safetensors"))
    assert len(files) > 2
    assert sorted(set(index["weight_map"].values())) == files
    weights = weights_of(tmp_path / "out")
    assert index["metadata"]["total_size"] == sum(each.nbytes for each in weights.values())
    for file in files:
        inside = [name for name, where in index["weight_map"].items() if where == file]
        assert sum(weights[name].nbytes for name in inside) <= 30_000


def test_a_tensor_larger_than_a_file_has_a_file_to_itself(tmp_path: Path) -> None:
    convert(checkpoint(tmp_path / "parts"), tmp_path / "out", shard_size=1)
    assert len(list((tmp_path / "out").glob("*.safetensors"))) == len(meta.model())


@pytest.mark.parametrize(("form", "wide"), [("<f4", F32), ("<f2", F16)])
def test_float32_stays_and_float16_rounds_to_nearest(tmp_path: Path, form: str, wide: object) -> None:
    weights = meta.model(form="<f4")
    parts = checkpoint(tmp_path / "parts")
    meta.write(parts, weights)
    convert(parts, tmp_path / "out", form=wide)
    for name, numbers in weights_of(tmp_path / "out").items():
        assert numbers.tobytes() == weights[name].astype(form).tobytes()


def test_bfloat16_is_kept_or_widened(tmp_path: Path) -> None:
    weights = meta.bfloat16(meta.model())
    parts = checkpoint(tmp_path / "parts")
    meta.write(parts, weights)
    convert(parts, tmp_path / "wide", form=F32)
    for name, numbers in weights_of(tmp_path / "wide").items():
        assert numbers.tobytes() == (weights[name].astype("<u4") << 16).tobytes()
    convert(parts, tmp_path / "kept")
    assert json.loads((tmp_path / "kept" / "config.json").read_text())["torch_dtype"] == "bfloat16"


def test_ranks_that_drifted_apart_are_taken_from_the_first_and_said(tmp_path: Path) -> None:
    weights = meta.model()
    parts = checkpoint(tmp_path / "parts")
    drifted = {name: each.copy() for name, each in weights.items()}
    drifted["model.decoder.final_layer_norm.weight"] += np.float16(1e-3)
    meta.write(tmp_path / "other", drifted)
    (tmp_path / "other" / "reshard-model_part-5.pt").replace(parts / "reshard-model_part-5.pt")
    # Only what is whole on each part was changed: the norm.
    wanted = Wanted(parts, tmp_path / "out", parts, None, 20_000)
    assert list(prepare(wanted).checkpoint.drifted) == ["model.decoder.final_layer_norm.weight"]
    convert(parts, tmp_path / "out")
    norm = weights_of(tmp_path / "out")["model.decoder.final_layer_norm.weight"]
    assert norm.tobytes() == weights["model.decoder.final_layer_norm.weight"].tobytes()


def test_the_known_sizes_need_no_heads_said(tmp_path: Path) -> None:
    shape = Shape("small", layers=12, width=768, heads=12, feed_forward=16, vocabulary=320, positions=8)
    parts = checkpoint(tmp_path / "parts", meta.Layout(parts=2, configured=False), shape)
    convert(parts, tmp_path / "out", shard_size=10**9)
    assert json.loads((tmp_path / "out" / "config.json").read_text())["num_attention_heads"] == 12

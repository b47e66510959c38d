"""A converted folder, loaded by transformers, computes what Meta's parts do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from transformers import OPTConfig, OPTForCausalLM

from tests.models.opt.reference import logits
from tests.tgi.opt import meta, vocabulary
from tests.tgi.opt.converting import convert
from tgi.opt.shape import Shape

TOKENS = [2, 17, 300, 5, 5, 91, 264, 12, 33]
NARROW = replace(meta.TINY, embedding=16, norm_before=False)
LAYOUTS = {
    "eight parts": meta.Layout(),
    "as delivered": meta.Layout(shards=5, name=meta.DELIVERED),
    "two flat parts": meta.Layout(parts=2, shards=1),
    "one part": meta.Layout(parts=1, name="restored.pt"),
}


def converted(folder: Path, weights: dict[str, Any], shape: Shape, layout: meta.Layout) -> Path:
    meta.write(folder / "parts", weights, shape, layout)
    vocabulary.meta(folder / "parts")
    convert(folder / "parts", folder / "out")
    return folder / "out"


def loaded(folder: Path, dtype: torch.dtype) -> Any:
    model, about = OPTForCausalLM.from_pretrained(folder, dtype=dtype, output_loading_info=True)
    assert not any(about.values()), about
    return model.eval()


@pytest.mark.parametrize(
    ("layout", "shape"),
    [*((layout, meta.TINY) for layout in LAYOUTS.values()), (meta.Layout(), NARROW)],
    ids=[*LAYOUTS, "eight parts, post-norm"],
)
def test_in_float32_logits_are_equal_to_a_hundred_thousandth(
    tmp_path: Path, layout: meta.Layout, shape: Shape
) -> None:
    weights = meta.model(shape, form="<f4")
    model = loaded(converted(tmp_path, weights, shape, layout), torch.float32)
    with torch.inference_mode():
        found = model(torch.tensor([TOKENS])).logits[0]
    wanted = logits(weights, shape, layout, TOKENS)
    assert float(wanted.abs().max()) > 1
    assert float((found - wanted).abs().max()) <= 1e-5


def test_another_order_of_key_value_and_query_would_be_seen(tmp_path: Path) -> None:
    weights = meta.model(form="<f4")
    wanted = logits(weights, meta.TINY, meta.Layout(), TOKENS)
    model = loaded(converted(tmp_path, weights, meta.TINY, meta.Layout()), torch.float32)
    attention = model.model.decoder.layers[0].self_attn
    with torch.inference_mode():
        keys = attention.k_proj.weight.clone()
        attention.k_proj.weight.copy_(attention.v_proj.weight)
        attention.v_proj.weight.copy_(keys)
        found = model(torch.tensor([TOKENS])).logits[0]
    assert float((found - wanted).abs().max()) > 0.1


@pytest.mark.parametrize("shape", [meta.TINY, NARROW], ids=["pre-norm", "post-norm"])
def test_in_float16_logits_differ_by_its_own_rounding_alone(tmp_path: Path, shape: Shape) -> None:
    weights = meta.model(shape)
    folder = converted(tmp_path, weights, shape, meta.Layout())
    model = loaded(folder, torch.float16)
    # The same weights put into the same model by hand: bit for bit the same logits.
    by_hand = OPTForCausalLM(OPTConfig.from_pretrained(folder)).to(torch.float16).eval()
    state = {name: torch.from_numpy(np.array(numbers)) for name, numbers in weights.items()}
    by_hand.load_state_dict(state | {"lm_head.weight": state["model.decoder.embed_tokens.weight"]})
    with torch.inference_mode():
        found = model(torch.tensor([TOKENS])).logits[0]
        assert torch.equal(found, by_hand(torch.tensor([TOKENS])).logits[0])
    # Against the parts in float32: a few steps of float16 at the largest logit.
    wanted = logits(weights, shape, meta.Layout(), TOKENS)
    step = float(wanted.abs().max()) * 2**-10
    assert float((found.float() - wanted).abs().max()) <= 8 * step


def test_greedy_texts_are_the_same(tmp_path: Path) -> None:
    weights = meta.model(form="<f4")
    model = loaded(converted(tmp_path, weights, meta.TINY, meta.Layout()), torch.float32)
    tokens = [2, 40, 41]
    with torch.inference_mode():
        found = model.generate(torch.tensor([tokens]), max_new_tokens=20, do_sample=False, eos_token_id=None)[
            0
        ]
    for _ in range(20):
        tokens.append(int(logits(weights, meta.TINY, meta.Layout(), tokens)[-1].argmax()))
    assert found.tolist() == tokens

"""An OPT computed as metaseq's model-parallel ranks compute it, straight from Meta's parts.

Nothing of the converter is in it. Each part has its heads' keys, values and queries fused in that order, its
slice of fc1, and what it adds to the sums after out_proj and fc2.
Source: metaseq's transformer_decoder.py and Megatron's parallel layers.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional

from tests.tgi.opt import meta
from tgi.opt.shape import Shape

__all__ = ["logits"]

_OFFSET = 2


def logits(weights: dict[str, Any], shape: Shape, layout: meta.Layout, tokens: list[int]) -> Any:
    """The logits after each of `tokens` (tokens x vocabulary), in float32."""
    parts = [
        {
            name: torch.from_numpy(numbers.astype("float32"))
            for name, numbers in meta.part_of(weights, rank, layout).items()
        }
        for rank in range(layout.parts)
    ]
    first = parts[0]
    words = torch.cat([part["decoder.embed_tokens.weight"] for part in parts])
    flow = words[tokens]
    if "decoder.project_in_dim.weight" in first:
        flow = flow @ first["decoder.project_in_dim.weight"].T
    flow = flow + first["decoder.embed_positions.weight"][_OFFSET : _OFFSET + len(tokens)]
    for layer in range(shape.layers):
        flow = _layer(parts, f"decoder.layers.{layer}.", shape, flow)
    if shape.norm_before:
        flow = _norm(first, "decoder.layer_norm", flow)
    if "decoder.project_out_dim.weight" in first:
        flow = flow @ first["decoder.project_out_dim.weight"].T
    return flow @ words.T


def _layer(parts: list[dict[str, Any]], prefix: str, shape: Shape, flow: Any) -> Any:
    first = parts[0]
    for norm, block in (("self_attn_layer_norm", _attention), ("final_layer_norm", _feed_forward)):
        entering = _norm(first, prefix + norm, flow) if shape.norm_before else flow
        out = "self_attn.out_proj.bias" if block is _attention else "fc2.bias"
        added = sum(block(part, prefix, shape, entering) for part in parts) + first[prefix + out]
        flow = flow + added
        if not shape.norm_before:
            flow = _norm(first, prefix + norm, flow)
    return flow


def _attention(part: dict[str, Any], prefix: str, shape: Shape, flow: Any) -> Any:
    fused = functional.linear(
        flow, part[f"{prefix}self_attn.qkv_proj.weight"], part[f"{prefix}self_attn.qkv_proj.bias"]
    )
    size, length = shape.width // shape.heads, flow.shape[0]
    key, value, query = (each.view(length, -1, size).transpose(0, 1) for each in fused.chunk(3, dim=-1))
    scores = query @ key.transpose(1, 2) * size**-0.5
    later = torch.ones(length, length, dtype=torch.bool).triu(1)
    mixed = scores.masked_fill(later, float("-inf")).softmax(-1) @ value
    return mixed.transpose(0, 1).reshape(length, -1) @ part[f"{prefix}self_attn.out_proj.weight"].T


def _feed_forward(part: dict[str, Any], prefix: str, _shape: Shape, flow: Any) -> Any:
    inner = functional.linear(flow, part[f"{prefix}fc1.weight"], part[f"{prefix}fc1.bias"]).relu()
    return inner @ part[f"{prefix}fc2.weight"].T


def _norm(part: dict[str, Any], name: str, flow: Any) -> Any:
    weight, bias = part[f"{name}.weight"], part[f"{name}.bias"]
    return functional.layer_norm(flow, weight.shape, weight, bias, 1e-5)

"""The tensors of an OPT in Hugging Face's layout: names and shapes, as its shape demands them.

The names are those of `OPTForCausalLM`; the head is the word embeddings (tied) and has no tensor of its own.
"""

from __future__ import annotations

from tgi.opt.shape import Shape

__all__ = ["HEAD", "PREFIX", "expected_tensors"]

PREFIX = "model.decoder."
HEAD = "lm_head.weight"


def expected_tensors(shape: Shape) -> dict[str, tuple[int, ...]]:
    """Every tensor's shape by name, in the order of the forward pass."""
    width, inner = shape.width, shape.feed_forward
    found: dict[str, tuple[int, ...]] = {
        "embed_tokens.weight": (shape.vocabulary, shape.word_width),
        "embed_positions.weight": (shape.positions + 2, width),
    }
    if shape.word_width != width:
        found["project_in.weight"] = (width, shape.word_width)
        found["project_out.weight"] = (shape.word_width, width)
    for layer in range(shape.layers):
        found |= {f"layers.{layer}.{name}": size for name, size in _layer(width, inner).items()}
    if shape.norm_before:
        found |= _norm("final_layer_norm", width)
    return {PREFIX + name: size for name, size in found.items()}


def _layer(width: int, inner: int) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
        found[f"self_attn.{name}.weight"] = (width, width)
        found[f"self_attn.{name}.bias"] = (width,)
    return {
        **found,
        **_norm("self_attn_layer_norm", width),
        "fc1.weight": (inner, width),
        "fc1.bias": (inner,),
        "fc2.weight": (width, inner),
        "fc2.bias": (width,),
        **_norm("final_layer_norm", width),
    }


def _norm(name: str, width: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}

"""The shape of the model that the parts hold, and the config.json that says so.

Sizes are read off the tensors; what tensors cannot tell (the heads) comes from the training configuration
that Meta's files carry, from the published sizes, or from the person. What is no OPT is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from tgi.opt.convert.part import Part
from tgi.opt.dtypes import Format
from tgi.opt.errors import BadParts, UnknownModel
from tgi.opt.shape import KNOWN, Shape

__all__ = ["OFFSET", "Shaped", "config_json", "generation_json", "shape_of"]

OFFSET = 2
"""Rows of the position table that stand before the first position (fairseq counts from <pad> on)."""

_EMBEDDINGS = "decoder.embed_tokens.weight"
_LAYER = re.compile(r"decoder\.layers\.(\d+)\.")
_ACTIVATIONS = ("relu", "gelu")


@dataclass(frozen=True)
class Shaped:
    """A shape, the feed-forward's activation, and where the number of heads comes from."""

    shape: Shape
    activation: str
    heads_from: str


def shape_of(parts: list[Part], *, heads: int | None) -> Shaped:
    """The shape that these parts have together. Raises BadParts, UnknownModel."""
    first = parts[0]
    model = _model_config(first.config)
    _refuse_other_positions(first)
    width, words = _size(first, "decoder.layers.0.fc1.weight", 1), _size(first, _EMBEDDINGS, 1)
    sizes = Shape(
        name="opt",
        layers=_layers(first),
        width=width,
        heads=0,
        feed_forward=sum(_size(part, "decoder.layers.0.fc1.weight", 0) for part in parts),
        vocabulary=sum(_size(part, _EMBEDDINGS, 0) for part in parts),
        positions=_size(first, "decoder.embed_positions.weight", 0) - OFFSET,
        embedding=0 if words == width else words,
        norm_before=_norm_before(first, model),
    )
    found, source = _heads(sizes, model, heads)
    if found < 1 or sizes.width % found:
        raise UnknownModel(f"A width of {sizes.width} is not divided by {found} heads ({source}).")
    if found % len(parts):
        raise UnknownModel(f"{found} heads ({source}) cannot lie on {len(parts)} parts evenly.")
    for field, size in (("decoder_layers", sizes.layers), ("decoder_ffn_embed_dim", sizes.feed_forward)):
        if isinstance(model.get(field), int) and model[field] != size:
            raise BadParts(f"{first.name} says {field} {model[field]}, and its tensors are of {size}.")
    return Shaped(replace(sizes, heads=found), _activation(first, model), source)


def config_json(shaped: Shaped, form: Format) -> dict[str, Any]:
    """What config.json says: read by transformers, TGI and vLLM. Source: transformers' OPTConfig."""
    shape = shaped.shape
    return {
        "architectures": ["OPTForCausalLM"],
        "model_type": "opt",
        "activation_function": shaped.activation,
        "vocab_size": shape.vocabulary,
        "hidden_size": shape.width,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "ffn_dim": shape.feed_forward,
        "max_position_embeddings": shape.positions,
        "word_embed_proj_dim": shape.word_width,
        "do_layer_norm_before": shape.norm_before,
        "_remove_final_layer_norm": False,
        "enable_bias": True,
        "layer_norm_elementwise_affine": True,
        "tie_word_embeddings": True,
        "dropout": 0.1,
        "attention_dropout": 0.0,
        "layerdrop": 0.0,
        "init_std": 0.006,
        "use_cache": True,
        "bos_token_id": 2,
        "eos_token_id": 2,
        "pad_token_id": 1,
        "prefix": "</s>",
        "torch_dtype": form.torch,
    }


def generation_json() -> dict[str, Any]:
    """What generation_config.json says."""
    return {"_from_model_config": True, "bos_token_id": 2, "eos_token_id": 2, "pad_token_id": 1}


def _refuse_other_positions(part: Part) -> None:
    if "decoder.embed_positions.weight" not in part.tensors:
        raise BadParts(
            f"{part.name} has no learned positions (decoder.embed_positions.weight): it is no OPT."
        )


def _norm_before(part: Part, model: dict[str, Any]) -> bool:
    """Whether the norms stand before each block, as in every OPT but the one of 350M."""
    said = model.get("decoder_normalize_before")
    if {"decoder.layer_norm.weight", "decoder.final_layer_norm.weight"} & part.tensors.keys():
        if said is False:
            raise BadParts(
                f"{part.name} says that its norms stand after each block, and yet it has a "
                "decoder.layer_norm."
            )
        return True
    narrow = "decoder.project_in_dim.weight" in part.tensors
    if said is False or (said is None and narrow):
        return False
    raise BadParts(
        f"{part.name} has no decoder.layer_norm: a tool dropped the last norm on the way. Take the file as "
        "it "
        "was before that tool."
    )


def _model_config(config: dict[str, Any]) -> dict[str, Any]:
    model = config.get("model", config)
    return model if isinstance(model, dict) else {}


def _layers(part: Part) -> int:
    found = {int(match[1]) for name in part.tensors if (match := _LAYER.match(name)) is not None}
    missing = sorted(set(range(max(found, default=-1) + 1)) - found)
    if not found or missing:
        raise BadParts(f"{part.name} lacks layers: {missing or 'it has none at all'}.")
    return len(found)


def _size(part: Part, name: str, axis: int) -> int:
    tensor = part.tensors.get(name)
    if tensor is None or len(tensor.shape) <= axis:
        raise BadParts(f"{part.name} has no {name}.")
    return tensor.shape[axis]


def _heads(sizes: Shape, model: dict[str, Any], given: int | None) -> tuple[int, str]:
    said = model.get("decoder_attention_heads")
    if isinstance(said, int):
        if given is not None and given != said:
            raise UnknownModel(
                f"--heads {given} contradicts the checkpoint, which was trained with {said} heads."
            )
        return said, "from the checkpoint"
    if given is not None:
        return given, "as given"
    for known in KNOWN.values():
        if (known.width, known.layers) == (sizes.width, sizes.layers):
            return known.heads, f"as {known.name} has"
    raise UnknownModel(
        f"{sizes.layers} layers of width {sizes.width} are no published size, and the checkpoint does not "
        "say "
        "how many heads it has. Pass --heads."
    )


def _activation(part: Part, model: dict[str, Any]) -> str:
    if model.get("no_scale_embedding") is False:
        raise BadParts(f"{part.name} was trained with scaled word embeddings, which no OPT has.")
    said = model.get("activation_fn", "relu")
    if said not in _ACTIVATIONS:
        raise BadParts(
            f"{part.name} was trained with the activation {said!r}; only {' and '.join(_ACTIVATIONS)} are "
            "converted."
        )
    return str(said)

"""The shape of an OPT model, and what follows from it: parameters, weights in bytes, keys and values a token.

Shapes: Table 1 of "OPT: Open Pre-trained Transformer Language Models" (Zhang et al., 2022), and the
config.json of each published size.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tgi.opt.errors import UnknownModel

__all__ = ["KNOWN", "PRECISIONS", "Precision", "Shape", "read_shape"]

_FP16 = 2


@dataclass(frozen=True)
class Precision:
    """How the linear layers are stored: `bits` a weight, with scales and zeros; the rest is fp16."""

    name: str
    bits: float
    tgi_quantize: str | None
    vllm_quantization: str | None


PRECISIONS = {
    each.name: each
    for each in (
        Precision("fp16", 16.0, None, None),
        # TGI's bitsandbytes makes 8 bits of a weight while it loads; vLLM's makes 4.
        Precision("int8", 8.0, "bitsandbytes", "gptq"),
        # GPTQ in groups of 128: 4 bits, and a 16-bit scale and a 4-bit zero a group.
        Precision("int4", 4 + (16 + 4) / 128, "gptq", "gptq"),
    )
}


@dataclass(frozen=True)
class Shape:
    """An OPT decoder. `embedding` is the width of the word embeddings, where it differs (350m)."""

    name: str
    layers: int
    width: int
    heads: int
    feed_forward: int
    vocabulary: int = 50272
    positions: int = 2048
    embedding: int = 0
    norm_before: bool = True

    @property
    def word_width(self) -> int:
        """The width of the word embeddings."""
        return self.embedding or self.width

    @property
    def layer_linear(self) -> int:
        """The weights of one layer's six matrices: what is split over GPUs, and what is quantised."""
        return 4 * self.width**2 + 2 * self.width * self.feed_forward

    @property
    def layer_rest(self) -> int:
        """One layer's biases and norms."""
        return 9 * self.width + self.feed_forward

    @property
    def words(self) -> int:
        """The word embeddings, which are also the head."""
        return self.vocabulary * self.word_width

    @property
    def rest(self) -> int:
        """Positions (two more than are used), the last norm, the projections beside narrow embeddings."""
        projections = 0 if self.word_width == self.width else 2 * self.word_width * self.width
        return (self.positions + 2) * self.width + (2 * self.width if self.norm_before else 0) + projections

    @property
    def parameters(self) -> int:
        """All parameters, the tied head counted once."""
        return self.layers * (self.layer_linear + self.layer_rest) + self.words + self.rest

    @property
    def kv_token_bytes(self) -> int:
        """Keys and values of one token over all layers, in fp16."""
        return 2 * self.layers * self.width * _FP16

    def weight_bytes(self, precision: Precision) -> int:
        """All weights, in bytes."""
        linear = self.layers * self.layer_linear
        return round(linear * precision.bits / 8) + (self.parameters - linear) * _FP16


KNOWN = {
    shape.name: shape
    for shape in (
        Shape("opt-125m", 12, 768, 12, 3072),
        Shape("opt-350m", 24, 1024, 16, 4096, embedding=512, norm_before=False),
        Shape("opt-1.3b", 24, 2048, 32, 8192),
        Shape("opt-2.7b", 32, 2560, 32, 10240),
        Shape("opt-6.7b", 32, 4096, 32, 16384),
        Shape("opt-13b", 40, 5120, 40, 20480),
        Shape("opt-30b", 48, 7168, 56, 28672),
        Shape("opt-66b", 64, 9216, 72, 36864),
        Shape("opt-175b", 96, 12288, 96, 49152),
    )
}

_FIELDS = {
    "layers": "num_hidden_layers",
    "width": "hidden_size",
    "heads": "num_attention_heads",
    "feed_forward": "ffn_dim",
    "vocabulary": "vocab_size",
    "positions": "max_position_embeddings",
    "embedding": "word_embed_proj_dim",
}


def read_shape(model: str) -> Shape:
    """The shape of a published size by name, or of a folder (or its config.json). Raises UnknownModel."""
    name = model.lower().removeprefix("facebook/")
    if name in KNOWN:
        return KNOWN[name]
    path = Path(model)
    path = path / "config.json" if path.is_dir() else path
    if not path.is_file():
        known = ", ".join(sorted(KNOWN, key=_size))
        raise UnknownModel(f"{model} is neither a folder with a config.json nor one of {known}.")
    try:
        config: Any = json.loads(path.read_text("utf-8"))
        if config["model_type"] != "opt":
            raise UnknownModel(f"{path} is of a model of type {config['model_type']}, not of an OPT.")
        sizes = {key: int(config[field]) for key, field in _FIELDS.items() if field in config}
        shape = Shape(path.parent.name, norm_before=bool(config.get("do_layer_norm_before", True)), **sizes)
    except (ValueError, KeyError, TypeError, UnicodeDecodeError) as error:
        raise UnknownModel(f"{path} is not the config.json of an OPT: {_what(error)}.") from error
    if min(sizes.values(), default=0) < 1 or shape.width % shape.heads:
        raise UnknownModel(
            f"{path} has sizes that no OPT can have (width {shape.width}, heads {shape.heads})."
        )
    return shape


def _size(name: str) -> int:
    return KNOWN[name].parameters


def _what(error: Exception) -> str:
    return f"it lacks {error}" if isinstance(error, KeyError) else str(error)

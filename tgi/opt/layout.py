"""How a model lies on GPUs: shards, weights and room for tokens on the fullest of them.

Within a machine the matrices are split (tensor parallel); between machines, the layers (pipeline parallel):
a split matrix needs a sum over all shards twice a layer, and only NVLink carries that.
"""

from __future__ import annotations

from dataclasses import dataclass

from tgi.opt.gpus import Gpus
from tgi.opt.shape import Precision, Shape

__all__ = ["MEMORY_USED", "Layout", "best_layout", "shard_counts"]

MEMORY_USED = 0.9
"""The share of a GPU for weights, keys and values; the rest is activations, CUDA, NCCL, fragments."""

_FP16 = 2
_BEYOND = 1 << 20


@dataclass(frozen=True)
class Layout:
    """One copy of a model on `tensor` x `pipeline` GPUs, `copies` times. Bytes are those of the fullest GPU.

    `room` is how many tokens' keys and values one copy holds; negative where not even the weights fit.
    """

    precision: Precision
    tensor: int
    pipeline: int
    copies: int
    weight_bytes: int
    kv_token_bytes: int
    usable_bytes: int
    room: int

    @property
    def gpus(self) -> int:
        """GPUs of one copy."""
        return self.tensor * self.pipeline

    def holds(self, tokens: int) -> bool:
        """Whether the weights and that many tokens fit."""
        return self.weight_bytes + tokens * self.kv_token_bytes <= self.usable_bytes


def shard_counts(shape: Shape, most: int = _BEYOND) -> list[int]:
    """The numbers of shards, up to `most`, that divide the heads and the feed-forward width."""
    limit = min(most, shape.heads)
    return [n for n in range(1, limit + 1) if not shape.heads % n and not shape.feed_forward % n]


def best_layout(shape: Shape, precision: Precision, gpus: Gpus, *, spread: bool = False) -> Layout:
    """The layout with the most room: a copy on each machine, or, with `spread`, one over all machines."""
    pipeline = gpus.nodes if spread else 1
    copies = 1 if spread else gpus.nodes
    found = [
        _layout(shape, precision, gpus, tensor=tensor, pipeline=pipeline, copies=copies)
        for tensor in shard_counts(shape, gpus.per_node)
    ]
    return max(found, key=lambda layout: (layout.room, -layout.tensor))


def _layout(
    shape: Shape, precision: Precision, gpus: Gpus, *, tensor: int, pipeline: int, copies: int
) -> Layout:
    layers = -(-shape.layers // pipeline)
    linear = round(shape.layer_linear * precision.bits / 8)
    # Biases and norms are counted whole on each shard: less than a thousandth, and never too little.
    layer = -(-linear // tensor) + shape.layer_rest * _FP16
    words = -(-shape.words // tensor) * _FP16
    if shape.vocabulary % tensor:
        # A head that cannot be split evenly stays whole beside the split embeddings.
        words += shape.words * _FP16
    # With stages, embeddings and the tied head are on the first and the last, each with its share.
    weight_bytes = layers * layer + words + shape.rest * _FP16
    # A shard has whole heads, so a token's keys and values divide evenly.
    kv_token_bytes = 2 * layers * (shape.width // tensor) * _FP16
    usable = int(gpus.memory * MEMORY_USED)
    room = (usable - weight_bytes) // kv_token_bytes
    return Layout(precision, tensor, pipeline, copies, weight_bytes, kv_token_bytes, usable, room)

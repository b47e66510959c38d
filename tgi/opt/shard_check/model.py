"""One rank's share of an OPT, in plain PyTorch and float32: written to be compared, not to be quick.

Numbers that several ranks have parts of meet in an all-reduce after out_proj, after fc2 and after split word
embeddings, and in an all-gather of the logits. Source of the computation: transformers' modeling_opt.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from torch import distributed
from torch.nn import functional

from tgi.opt.headers import read_header
from tgi.opt.names import PREFIX, expected_tensors
from tgi.opt.shape import Shape
from tgi.opt.shard_check.split import Share, piece_of

__all__ = ["RankModel", "load_rank"]

_OFFSET = 2
_EPSILON = 1e-5
_ACTIVATIONS: dict[str, Callable[[Any], Any]] = {"relu": functional.relu, "gelu": functional.gelu}


@dataclass
class RankModel:
    """A rank's weights by short name; `bytes` is what they take."""

    shape: Shape
    share: Share
    activation: str
    weights: dict[str, Any]
    bytes: int
    cache: list[tuple[Any, Any]] = field(default_factory=list)

    def forget(self) -> None:
        """Begin a new text."""
        self.cache = []

    def logits(self, tokens: list[int]) -> Any:  # noqa: ANN401 - PyTorch publishes no types that are installed
        """The logits after `tokens`, which follow what was computed since `forget`."""
        start = self.cache[0][0].shape[1] if self.cache else 0
        positions = torch.arange(start, start + len(tokens)) + _OFFSET
        flow = self._words(torch.tensor(tokens))
        if "project_in.weight" in self.weights:
            flow = functional.linear(flow, self.weights["project_in.weight"])
        flow = flow + self.weights["embed_positions.weight"][positions]
        for layer in range(self.shape.layers):
            flow = self._layer(layer, flow)
        if "final_layer_norm.weight" in self.weights:
            flow = self._norm("final_layer_norm", flow)
        flow = flow[-1]
        if "project_out.weight" in self.weights:
            flow = functional.linear(flow, self.weights["project_out.weight"])
        own = functional.linear(flow, self.weights["embed_tokens.weight"])
        if own.shape[0] == self.shape.vocabulary:
            return own
        pieces = [torch.empty_like(own) for _ in range(self.share.ranks)]
        distributed.all_gather(pieces, own)
        return torch.cat(pieces)

    def _words(self, tokens: Any) -> Any:  # noqa: ANN401 - as above
        table = self.weights["embed_tokens.weight"]
        if table.shape[0] == self.shape.vocabulary:
            return table[tokens]
        own = self.share.of(self.shape.vocabulary)
        here = (tokens >= own.start) & (tokens < own.stop)
        found = table[(tokens - own.start).clamp(0, table.shape[0] - 1)] * here[:, None]
        return self._sum(found)

    def _layer(self, layer: int, flow: Any) -> Any:  # noqa: ANN401 - as above
        for name, step in (("self_attn", self._attention), ("fc", self._feed_forward)):
            norm = f"layers.{layer}." + (
                "self_attn_layer_norm" if name == "self_attn" else "final_layer_norm"
            )
            if self.shape.norm_before:
                flow = flow + step(layer, self._norm(norm, flow))
            else:
                flow = self._norm(norm, flow + step(layer, flow))
        return flow

    def _attention(self, layer: int, flow: Any) -> Any:  # noqa: ANN401 - as above
        prefix, length = f"layers.{layer}.self_attn.", flow.shape[0]
        size = self.shape.width // self.shape.heads
        query, key, value = (
            self._linear(f"{prefix}{which}_proj", flow).view(length, -1, size).transpose(0, 1)
            for which in "qkv"
        )
        if layer < len(self.cache):
            key = torch.cat([self.cache[layer][0], key], dim=1)
            value = torch.cat([self.cache[layer][1], value], dim=1)
            self.cache[layer] = (key, value)
        else:
            self.cache.append((key, value))
        scores = (query * size**-0.5) @ key.transpose(1, 2)
        before = key.shape[1] - length
        later = torch.ones(length, key.shape[1], dtype=torch.bool).triu(before + 1)
        mixed = scores.masked_fill(later, float("-inf")).softmax(-1) @ value
        return self._row_linear(f"{prefix}out_proj", mixed.transpose(0, 1).reshape(length, -1))

    def _feed_forward(self, layer: int, flow: Any) -> Any:  # noqa: ANN401 - as above
        inner = _ACTIVATIONS[self.activation](self._linear(f"layers.{layer}.fc1", flow))
        return self._row_linear(f"layers.{layer}.fc2", inner)

    def _norm(self, name: str, flow: Any) -> Any:  # noqa: ANN401 - as above
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        return functional.layer_norm(flow, weight.shape, weight, bias, _EPSILON)

    def _linear(self, name: str, flow: Any) -> Any:  # noqa: ANN401 - as above
        return functional.linear(flow, self.weights[f"{name}.weight"], self.weights[f"{name}.bias"])

    def _row_linear(self, name: str, flow: Any) -> Any:  # noqa: ANN401 - as above
        # The bias is whole on each rank: it is added once, after the sum.
        return (
            self._sum(functional.linear(flow, self.weights[f"{name}.weight"])) + self.weights[f"{name}.bias"]
        )

    def _sum(self, flow: Any) -> Any:  # noqa: ANN401 - as above
        if self.share.ranks > 1:
            distributed.all_reduce(flow)
        return flow


def load_rank(folder: Path, shape: Shape, share: Share, activation: str) -> RankModel:
    """Read this rank's pieces, and nothing else, from the files of weights; `shape` may have fewer layers."""
    wanted = expected_tensors(shape)
    weights: dict[str, Any] = {}
    for path in sorted(folder.glob("*.safetensors")):
        there = read_header(path).tensors
        with safe_open(str(path), framework="pt") as file:
            for raw in there:
                name = raw if raw.startswith("model.") else f"model.{raw}"
                if name in wanted:
                    piece = file.get_slice(raw)[piece_of(name, wanted[name], share)]
                    weights[name.removeprefix(PREFIX)] = piece.to(torch.float32).contiguous()
    size = sum(weight.nbytes for weight in weights.values())
    return RankModel(shape, share, activation, weights, size)

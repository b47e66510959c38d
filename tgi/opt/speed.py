"""How quick a layout may be: the floor that reading the weights sets, and an estimate of rounds an hour.

The floor is arithmetic. The estimate takes twice the floor for a token, as BLOOM-176B took on
DeepSpeed-Inference on 8 A100-80 (44 ms against 21.6), and two fifths of the peak for reading prompts; it is
no promise.
"""

from __future__ import annotations

from dataclasses import dataclass

from tgi.opt.gpus import Gpus
from tgi.opt.layout import Layout
from tgi.opt.limits import Limits
from tgi.opt.shape import Shape

__all__ = ["ROUND", "Round", "Speed", "speed_of"]

_OVER_FLOOR = 2.0
_OF_PEAK = 0.4
_HOUR = 3600


@dataclass(frozen=True)
class Round:
    """What a round is taken to be: `takes` takes of `new` tokens on a prompt of `prompt`."""

    takes: int = 3
    prompt: int = 1000
    new: int = 400


ROUND = Round()


@dataclass(frozen=True)
class Speed:
    """`floor` is seconds a token at batch 1; rounds are of all copies together."""

    floor: float
    tgi_rounds_an_hour: int
    vllm_rounds_an_hour: int


def speed_of(shape: Shape, layout: Layout, limits: Limits, gpus: Gpus, *, what: Round = ROUND) -> Speed:
    """The speed of a layout that fits."""
    # Every stage reads its part after the one before: stages add room, not speed.
    floor = shape.weight_bytes(layout.precision) / (layout.tensor * gpus.bandwidth)
    prefill = 2 * shape.parameters * what.prompt / (layout.gpus * gpus.flops * _OF_PEAK)
    padded = max(1, limits.max_batch_total_tokens // limits.max_total_tokens)
    paged = max(1, layout.room // min(what.prompt + what.new, limits.max_total_tokens))

    def rounds(batch: int) -> int:
        take = prefill + what.new * _OVER_FLOOR * floor / batch
        return int(layout.copies * _HOUR / (what.takes * take))

    return Speed(floor, rounds(padded), rounds(paged))

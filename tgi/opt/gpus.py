"""The GPUs that a plan is for: how many, how much memory, over how many machines, how quickly they are read.

Bandwidths and operations are the makers', from the cards' data sheets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tgi.opt.errors import BadGpus

__all__ = ["Gpus", "read_gpus"]

GB = 10**9
_FORM = re.compile(r"(\d{1,4})\s*[x×*]\s*(\d{1,4})(?:\s*GB)?", re.IGNORECASE)


@dataclass(frozen=True)
class _Card:
    name: str
    memory: int  # GB
    bandwidth: float  # TB/s
    tflops: int  # fp16 with fp32 sums, dense


_CARDS = (
    _Card("T4", 16, 0.32, 65),
    _Card("A10G", 24, 0.6, 70),
    _Card("V100", 32, 0.9, 125),
    _Card("A100-40", 40, 1.555, 312),
    _Card("L40S", 48, 0.864, 362),
    _Card("A100-64", 64, 1.638, 312),
    _Card("A100-80", 80, 2.039, 312),
    _Card("H100-NVL", 94, 3.9, 835),
    _Card("H200", 141, 4.8, 989),
    _Card("B200", 180, 7.7, 2250),
)


@dataclass(frozen=True)
class Gpus:
    """`count` GPUs of `memory` bytes on `nodes` machines; `bandwidth` (bytes) and `flops` are a second's."""

    count: int
    memory: int
    nodes: int
    card: str
    bandwidth: float
    flops: float

    @property
    def per_node(self) -> int:
        """GPUs of one machine."""
        return self.count // self.nodes

    def __str__(self) -> str:
        """As it is said: "8 x 80 GB (A100-80)"."""
        over = f" on {self.nodes} machines" if self.nodes > 1 else ""
        return f"{self.count} x {self.memory // GB} GB ({self.card}){over}"


def read_gpus(text: str, *, nodes: int = 1, bandwidth: float | None = None) -> Gpus:
    """The GPUs of "8x80"; `bandwidth` in TB/s, where the card that has this memory is another.

    Raises BadGpus.
    """
    found = _FORM.fullmatch(text.strip())
    if found is None:
        raise BadGpus(f'"{text}" is no list of GPUs. Say how many and how much memory each, as in 8x80.')
    count, memory = int(found[1]), int(found[2])
    if count < 1 or memory < 1:
        raise BadGpus(f'"{text}" is no list of GPUs: both numbers are at least 1.')
    if nodes < 1 or count % nodes:
        raise BadGpus(f"{count} GPUs cannot be spread evenly over {nodes} machines.")
    if bandwidth is not None and bandwidth <= 0:
        raise BadGpus("A bandwidth is more than 0 TB/s.")
    # The slowest card that has as much memory, so that nothing is promised that a plainer one would not hold.
    card = next((each for each in _CARDS if each.memory >= memory), _CARDS[-1])
    return Gpus(
        count,
        memory * GB,
        nodes,
        card.name if bandwidth is None else f"{bandwidth:g} TB/s",
        (card.bandwidth if bandwidth is None else bandwidth) * 1e12,
        card.tflops * 1e12,
    )

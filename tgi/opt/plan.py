"""A plan: what fits the GPUs, in which layout, with which limits; and what would fit where nothing does."""

from __future__ import annotations

from dataclasses import dataclass

from tgi.opt.gpus import Gpus, read_gpus
from tgi.opt.layout import Layout, best_layout, shard_counts
from tgi.opt.limits import Limits, limits_for
from tgi.opt.shape import PRECISIONS, Shape
from tgi.opt.speed import Speed, speed_of

__all__ = ["Choice", "Plan", "make_plan"]

_USUAL = (24, 40, 80, 141)  # GB of the cards that are asked about when nothing fits


@dataclass(frozen=True)
class Choice:
    """One way to run the model; `limits` and `speed` are None where it does not fit."""

    layout: Layout
    limits: Limits | None
    speed: Speed | None

    @property
    def fits(self) -> bool:
        """Whether weights and at least one request have room."""
        return self.limits is not None


@dataclass(frozen=True)
class Plan:
    """All choices, the better first; `chosen` is the first that fits. `instead` names GPUs that would do."""

    shape: Shape
    gpus: Gpus
    shards: list[int]
    choices: list[Choice]
    instead: list[str]

    @property
    def chosen(self) -> Choice | None:
        """The choice to take, or None where nothing fits."""
        return next((choice for choice in self.choices if choice.fits), None)


def make_plan(shape: Shape, gpus: Gpus) -> Plan:
    """The plan for these GPUs: full precision before less, a copy a machine before one over several."""
    choices = [
        _choice(shape, best_layout(shape, precision, gpus, spread=spread), gpus)
        for precision in PRECISIONS.values()
        for spread in ((False, True) if gpus.nodes > 1 else (False,))
    ]
    nothing = not any(choice.fits for choice in choices)
    shards = shard_counts(shape, gpus.per_node)
    return Plan(shape, gpus, shards, choices, _instead(shape) if nothing else [])


def _choice(shape: Shape, layout: Layout, gpus: Gpus) -> Choice:
    limits = limits_for(shape, layout)
    return Choice(layout, limits, None if limits is None else speed_of(shape, layout, limits, gpus))


def _instead(shape: Shape) -> list[str]:
    """The fewest GPUs of each usual size in one machine that hold the model, by precision."""
    found = []
    for precision in PRECISIONS.values():
        for memory in _USUAL:
            for count in shard_counts(shape, 16):
                layout = best_layout(shape, precision, read_gpus(f"{count}x{memory}"))
                if limits_for(shape, layout) is not None:
                    found.append(f"{count}x{memory} in {precision.name}")
                    break
    return found

"""What goes wrong, and when: drawn from a seed, so that the same seed is the same plan. No I/O.

A plan has no end: fault number N follows from the seed and N alone, and so do a person's dice in a room.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count

LEASE_SECONDS = 3.0  # of the workers in a run; freezes are shorter and longer than that

WORKERS = ("worker1", "worker2")
_SERVERS = ("redis", "discord", "tgi")


@dataclass(frozen=True)
class Fault:
    """`kind` befalls `target` for `seconds`, `pause` seconds after the fault before it ended.

    A target is a process ("worker1") or the wire between two ("worker1-redis"). With `together`, the one
    before has not ended: its end is not waited for.
    """

    number: int
    kind: str
    target: str
    seconds: float
    pause: float
    together: bool

    @property
    def name(self) -> str:
        """As `--without` takes it."""
        return f"{self.kind}:{self.target}"

    def __str__(self) -> str:
        together = " with the one before" if self.together else ""
        return f"fault {self.number}: {self.kind} {self.target}, {self.seconds:.1f} s{together}"


# Of a process: killed with -9, stopped as an operator does, frozen for less and for more than a lease.
_TO_PROCESSES = {"kill": 4, "restart": 2, "freeze": 2, "freeze_long": 2}
# Of a wire: see `wires.py`.
_TO_WIRES = {"delay": 2, "drop_reply": 3, "reset": 3, "half_open": 1, "cut": 3, "stall": 2}


def faults(
    seed: int, gateways: Sequence[str], workers: Sequence[str], *, without: Sequence[str] = ()
) -> Iterator[Fault]:
    """The faults of a seed, without end. `without`: kinds, targets or `kind:target`s that are left out."""
    left = [one for one in _every(gateways, workers) if not _is_left_out(one[0], one[1], without)]
    if not left:
        return
    for number in count(1):
        dice = random.Random(f"{seed}:fault:{number}")
        kind, target, _ = dice.choices(left, [weight for _, _, weight in left])[0]
        yield Fault(
            number,
            kind,
            target,
            seconds=round(_seconds(kind, dice), 2),
            pause=round(dice.uniform(0.3, 2.5), 2),
            together=dice.random() < 0.25,
        )


def unknown(without: Sequence[str], gateways: Sequence[str], workers: Sequence[str]) -> list[str]:
    """Those of `without` that leave nothing out."""
    every = _every(gateways, workers)
    return [
        name for name in without if not any(_is_left_out(kind, target, (name,)) for kind, target, _ in every)
    ]


def gateways_of(number: int) -> tuple[str, ...]:
    """The names of so many gateways."""
    return tuple(f"gateway{each}" for each in range(1, number + 1))


def dice_of(seed: int, *who: object) -> random.Random:
    """The dice of one person in one room."""
    return random.Random(":".join(map(str, (seed, *who))))


def _every(gateways: Sequence[str], workers: Sequence[str]) -> list[tuple[str, str, int]]:
    """Kind, target and weight of all that can happen."""
    callers = [*gateways, *workers]
    processes = [*callers, *_SERVERS]
    wires = [f"{caller}-{server}" for caller in callers for server in _SERVERS]
    every = [(kind, target, weight) for kind, weight in _TO_PROCESSES.items() for target in processes]
    return every + [(kind, wire, weight) for kind, weight in _TO_WIRES.items() for wire in wires]


def _seconds(kind: str, dice: random.Random) -> float:
    match kind:
        case "kill" | "restart":
            return dice.uniform(0.0, 2.0)  # until it is started again
        case "freeze":
            return dice.uniform(0.3, LEASE_SECONDS * 0.8)
        case "freeze_long":
            return dice.uniform(LEASE_SECONDS * 1.2, LEASE_SECONDS * 2.2)
        case "delay":
            return dice.uniform(2.0, 6.0)
        case _:
            return dice.uniform(0.5, 5.0)


def _is_left_out(kind: str, target: str, without: Sequence[str]) -> bool:
    names = {kind, target, f"{kind}:{target}", *target.split("-")}
    if target in _SERVERS:
        names.add(f"{kind}:{target}")
    return any(each in names for each in without)

"""Dice that a seed decides: the rules know no chance of their own, and a result must come out the same again.

SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014): one addition
and one mixing of 64 bits a number. For shuffling and resampling, not for secrets.
"""

from __future__ import annotations

import hashlib
from typing import Final

_MASK: Final = 2**64 - 1
_GAMMA: Final = 0x9E3779B97F4A7C15


class Dice:
    """A sequence of numbers; further names make another sequence of the same seed."""

    def __init__(self, seed: int, *names: str) -> None:
        told = hashlib.sha256("\x1f".join(names).encode()).digest()[:8] if names else bytes(8)
        self._state = (seed ^ int.from_bytes(told)) & _MASK

    def bits(self) -> int:
        """The next 64 bits."""
        self._state = (self._state + _GAMMA) & _MASK
        mixed = self._state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)

    def below(self, limit: int) -> int:
        """A number from 0 to below the limit (Lemire's multiplication; its bias is under limit / 2**64)."""
        return (self.bits() * limit) >> 64

    def shuffled(self, count: int) -> tuple[int, ...]:
        """The numbers below `count` in a random order (Fisher and Yates)."""
        order = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            order[last], order[other] = order[other], order[last]
        return tuple(order)

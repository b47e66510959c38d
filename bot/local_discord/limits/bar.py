"""The bar: an address with too many refused requests is shut out, before anything else is looked at.

Discord's edge does this, not its API: the answer is a page without `Via`, which discord.py takes for a ban.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.local_discord.clock import Clock
from bot.local_discord.limits.sizes import Limits

__all__ = ["PAGE", "Bar"]

PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Access denied</title></head><body>"
    "<h1>Error 1015</h1><h2>You are being rate limited</h2>"
    "<p>The owner of this website has banned you temporarily from accessing this website.</p>"
    "</body></html>\n"
)
_INVALID = {401, 403, 429}
_SWEEP = 1000  # addresses kept before those that are over are forgotten


@dataclass
class _Count:
    ends: float
    invalid: int = 0
    barred_until: float = 0.0


class Bar:
    """Counts the invalid requests of each address. `sizes` are read anew at every request."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: dict[str, _Count] = {}

    def left(self, address: str) -> int:
        """For how many more seconds the address is shut out; 0 where it is not."""
        count = self._counts.get(address)
        return 0 if count is None else max(0, math.ceil(count.barred_until - self._clock()))

    def count(self, address: str, status: int, scope: str, sizes: Limits) -> None:
        """Count an answer, and bar the address where it was one too many."""
        if status not in _INVALID or scope == "shared" or sizes.invalid is None:
            return
        now = self._clock()
        count = self._counts.get(address)
        if count is None or now >= count.ends:
            self._forget(now)
            count = self._counts[address] = _Count(now + sizes.invalid.seconds)
        count.invalid += 1
        if count.invalid >= sizes.invalid.limit:
            count.barred_until = now + sizes.barred_seconds
            count.ends, count.invalid = count.barred_until, 0

    def lift(self) -> None:
        """Forget every count and let everybody in."""
        self._counts.clear()

    def read(self) -> dict[str, dict[str, float]]:
        """By address: the invalid requests in the window, and the seconds that it is still shut out."""
        return {
            address: {"invalid": count.invalid, "barred": self.left(address)}
            for address, count in self._counts.items()
        }

    def _forget(self, now: float) -> None:
        if len(self._counts) >= _SWEEP:
            self._counts = {address: count for address, count in self._counts.items() if count.ends > now}

"""How much may be sent beyond what was asked for: a bucket for retries, another for hedges.

Every request puts its share in, everything sent a second time takes one out. So a server in trouble meets a
bounded multiple of the load, however long the trouble lasts. Pure; no I/O, no clock.
"""

from __future__ import annotations

_ROUNDING = 1e-9


class Share:
    """A bucket that `ratio` flows into at each request, and one flows out of at each extra.

    It begins with `reserve`, and never holds more than `most`: over any stretch, the extras are at most
    `most` and `ratio` times the requests; from the start, at most `reserve` and `ratio` times the requests.
    """

    def __init__(self, ratio: float, *, reserve: float = 0.0, most: float = 10.0) -> None:
        self._ratio = ratio
        self._most = max(most, reserve)
        self._left = reserve
        self.requests = 0
        self.extras = 0

    def earn(self) -> None:
        """Count a request."""
        self.requests += 1
        self._left = min(self._most, self._left + self._ratio)

    def spend(self) -> bool:
        """Count an extra and return True, or return False where there may be none."""
        if self._left + _ROUNDING < 1:
            return False
        self._left = max(0.0, self._left - 1)
        self.extras += 1
        return True

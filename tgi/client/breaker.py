"""Whether one server may be asked: a circuit breaker, as pure decisions over times that are handed in.

Closed, everything goes. Open, nothing goes until a cool-down is over. Half-open, one trial goes at a time: a
real answer closes the breaker, a failure opens it for longer. What counts as a failure is the caller's word.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a breaker lets through: everything, nothing, one trial."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"


@dataclass(frozen=True, slots=True)
class Breaking:
    """When a breaker opens, and for how long.

    It opens after `in_a_row` failures without a success between them, or when at least `at_least` of the
    last `of_last` outcomes are known and `share` of them are failures. The n-th opening in a row lasts
    between half and all of `cool_down * 2**(n-1)`, at most `cap`, in seconds.
    """

    in_a_row: int = 5
    share: float = 0.5
    of_last: int = 20
    at_least: int = 10
    cool_down: float = 1.0
    cap: float = 30.0

    def __post_init__(self) -> None:
        if self.in_a_row < 1 or not 1 <= self.at_least <= self.of_last or not 0 < self.share <= 1:
            raise ValueError("a breaker needs 1 failure or more to open, and a share of failures up to 1")
        if not 0 < self.cool_down <= self.cap:
            raise ValueError("a breaker's cool-down is more than 0 s and at most its cap")

    def seconds(self, openings: int, chance: float) -> float:
        """Return how long that opening in a row lasts; `chance` is uniform in [0, 1)."""
        doubled = self.cool_down * 2.0 ** min(openings - 1, 32)
        return min(self.cap, doubled) * (0.5 + chance / 2)


@dataclass(frozen=True, slots=True)
class Permit:
    """One request that was let through; `trial` if its outcome decides whether the breaker closes.

    `epoch` counts the breaker's changes, so that what began before one has no say after it.
    """

    epoch: int
    trial: bool


class Breaker:
    """One server's breaker. Times are seconds of any one clock; `chance` is uniform in [0, 1)."""

    def __init__(self, breaking: Breaking) -> None:
        self._breaking = breaking
        self._last: deque[bool] = deque(maxlen=breaking.of_last)
        self._in_a_row = 0
        self._openings = 0
        self._until: float | None = None
        self._epoch = 0
        self._trial = False

    @property
    def failures(self) -> int:
        """Failures since the last success while closed, openings in a row while not."""
        return self._in_a_row if self._until is None else self._openings

    def state(self, now: float) -> State:
        """Return what it lets through at that time."""
        if self._until is None:
            return State.CLOSED
        return State.OPEN if now < self._until else State.HALF_OPEN

    def cooling(self, now: float) -> float:
        """Return the seconds until a trial may go, 0 where one may go now."""
        return 0.0 if self._until is None else max(0.0, self._until - now)

    def lets_through(self, now: float) -> bool:
        """Return whether `admit` would give a permit."""
        state = self.state(now)
        return state is State.CLOSED or (state is State.HALF_OPEN and not self._trial)

    def admit(self, now: float) -> Permit | None:
        """Let a request through, or not. Every permit must come back through `record`."""
        if not self.lets_through(now):
            return None
        trial = self.state(now) is State.HALF_OPEN
        self._trial = trial
        return Permit(self._epoch, trial)

    def record(self, permit: Permit, now: float, chance: float, *, ok: bool | None) -> State | None:
        """Take in how a request ended, None for an end that says nothing of the server.

        Returns the state that this brought about, or None where nothing changed.
        """
        if permit.epoch != self._epoch:
            return None
        if permit.trial:
            self._trial = False
            if ok is None:
                return None
            return self.close() if ok else self.open(now, chance)
        if ok is not None:
            self._last.append(ok)
            self._in_a_row = 0 if ok else self._in_a_row + 1
        return self.open(now, chance) if self._has_failed() else None

    def open(self, now: float, chance: float) -> State:
        """Open it, whatever it was."""
        self._openings += 1
        self._until = now + self._breaking.seconds(self._openings, chance)
        self._change()
        return State.OPEN

    def close(self) -> State:
        """Close it, whatever it was."""
        self._openings = 0
        self._until = None
        self._change()
        return State.CLOSED

    def _change(self) -> None:
        self._epoch += 1
        self._in_a_row = 0
        self._trial = False
        self._last.clear()

    def _has_failed(self) -> bool:
        if self._in_a_row >= self._breaking.in_a_row:
            return True
        known = len(self._last)
        failed = known - sum(self._last)
        return known >= self._breaking.at_least and failed >= self._breaking.share * known

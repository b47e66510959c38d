"""When a second server is asked for a first token that is late, and the race of the two.

Off unless asked for, because it buys a shorter wait with load. Which server is the second, and whether the
cap still allows it, is the caller's to say.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeVar

Winner = TypeVar("Winner")

_KEPT = 200


@dataclass(frozen=True, slots=True)
class Hedge:
    """How a late first token is hedged against.

    At most `share` of the streams ask a second server, each after `after` seconds, or where that is None
    after the time in which `quantile` of the last 200 streams had their first token; never before
    `at_least` of them are known.
    """

    share: float = 0.05
    after: float | None = None
    quantile: float = 0.95
    at_least: int = 20

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1 or not 0 < self.quantile < 1 or not 1 <= self.at_least <= _KEPT:
            raise ValueError(f"a hedge needs a share up to 1, a quantile below 1, and 1 to {_KEPT} streams")
        if self.after is not None and not self.after > 0:
            raise ValueError("a hedge waits for more than 0 s")


class FirstTokens:
    """The times that the latest streams took to their first token, in seconds."""

    def __init__(self) -> None:
        self._seconds: deque[float] = deque(maxlen=_KEPT)

    def add(self, seconds: float) -> None:
        """Take in one stream's time."""
        self._seconds.append(seconds)

    def patience(self, hedge: Hedge) -> float | None:
        """Return how long to wait before a second server is asked, None where too little is known."""
        if hedge.after is not None:
            return hedge.after
        if len(self._seconds) < hedge.at_least:
            return None
        ordered = sorted(self._seconds)
        return ordered[math.ceil(hedge.quantile * len(ordered)) - 1]


async def race(
    first: Coroutine[Any, Any, Winner],
    second: Callable[[], Coroutine[Any, Any, Winner] | None],
    *,
    patience: float,
    drop: Callable[[Winner], None],
) -> tuple[Winner, bool]:
    """Return what comes first, and whether `second` brought it.

    `second` is called once, if `first` is not done after `patience` seconds; it may decline with None.
    Whichever loses is cancelled before this returns; what it brought all the same goes to `drop`. A failure
    loses to anything still under way.

    Raises:
        Exception: what `first` raised, where nothing was brought.

    """
    runners = [asyncio.create_task(first, name="tgi first road")]
    winner: asyncio.Task[Winner] | None = None
    try:
        await asyncio.wait(runners, timeout=patience)
        if not runners[0].done() and (other := second()) is not None:
            runners.append(asyncio.create_task(other, name="tgi hedge"))
        left = set(runners)
        while winner is None and left:
            done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
            winner = next((each for each in runners if each in done and _brought(each)), None)
        return (winner or runners[0]).result(), winner is not None and winner is not runners[0]
    finally:
        try:
            await _end([each for each in runners if each is not winner], drop)
        except BaseException:
            if winner is not None:  # nobody will have it
                drop(winner.result())
            raise


def _brought(task: asyncio.Task[Any]) -> bool:
    return task.done() and not task.cancelled() and task.exception() is None


async def _end(losers: list[asyncio.Task[Winner]], drop: Callable[[Winner], None]) -> None:
    for each in losers:
        each.cancel()
        each.add_done_callback(lambda done: drop(done.result()) if _brought(done) else None)
    await asyncio.gather(*losers, return_exceptions=True)

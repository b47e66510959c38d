"""What a round says of itself while it waits: how many come first, and about when it begins.

Numbers are rounded so that the words change seldom: an edit is made only where they do.
"""

from __future__ import annotations

import math

from bot.store.fairness.places import Place, Seconds
from bot.words import Words

_MOMENT = 5.0  # seconds
_MINUTE = 60.0
_STEPS = ((10, 1), (30, 5), (math.inf, 10))  # minutes: up to so many, rounded to so many


def place_words(say: Words, place: Place | None) -> str:
    """Where a round stands. None: it is not waiting any more, and another may be the next."""
    if place is None:
        return say.say("round.turn")
    if place.paused:
        return say.say("wait.paused")
    before = say.say("round.next") if place.before == 0 else say.count("round.place", place.before)
    gap = "" if say.language.startswith("zh") else " "
    return f"{before}{gap}{_begins(say, place.begins)}"


def _begins(say: Words, begins: Seconds | None) -> str:
    if begins is None:
        return say.say("wait.cannot_say")
    if begins.high <= _MOMENT:
        return say.say("wait.moment")
    if begins.high <= _MINUTE:
        return say.say("wait.soon")
    low, high = _minutes(begins.low), _minutes(begins.high)
    if low > _MINUTE:
        return say.say("wait.long")
    if low == high:
        return say.count("wait.about", high)
    return say.say("wait.range", low=low, high=high)


def _minutes(seconds: float) -> int:
    """Whole minutes, and beyond ten of them only what an estimate is good for."""
    minutes = max(1, math.ceil(seconds / _MINUTE))
    step = next(step for limit, step in _STEPS if minutes <= limit)
    return math.ceil(minutes / step) * step

"""Rules about what is left when all has come to rest: keys, lines in logs, memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tests.chaos.evidence import Evidence

# Of the queue: what stays by design, or empties by itself within minutes (rooms to look into).
_STAYS: Final = {"counter", "bell", "outboxes", "due", "idle", "tally", "shares"}
_MEMORY_MIB: Final = 400.0
_GROWTH: Final = 1.6  # of the last quarter of a long run over its second quarter
_LONG: Final = 400  # samples, a second each


def nothing_left(evidence: Evidence) -> Iterator[str]:
    """Every job was settled; no lease is dead; no outbox, no half-written text is left."""
    for name, count in evidence.queue.items():
        if count and name not in _STAYS:
            yield f"the queue's {name} still hold {count}"
    for room in evidence.rooms:
        for name in ("outbox", "partials"):
            if room.left.get(name):
                yield f"the {name} of {room.id} still hold {room.left[name]}"
        open_ballots = any(each["result"] is None for each in (room.snapshot or {}).get("ballots", ()))
        if room.left.get("votes") and not open_ballots:
            yield f"votes of {room.id} are kept after its ballots were closed"


def no_trouble(evidence: Evidence) -> Iterator[str]:
    """No traceback, no task that nobody waited for, no failure that nobody expected."""
    for each in evidence.troubles:
        yield f"{each.process}: {each.line[:1500]}"


def memory(evidence: Evidence) -> Iterator[str]:
    """Bounded, and flat in a long run."""
    for name, samples in evidence.memory.items():
        if samples and name != "tgi" and max(samples) > _MEMORY_MIB:  # a model is as large as it is
            yield f"{name} took {max(samples):.0f} MiB"
        if len(samples) >= _LONG and name not in ("redis", "discord"):
            quarter = len(samples) // 4
            early = sorted(samples[quarter : 2 * quarter])[quarter // 2]
            late = sorted(samples[-quarter:])[quarter // 2]
            if late > early * _GROWTH:
                yield f"{name} grew from {early:.0f} to {late:.0f} MiB"

"""The gateway's own figures, all Discord's unless somebody chooses otherwise.

`starts.py`, `pulse.py` and `connection.py` hold a client to them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

__all__ = ["Allowance", "Rules"]

_MINUTE = 60.0


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What a client is held to.

    `identify_interval` is the least time between two identifies of one bucket, in seconds (0: any number at
    once); a resume is not an identify. There are `max_concurrency` buckets: a shard's is its number modulo
    that. `session_starts` are the identifies of 24 hours. A connection may send `sends_per_minute` frames.
    `heartbeat_interval` is in seconds. `shards` is what `GET /gateway/bot` recommends (None: one for each
    1,000 guilds), `guilds_per_shard` what one shard may have at most. `members_interval` is the least time
    between two requests for all members of one guild, in seconds.
    """

    identify_interval: float = 5.0
    max_concurrency: int = 1
    session_starts: int = 1000
    sends_per_minute: int = 120
    heartbeat_interval: float = 41.25
    shards: int | None = None
    guilds_per_shard: int = 2500
    members_interval: float = 30.0

    def lifted(self) -> Rules:
        """The same, but nobody has to wait for anything."""
        return replace(self, identify_interval=0.0, members_interval=0.0)


class Allowance:
    """How many frames a connection may still send: so many in a minute, which begins with the first.

    Heartbeats count: the documentation exempts nothing, and libraries keep some in reserve for them.
    """

    def __init__(self, clock: Callable[[], float], most: int) -> None:
        self._clock = clock
        self._most = most
        self._ends = 0.0
        self._taken = 0

    def take(self) -> bool:
        """Count a frame; whether it was allowed."""
        if self._clock() >= self._ends:
            self._ends, self._taken = self._clock() + _MINUTE, 0
        self._taken += 1
        return self._taken <= self._most

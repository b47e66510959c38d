"""Every REST request that was answered: what tests, scenes and benchmarks count; and what is not built here.

No token is kept: those in paths are blanked before they come here.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from bot.local_discord.reply import Json

__all__ = ["KEPT", "Entry", "Ledger"]

KEPT = 20_000
_UNBUILT_KEPT = 1000


class Entry(NamedTuple):
    """One request. `time` is in seconds since 1970; `code` is Discord's, 0 without an error.

    `status` is 0 where the connection was dropped before an answer was made; `bucket` names the bucket that
    counted it, `remaining` what that had left, `scope` is that of a 429, and `fault` names those that struck.
    """

    number: int
    time: float
    method: str
    route: str
    path: str
    status: int
    code: int
    took_ms: float
    bucket: str = ""
    remaining: int | None = None
    scope: str = ""
    fault: str = ""


class Ledger:
    """The last `kept` requests, and how often what is not built was asked for."""

    def __init__(self, kept: int = KEPT) -> None:
        self._entries: deque[Entry] = deque(maxlen=kept)
        self._count = 0
        self._unbuilt: Counter[str] = Counter()

    def write(
        self,
        *,
        time: float,
        method: str,
        route: str,
        path: str,
        status: int,
        code: int,
        took_ms: float,
        bucket: str = "",
        remaining: int | None = None,
        scope: str = "",
        fault: str = "",
    ) -> Entry:
        """Add an entry."""
        self._count += 1
        entry = Entry(
            self._count,
            time,
            method,
            route,
            path,
            status,
            code,
            took_ms,
            bucket,
            remaining,
            scope,
            fault,
        )
        self._entries.append(entry)
        if status == 501:  # noqa: PLR2004 - not implemented
            named = f"{method} {route}"
            if named in self._unbuilt or len(self._unbuilt) < _UNBUILT_KEPT:
                self._unbuilt[named] += 1
        return entry

    def find(
        self, *, since: int = 0, route: str = "", status: int | None = None, limit: int | None = None
    ) -> list[Entry]:
        """The entries after number `since`, oldest first, of one `METHOD /route` and one status if given."""
        method, _, template = route.partition(" ")
        found = (
            entry
            for entry in self._after(since)
            if (not route or (entry.method, entry.route) == (method, template))
            and status in {None, entry.status}
        )
        return list(islice(found, limit))

    def read(self, **wanted: Any) -> list[Json]:  # noqa: ANN401 - what `find` takes
        """What `find` finds, as JSON."""
        return [entry._asdict() for entry in self.find(**wanted)]

    def resize(self, kept: int) -> None:
        """Keep so many from now on; the oldest go where they are more."""
        self._entries = deque(self._entries, maxlen=kept)

    def unbuilt(self) -> list[Json]:
        """`{"route", "count"}` of each route that was answered with 501, the most wanted first."""
        return [{"route": route, "count": count} for route, count in self._unbuilt.most_common()]

    def _after(self, since: int) -> Iterator[Entry]:
        # Numbers have no gaps, so it is known how many of those kept to step over.
        first = self._count - len(self._entries) + 1
        return islice(self._entries, max(0, since - first + 1), None)

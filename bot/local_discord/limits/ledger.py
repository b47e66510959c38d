"""Every REST request that was answered: what tests and scenes count, and where a missing route shows up."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass

from bot.local_discord.reply import Json

__all__ = ["Entry", "Ledger"]

_KEPT = 20_000


@dataclass(frozen=True)
class Entry:
    """One request. `time` is in seconds since 1970; `code` is Discord's, 0 without an error."""

    number: int
    time: float
    method: str
    route: str
    path: str
    status: int
    code: int
    took_ms: float


class Ledger:
    """The last 20,000 requests."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=_KEPT)
        self._count = 0

    def write(
        self, *, time: float, method: str, route: str, path: str, status: int, code: int, took_ms: float
    ) -> None:
        """Add an entry."""
        self._count += 1
        self._entries.append(Entry(self._count, time, method, route, path, status, code, took_ms))

    def read(self, *, since: int = 0, route: str = "") -> list[Json]:
        """The entries after number `since`, of one `METHOD /route` if given."""
        return [
            asdict(entry)
            for entry in self._entries
            if entry.number > since and route in {"", f"{entry.method} {entry.route}"}
        ]

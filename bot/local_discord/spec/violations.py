"""The ledger of what was said otherwise than Discord documents it."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass

from bot.local_discord.clock import Clock
from bot.local_discord.reply import Json
from bot.local_discord.tap import Tap

__all__ = ["ANSWER", "REQUEST", "Violation", "Violations"]

REQUEST, ANSWER = "request", "answer"
_KEPT = 1000


@dataclass(frozen=True)
class Violation:
    """One violation. `route` is the document's template, `path` where in the body, `status` the answer's."""

    number: int
    time: float
    direction: str
    method: str
    route: str
    status: int
    path: str
    message: str
    instance: str

    def __str__(self) -> str:
        said = "sends" if self.direction == REQUEST else f"answers {self.status}"
        where = f" {self.path}:" if self.path else ""
        return f"{self.method} {self.route} {said}{where} {self.message} ({self.instance})"


class Violations:
    """The last 1,000 violations; `count` is how many there were, numbers go on."""

    def __init__(self, clock: Clock, tap: Tap) -> None:
        self._clock = clock
        self._tap = tap
        self._entries: deque[Violation] = deque(maxlen=_KEPT)
        self._last = 0
        self.count = 0

    def note(
        self, *, direction: str, method: str, route: str, status: int, path: str, message: str, instance: str
    ) -> None:
        """Add one."""
        self._last += 1
        self.count += 1
        one = Violation(self._last, self._clock(), direction, method, route, status, path, message, instance)
        self._entries.append(one)
        self._tap.note("violation", {"violation": asdict(one)})

    def read(self, *, since: int = 0) -> list[Json]:
        """Those after number `since`, the oldest first."""
        return [asdict(one) for one in self._entries if one.number > since]

    def kept(self) -> list[Violation]:
        """Those that are kept, the oldest first."""
        return list(self._entries)

    def clear(self) -> None:
        """Forget all of them."""
        self._entries.clear()
        self.count = 0

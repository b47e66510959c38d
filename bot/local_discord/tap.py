"""The wire as it passes: each request, event, gateway frame and violation, for whoever watches.

The page's drawer and tests read it. It keeps the last entries only, and a listener that does not read loses
its oldest ones: watching never slows down what is watched. Tokens are blanked before they come here.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.local_discord.reply import Json

__all__ = ["KINDS", "Tap"]

KINDS = frozenset({"request", "dispatch", "gateway", "violation"})
_KEPT = 1000


class Tap:
    """The last 1,000 entries `{"number", "time", "kind", ...body}`: numbered from 1, `time` in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._entries: deque[Json] = deque(maxlen=_KEPT)
        self._listeners: set[asyncio.Queue[Json | None]] = set()
        self._count = 0

    def note(self, kind: str, body: Json) -> None:
        """Add an entry and hand it to who listens. `body` is kept as it is: do not change it afterwards."""
        self._count += 1
        entry = {"number": self._count, "time": self._clock(), "kind": kind, **body}
        self._entries.append(entry)
        for queue in self._listeners:
            _put(queue, entry)

    def read(self, *, since: int = 0, kind: str = "") -> list[Json]:
        """The kept entries after number `since`, oldest first, of one kind if given."""
        return [one for one in self._entries if one["number"] > since and kind in {"", one["kind"]}]

    @contextmanager
    def listen(self) -> Iterator[asyncio.Queue[Json | None]]:
        """A queue of what is noted while the block lasts, None at the end. It holds the last 1,000 unread."""
        queue: asyncio.Queue[Json | None] = asyncio.Queue(_KEPT)
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)

    def close(self) -> None:
        """Tell who listens that nothing more comes."""
        for queue in self._listeners:
            _put(queue, None)


def _put(queue: asyncio.Queue[Json | None], entry: Json | None) -> None:
    if queue.full():
        queue.get_nowait()
    queue.put_nowait(entry)

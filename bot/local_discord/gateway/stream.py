"""One identified stream of gateway events: numbers them, keeps them for a resume, hands them on.

A stream outlives its connection; that is all that "resume" means.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.local_discord.events import Event, Intent
from bot.local_discord.gateway.codes import Op
from bot.local_discord.reply import Json
from bot.local_discord.wire.messages import without_content

__all__ = ["Stream"]

_KEPT = 2000


@dataclass
class Stream:
    """A stream; `send` is its connection's, or None while there is none. `parted` is when it went."""

    id: str
    intents: Intent
    shard: tuple[int, int]
    bot_id: str
    send: Callable[[Json], None] | None = None
    parted: float | None = None
    seq: int = 0
    _kept: deque[Json] = field(default_factory=lambda: deque(maxlen=_KEPT), repr=False)

    def offer(self, event: Event) -> None:
        """Dispatch an event of the world, if the intents let it through."""
        if event.intent is None or event.intent & ~self.intents:
            return
        self.dispatch(event.name, self._visible(event))

    def dispatch(self, name: str, body: Json) -> None:
        """Number a frame, keep it, send it if there is a connection."""
        self.seq += 1
        frame = {"op": int(Op.DISPATCH), "t": name, "s": self.seq, "d": body}
        self._kept.append(frame)
        if self.send is not None:
            self.send(frame)

    def since(self, seq: int) -> list[Json] | None:
        """The frames after number `seq`, or None where they are no longer (or not yet) known."""
        first = self._kept[0]["s"] if self._kept else self.seq + 1
        if not first - 1 <= seq <= self.seq:
            return None
        return [frame for frame in self._kept if frame["s"] > seq]

    def _visible(self, event: Event) -> Json:
        """The event's body, without message content where Discord would not show it."""
        body = event.body
        if event.name not in {"MESSAGE_CREATE", "MESSAGE_UPDATE"} or self.intents & Intent.MESSAGE_CONTENT:
            return body
        return without_content(body, self.bot_id)

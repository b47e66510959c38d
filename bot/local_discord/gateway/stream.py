"""One identified stream of gateway events: numbers them, keeps them for a resume, hands them on.

A stream outlives its connection; that is all that "resume" means.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.local_discord.events import Intent
from bot.local_discord.gateway.delivery import Delivery, Link
from bot.local_discord.gateway.frames import Body, Frame
from bot.local_discord.reply import Json
from bot.local_discord.tap import Tap

__all__ = ["Stream"]

_KEPT = 2000


@dataclass(eq=False)
class Stream:
    """A stream; `link` is its connection, or None while there is none. `parted` is when that went.

    `waiting` are the guilds whose GUILD_CREATE is still to come. `jobs` are what the connection does between
    two frames, one at a time, so that a thousand guilds do not hold up everybody else.
    """

    id: str
    intents: Intent
    shard: tuple[int, int]
    large_threshold: int
    delivery: Delivery
    tap: Tap
    link: Link | None = None
    parted: float | None = None
    held_until: float = 0.0
    seq: int = 0
    waiting: set[str] = field(default_factory=set)
    jobs: deque[Callable[[], None]] = field(default_factory=deque, repr=False)
    _kept: deque[Frame] = field(default_factory=lambda: deque(maxlen=_KEPT), repr=False)

    def has(self, guild_id: str | None) -> bool:
        """Whether the guild is of the stream's shard; what has no guild is of the first."""
        number, count = self.shard
        return (0 if guild_id is None else (int(guild_id) >> 22) % count) == number

    def dispatch(self, name: str, body: Body) -> None:
        """Number a frame, keep it, send it if there is a connection."""
        self.seq += 1
        frame = Frame(self.seq, name, body)
        self._kept.append(frame)
        shown = body.json if "token" not in body.json else {**body.json, "token": "***"}
        self.tap.note("dispatch", {"t": name, "s": self.seq, "shard": self.shard[0], "d": shown})
        self.delivery.send(self, frame)

    def say(self, name: str, body: Json) -> None:
        """Dispatch what only this stream is told."""
        self.dispatch(name, Body(body))

    def later(self, job: Callable[[], None]) -> None:
        """Do this when its turn comes."""
        self.jobs.append(job)
        if self.link is not None and len(self.jobs) == 1:
            self.link.nudge()

    def since(self, seq: int) -> list[Frame] | None:
        """The frames after number `seq`, which must not be ahead; None where they are no longer known."""
        first = self._kept[0].seq if self._kept else self.seq + 1
        if seq < first - 1:
            return None
        return [frame for frame in self._kept if frame.seq > seq]

"""What lies between a stream and its connection: nothing, or a fault that somebody asked for.

Numbering and keeping happen before, in `stream.py`: a frame that is late here is still replayed by a resume.
`faults.py` is what asks.
"""

from __future__ import annotations

from typing import Protocol

from bot.local_discord.clock import Clock
from bot.local_discord.gateway.frames import Frame

__all__ = ["Delivery", "Held", "Link"]

# Between two late frames, so that their timers ring in order: far more than what a float of seconds loses.
_STEP = 1e-4


class Link(Protocol):
    """A connection, as its stream sees it."""

    def deliver(self, frame: Frame) -> None:
        """Send the frame after those before it."""

    def nudge(self) -> None:
        """There is work in the stream's `jobs`."""

    def hang_up(self, code: int, *, forget: bool = False) -> None:
        """Close."""


class Held(Protocol):
    """A stream, as far as delivery goes; nothing overtakes what is due at `held_until`."""

    link: Link | None
    held_until: float


class Delivery:
    """Hands frames on, twice or late where that was asked for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.acknowledging = True
        self.duplicates = 0
        self._late = 0.0
        self._left: int | None = 0
        self._swapped = False

    def delay(self, seconds: float, *, count: int | None, swapped: bool) -> None:
        """Be late by `seconds` with the next `count` frames (None: all); `swapped`: let others overtake."""
        self._late, self._left, self._swapped = seconds, count, swapped

    def send(self, stream: Held, frame: Frame) -> None:
        """Hand the frame to the stream's connection, if there is one."""
        link = stream.link
        if link is None:
            return
        copies = 1
        if self.duplicates:
            self.duplicates, copies = self.duplicates - 1, 2
        due = self._due(stream)
        for _ in range(copies):
            if due is None:
                link.deliver(frame)
            else:
                self._clock.call_later(due - self._clock(), lambda: _deliver(stream, link, frame))

    def _due(self, stream: Held) -> float | None:
        """When the frame is due, or None for now."""
        now = self._clock()
        if self._left is None or self._left > 0:
            self._left = None if self._left is None else self._left - 1
            if self._swapped:
                return now + self._late
            stream.held_until = max(now + self._late, stream.held_until + _STEP)
        elif stream.held_until > now:
            stream.held_until += _STEP
        else:
            return None
        return stream.held_until


def _deliver(stream: Held, link: Link, frame: Frame) -> None:
    # Gone meanwhile: whoever resumes is replayed what was late.
    if stream.link is link:
        link.deliver(frame)

"""How long a room is kept: so many days from its last change, and without an end while something in it is.

A room with a round to be written, or a ballot or green light with a deadline, is not forgotten before that
has ended, which is a change and counts its days anew. Reading a room counts them anew too, once a day.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.due import deadlines_of
from bot.story.room import Room

_DAY = 86_400_000


@dataclass(frozen=True)
class Expiry:
    """The policy: `days` that a room is kept after its last change."""

    days: int

    @property
    def ms(self) -> int:
        """The days of a room that nothing is going on in, in ms."""
        return self.days * _DAY

    @property
    def slack(self) -> int:
        """How much of it, in ms, may be gone before reading the room starts it anew."""
        return min(_DAY, self.ms // 2)

    def of(self, room: Room) -> int:
        """How long this room is kept from now on, in ms; 0 is without an end."""
        return 0 if in_use(room) else self.ms


def in_use(room: Room) -> bool:
    """Whether something in the room ends by itself, and has not."""
    return bool(room.open_rounds or deadlines_of(room))

"""What the worker needs of others, as protocols: rooms, the queue, and whoever shows a round to people.

`bot.rooms.Rooms` and `bot.store.Queue` are the first two; `bot.chat` implements `Audience`. Stated here
so that the worker can be read, and run, without Discord.
"""

from __future__ import annotations

from typing import Protocol

from bot.rooms import Outcome
from bot.store.queue import Lease
from bot.story.commands import Command
from bot.story.room import Room
from bot.story.sent import Sent


class Rooms(Protocol):
    """The use-cases that the worker calls."""

    async def read(self, room: str) -> Room | None:
        """The room as it is, or None where there is none.

        Raises:
            bot.errors.StoreError: it cannot be read.

        """

    async def act(self, room: str, command: Command, *, operation: str) -> Outcome:
        """Carry out a command once, however often it is sent under the same operation id.

        Raises:
            bot.errors.StoreError: whether it was carried out may be unknown; sending it again is safe.

        """

    async def keep_sent(self, room: str, sent: Sent) -> None:
        """Keep what is sent for a round, to be shown to those who ask why it came out so.

        Raises:
            bot.errors.StoreError: it is not kept.

        """


class Queue(Protocol):
    """Rounds to be written. Every call raises bot.errors.StoreUnavailable if the queue is away."""

    async def lease(self) -> Lease | None:
        """Take the next round, or None if none is ready."""

    async def renew(self, lease: Lease) -> bool:
        """Keep the lease for its length from now; False if it is lost."""

    async def finish(self, lease: Lease) -> bool:
        """The round is done with; False if the lease was lost."""

    async def release(self, lease: Lease) -> None:
        """Give the round back at shutdown; it does not count as an attempt."""

    async def defer(self, lease: Lease, seconds: float) -> None:
        """Have the round tried again in so many seconds; the attempt counts."""

    async def wait(self, seconds: float) -> None:
        """Return when something may be ready, or after at most so many seconds."""


class Audience(Protocol):
    """Who shows a round while it is written. Raises nothing: what cannot be shown is its own to mend."""

    async def started(self, room: Room, round: int) -> None:  # noqa: A002 - the domain's word
        """Writing begins, or begins again after a worker died."""

    def wrote(self, room: Room, round: int, take: int, text: str) -> None:  # noqa: A002 - the domain's word
        """The latest text of a take so far; cheap, and called for every token."""

    async def finished(self, room: Room, round: int) -> None:  # noqa: A002 - the domain's word
        """The round is written or given up; returns once that is on screen, or cannot be."""

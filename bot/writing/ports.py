"""What the worker needs of others, as protocols: rooms, the queue, and whoever shows a round to people.

`bot.rooms.Rooms`, `bot.store.Queue` and `PartialStore` are the first three; `bot.chat` implements `Audience`.
Stated here so that the worker can be read, and run, without Discord.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from typing import Protocol

from bot.rooms import Outcome
from bot.store.partials import Partial
from bot.store.queue import Lease
from bot.story.commands import Command
from bot.story.requested import Requests
from bot.story.room import Room
from bot.story.rounds import Receipt
from bot.story.sent import Sent
from tgi.client import Finished, Token
from tgi.protocol import GenerateParameters, SimpleToken


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

    async def keep_requests(self, room: str, receipt: Receipt, requests: Requests) -> None:
        """Keep the requests that a take was written by, beside what was sent for its round.

        Raises:
            bot.errors.StoreError: they are not kept.

        """


class Queue(Protocol):
    """Rounds to be written. Every call raises bot.errors.StoreUnavailable if the queue is away."""

    async def lease(self, *, room: int | None = None, lends: bool = True) -> Lease | None:
        """Take the next round, or None if none is ready.

        `room`: tokens that the servers hold at once; `lends`: whether the place may go to somebody who has as
        many rounds in flight as they may.
        """

    async def renew(self, lease: Lease) -> bool:
        """Keep the lease for its length from now; False if it is lost."""

    async def finish(self, lease: Lease, *, used: int | None = None) -> bool:
        """The round is done with; False if the lease was lost. `used`: its cost, None if not known."""

    async def release(self, lease: Lease, *, used: int | None = None) -> None:
        """Give the round back at shutdown; it does not count as an attempt."""

    async def defer(self, lease: Lease, seconds: float, *, used: int | None = None) -> None:
        """Have the round tried again in so many seconds; the attempt counts."""

    async def spare(self, lease: Lease, seconds: float, *, used: int | None = None) -> None:
        """Have the round tried again in so many seconds; the attempt does not count, within bounds."""

    async def cancelled(self, leases: Sequence[Lease]) -> list[Lease]:
        """Which of these rounds were taken back by whoever asked for them."""

    async def leave(self, lease: Lease, seconds: float) -> None:
        """Leave the round to a worker that can write it, in so many seconds; it is no attempt."""

    async def wait(self, seconds: float) -> None:
        """Return when something may be ready, or after at most so many seconds."""


class Partials(Protocol):
    """What was streamed of unfinished takes. Every call raises bot.errors.StoreUnavailable if it is away."""

    async def claim(self, lease: Lease) -> dict[int, Partial]:
        """What is kept of the round's takes; from now on this lease alone may keep more."""

    async def keep(self, lease: Lease, partials: Mapping[int, Partial]) -> bool:
        """Keep takes as far as they came; False if the round is another's, or over."""

    async def forget(self, lease: Lease) -> None:
        """Let go of what is kept of a round that is over."""


class Streams(Protocol):
    """Where the tokens of a take come from; the methods are `tgi.client.TgiClient`'s, but for `behind`."""

    def stream(
        self,
        prompt: str,
        parameters: GenerateParameters,
        *,
        prompt_tokens: int | None = None,
        behind: Sent = ...,
    ) -> AsyncGenerator[Token | Finished, None]:
        """Each token as it is generated, and how it finished. Sent is the prompt with `behind` behind it.

        Raises:
            tgi.errors.ClientError: the server failed.

        """

    async def tokenize(self, text: str) -> list[SimpleToken]:
        """The text's tokens as the model sees them.

        Raises:
            tgi.errors.ClientError: the server failed.

        """


class Audience(Protocol):
    """Who shows a round while it is written. Raises nothing: what cannot be shown is its own to mend."""

    async def started(
        self,
        room: Room,
        round: int,  # noqa: A002 - the domain's word
        shows: Callable[[], None] | None = None,
    ) -> None:
        """Writing begins, or begins again after a worker died.

        `shows` is called whenever something of what it was told goes on screen; cheap, and raises nothing.
        """

    def wrote(self, room: Room, round: int, take: int, text: str) -> None:  # noqa: A002 - the domain's word
        """The latest text of a take so far; cheap, and called for every token."""

    async def finished(self, room: Room, round: int) -> None:  # noqa: A002 - the domain's word
        """The round is written or given up; returns once that is on screen, or cannot be."""

    async def lost(self, room: str, round: int) -> None:  # noqa: A002 - the domain's word
        """The round is another worker's now: nothing shown here may stand over what that one shows."""

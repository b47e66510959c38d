"""What was streamed of takes that are not finished, beside their room: the same slot, gone with it.

One hash a room. A round's latest lease alone may write there; a take's text goes with the append that records
the take, or that ends the round. Nothing depends on it: a take whose text is lost is written from its start.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from redis.asyncio import Redis

from bot.store.codec import decode, encode
from bot.store.connection import reaching
from bot.store.keys import Keys
from bot.store.queue import Lease
from bot.store.scripts import Script
from bot.story.events import Event, RoundFailed, TakeWritten
from bot.story.model import Model
from bot.story.room import Room
from bot.story.rounds import TAKES_LIMIT, RoundStatus

_log = structlog.get_logger(__name__)


class Streamed(Model):
    """What one request for a take brought, its continuations included.

    `asked`: a digest of all that was sent; `tokens`: their texts in order; `special`: which of them, counted
    from 0, are no part of the text; `text`: the whole, where the server's differs from its tokens; `reason`:
    why it ended, None where it broke off or was left; `resumed`: after how many tokens it was gone on with;
    `until`: seconds of writing from the take's first request up to here.
    """

    asked: str
    tokens: tuple[str, ...] = ()
    special: tuple[int, ...] = ()
    text: str | None = None
    reason: str | None = None
    resumed: tuple[int, ...] = ()
    until: float = 0.0
    refused: bool = False  # for what it asks; the writer asked otherwise then


class Partial(Model):
    """A take as far as it came: enough to come to the same place again without the server.

    `shown`: the text as people saw it last; `failed`: the server failed when it was to go on from here.
    """

    prompt_sha256: str
    model: str
    model_revision: str | None = None
    streams: tuple[Streamed, ...]
    shown: str = ""
    failed: bool = False

    @property
    def tokens(self) -> int:
        """How many tokens were generated for it."""
        return sum(len(each.tokens) for each in self.streams)


class PartialStore:
    """Keeps and finds, one round trip each. Every call raises StoreUnavailable if Redis is away."""

    def __init__(self, redis: Redis, *, keys: Keys, days: int) -> None:
        self._redis = redis
        self._keys = keys
        self._expiry = days * 86_400_000
        self._claim = Script(redis, "claim_partials")
        self._keep = Script(redis, "keep_partials")

    async def claim(self, lease: Lease) -> dict[int, Partial]:
        """What is kept of the round's takes, by number; from now on this lease alone may keep more.

        An older lease that comes late is told the same and may keep nothing.
        """
        _, *fields = _fields(lease.round)
        with reaching("find what was streamed"):
            found = await self._claim(
                keys=[self._keys.room(lease.room).partials],
                args=[lease.round, lease.attempt, lease.token, self._expiry, *fields],
            )
        kept = {take: _read(stored) for take, stored in enumerate(found) if stored}
        return {take: partial for take, partial in kept.items() if partial is not None}

    async def keep(self, lease: Lease, partials: Mapping[int, Partial]) -> bool:
        """Keep the round's takes as far as they came; False if the round is another's, or over."""
        changes: list[str | bytes] = []
        for take, partial in partials.items():
            changes += [_field(lease.round, take), encode(partial)]
        with reaching("keep what was streamed"):
            kept = await self._keep(
                keys=[self._keys.room(lease.room).partials],
                args=[lease.round, lease.attempt, lease.token, self._expiry, *changes],
            )
        return bool(kept)

    async def forget(self, lease: Lease) -> None:
        """Let go of what is kept of a round that is over."""
        with reaching("forget what was streamed"):
            gone: Any = self._redis.hdel(self._keys.room(lease.room).partials, *_fields(lease.round))
            await gone


def fields_over(room: Room, events: Sequence[Event]) -> list[str]:
    """What is of no use any more after these events, which led to `room`: fields of its hash."""
    over: list[str] = []
    for event in events:
        if not isinstance(event, TakeWritten | RoundFailed):
            continue
        if isinstance(event, TakeWritten):
            over.append(_field(event.round, event.take))
        one = room.round(event.round)
        if one is None or one.status is not RoundStatus.OPEN:
            over += _fields(event.round)
    return over


def _fields(round_number: int) -> list[str]:
    return [str(round_number), *(_field(round_number, take) for take in range(TAKES_LIMIT))]


def _field(round_number: int, take: int) -> str:
    return f"{round_number}:{take}"


def _read(stored: bytes) -> Partial | None:
    """None for what another version of the program kept, which is then written anew."""
    try:
        return Partial.model_validate(decode(stored))
    except ValueError as error:
        _log.warning("partial_not_read", error=type(error).__name__)
        return None

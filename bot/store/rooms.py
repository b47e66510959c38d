"""Rooms in Redis: an append-only log, a snapshot beside it, and an outbox for the rounds it asks for.

Every change is one run of `scripts/append.lua`, which takes effect once for an operation id however often it
is sent. The snapshot of a long room lags behind its log by some events, which `reading` folds in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from redis.asyncio import Redis

from bot.errors import Fenced, StoreError, StoreUnavailable
from bot.store.archive import Archive
from bot.store.codec import encode
from bot.store.confirming import Confirming
from bot.store.connection import reaching
from bot.store.expiry import Expiry
from bot.store.fairness.waiting import Asker
from bot.store.keys import Keys
from bot.store.log import Entry, RoomLog
from bot.store.partials import fields_over
from bot.store.queue import Job
from bot.store.reading import Loaded, Reader
from bot.store.schema import SCHEMA, Schema
from bot.store.sent import SentStore
from bot.store.standings import Standing, Standings
from bot.store.votes import VoteChanges, Votes, votes_of
from bot.story.events import Event
from bot.story.room import Room

OPERATIONS_KEPT = 512  # of a room: far more than can still be on their way a second time
_LONG = 512  # events
CLAIM_SECONDS = 15 * 60  # an interaction's token lives no longer


@dataclass(frozen=True)
class Appended:
    """The events are in the log."""


@dataclass(frozen=True)
class Repeated:
    """The operation took effect before; this is the room now."""

    room: Room


@dataclass(frozen=True)
class Stale:
    """The room changed since it was read; this is the room now."""

    room: Room | None


Result: TypeAlias = Appended | Repeated | Stale


class RoomStore:
    """Reads and appends. Every call is one round trip and raises StoreUnavailable if Redis is away."""

    def __init__(
        self,
        redis: Redis,
        *,
        keys: Keys,
        days: int,
        schema: Schema = SCHEMA,
        replicas: int = 0,
        archive: Archive | None = None,
    ) -> None:
        self._redis = redis
        self._keys = keys
        self._expiry = Expiry(days)
        self._schema = schema
        self._append = Confirming(redis, "append", replicas=replicas)
        self._log = RoomLog(redis, keys=keys, schema=schema, archive=archive)
        self._standings = Standings()
        self._reader = Reader(redis, keys=keys, schema=schema, expiry=self._expiry, standings=self._standings)
        self.sent = SentStore(redis, keys=keys, days=days)

    async def load(
        self,
        room: str,
        *,
        operation: str | None = None,
        asks: bool = False,
        due: Sequence[int] = (),
        votes: bool = False,
        asker: Asker | None = None,
    ) -> Loaded:
        """Read a room. `asks`: the operation may put a round in its outbox; `due`: it makes something due.

        Then the room is noted for the relay, or for those moments (ms since the epoch), beforehand, in the
        same trip: a process that dies between append and relay leaves a round that any other finds. Votes are
        read on demand alone, and for an `asker` how many rounds wait.

        Raises:
            NewerSchema: a newer program wrote it.

        """
        loaded = await self._reader.read(room, operation or "", asks=asks, due=due, votes=votes, asker=asker)
        if loaded.repeated:
            await self._confirm(room, operation or "")
        return loaded

    async def votes(self, room: str) -> Votes:
        """The votes of a room's open ballots."""
        with reaching("read votes"):
            found: Any = self._redis.hgetall(self._keys.room(room).votes)
            return votes_of(await found)

    async def append(
        self,
        room: Room,
        *,
        seen: int,
        operation: str,
        events: Sequence[Event],
        jobs: Sequence[Job] = (),
        votes: VoteChanges | None = None,
        fence: int = 0,
    ) -> Result:
        """Append events that lead from revision `seen` to `room`, put its jobs in the outbox, keep its votes.

        `fence` is the token of the shard lease under which the caller acts, 0 without one.

        Raises:
            NewerSchema: a newer program wrote the room.
            Fenced: whoever leases the shard since has written to the room.

        """
        known = self._standings.find(room.id)
        if known is not None and (
            known.room.revision != seen or not known.may_lag(room.revision, self._schema.version)
        ):
            known = None
        snapshot = b"" if known else await self._encoded(room)
        changed = votes.arguments if votes else []
        arguments: list[Any] = [
            *(seen, self._standings.chain_at(room.id, seen)),
            *(operation, self._schema.version, snapshot),
            *(self._expiry.of(room), OPERATIONS_KEPT, fence),
            " ".join(fields_over(room, events)),
            *(len(events), len(changed) // 2),
            *(encode(event) for event in events),
            *changed,
        ]
        for job in jobs:
            arguments += [job.id, encode(job)]
        with reaching("append to a room"):
            answer = await self._append.run(self._keys.room(room.id).all, arguments)
        match answer:
            case [b"appended", _, chain]:
                at = known.at if known else room.revision
                self._standings.keep(Standing(room, chain, at, self._schema.version))
                return Appended()
            case [b"repeated"]:
                await self._confirm(room.id, operation)
                return Repeated(await self._now(room.id))
            case [b"stale"]:
                return Stale((await self._reader.read(room.id)).room)
            case [b"newer", schema]:
                self._schema.refuse_newer(int(schema))
            case [b"fenced"]:
                raise Fenced("another gateway has the room's shard now")
        raise StoreError(f"append.lua answered {answer!r}")

    def log(self, room: str, *, page: int = 500) -> AsyncIterator[Entry]:
        """Every event of a room, oldest first, those in the archive included.

        Raises:
            ArchiveMissing: the older ones are in an archive that is not at hand.

        """
        return self._log.entries(room, page=page)

    async def delete(self, room: str) -> bool:
        """Forget a room, all of it."""
        with reaching("delete a room"):
            return bool(await self._redis.delete(*self._keys.room(room).all))

    async def claim(self, operation: str) -> bool:
        """Whether the caller is the first to carry out an operation that is more than one append."""
        with reaching("claim an operation"):
            return bool(await self._redis.set(self._keys.claim(operation), b"1", nx=True, ex=CLAIM_SECONDS))

    async def unclaim(self, operation: str) -> None:
        """Let the operation be tried again, after it failed and left nothing behind."""
        with reaching("let go of an operation"):
            await self._redis.delete(self._keys.claim(operation))

    async def size(self, room: str) -> int:
        """How many bytes of Redis's memory a room takes."""
        with reaching("measure a room"):
            pipe = self._redis.pipeline(transaction=False)
            for key in self._keys.room(room).all:
                pipe.memory_usage(key, samples=0)
            return sum(size or 0 for size in await pipe.execute())

    async def _confirm(self, room: str, operation: str) -> None:
        with reaching("see that an operation is kept"):
            await self._append.confirm(self._keys.room(room).state, operation)

    async def _now(self, room: str) -> Room:
        """A room that is there.

        Raises:
            StoreUnavailable: it was deleted a moment ago.

        """
        found = await self._reader.read(room)
        if found.room is None:
            raise StoreUnavailable("the room went away")
        return found.room

    async def _encoded(self, room: Room) -> bytes:
        """A snapshot; a long room's takes a while, so it is made beside the loop."""
        return await asyncio.to_thread(encode, room) if room.revision > _LONG else encode(room)

"""Rooms in Redis: an append-only log, a snapshot beside it, and an outbox for the rounds it asks for.

Every change is one run of `scripts/append.lua`, which takes effect once for an operation id however often it
is sent. Nothing is kept in memory.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from redis.asyncio import Redis

from bot.errors import StoreError
from bot.store.codec import decode, encode
from bot.store.connection import reaching
from bot.store.due import Mark
from bot.store.keys import Keys
from bot.store.queue import Job
from bot.store.schema import SCHEMA, Schema
from bot.store.scripts import source
from bot.store.sent import SentStore
from bot.store.votes import VoteChanges, Votes, votes_of
from bot.story.events import EVENTS, Event
from bot.story.room import Room

OPERATIONS_KEPT = 512  # of a room: far more than can still be on their way a second time
CLAIM_SECONDS = 15 * 60  # an interaction's token lives no longer


@dataclass(frozen=True)
class Loaded:
    """A room as it was read, and whether the operation asked about took effect before."""

    room: Room | None
    repeated: bool = False
    votes: Votes = field(default_factory=dict)


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


@dataclass(frozen=True)
class Entry:
    """One event of the log with the operation that led to it."""

    revision: int
    operation: str
    event: Event


class RoomStore:
    """Reads and appends. Every call is one round trip and raises StoreUnavailable if Redis is away."""

    def __init__(self, redis: Redis, *, keys: Keys, days: int, schema: Schema = SCHEMA) -> None:
        self._redis = redis
        self._keys = keys
        self._expiry = days * 86_400_000
        self._schema = schema
        self._append = redis.register_script(source("append"))
        self.sent = SentStore(redis, keys=keys, days=days)

    async def load(
        self,
        room: str,
        *,
        operation: str | None = None,
        asks: bool = False,
        due: Sequence[int] = (),
        votes: bool = False,
    ) -> Loaded:
        """Read a room. `asks`: the operation may put a round in its outbox; `due`: it makes something due.

        Then the room is noted for the relay, or for those moments (ms since the epoch), beforehand, in the
        same trip: a process that dies between append and relay leaves a round that any other finds. Votes are
        read on demand alone.

        Raises:
            NewerSchema: a newer program wrote it.

        """
        keys = self._keys.room(room)
        with reaching("load a room"):
            pipe = self._redis.pipeline(transaction=False)
            pipe.hmget(keys.state, ["revision", "schema", "snapshot"])
            pipe.zscore(keys.operations, operation or "")
            if asks:
                pipe.zadd(self._keys.queue.outboxes, {room: int(time.time() * 1000)})
            if due:
                pipe.zadd(self._keys.queue.due, {Mark(room, at).name: at for at in due})
            if votes:
                pipe.hgetall(keys.votes)
            (_, schema, snapshot), score, *more = await pipe.execute()
        if snapshot is None:
            return Loaded(None)
        handed_in = votes_of(more[-1]) if votes else {}
        return Loaded(self._room(schema, snapshot), repeated=score is not None, votes=handed_in)

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
    ) -> Result:
        """Append events that lead from revision `seen` to `room`, put its jobs in the outbox, keep its votes.

        Raises:
            NewerSchema: a newer program wrote the room.

        """
        arguments: list[Any] = [seen, operation, self._schema.version, encode(room), self._expiry]
        changed = votes.arguments if votes else []
        arguments += [OPERATIONS_KEPT, len(events), len(changed) // 2]
        arguments += [*(encode(event) for event in events), *changed]
        for job in jobs:
            arguments += [job.id, encode(job)]
        with reaching("append to a room"):
            answer = await self._append(keys=self._keys.room(room.id).all, args=arguments)
        match answer:
            case [b"appended", _]:
                return Appended()
            case [b"repeated", _, schema, snapshot]:
                return Repeated(self._room(schema, snapshot))
            case [b"stale", _, schema, snapshot]:
                return Stale(None if snapshot is None else self._room(schema, snapshot))
            case [b"newer", schema]:
                self._schema.refuse_newer(int(schema))
        raise StoreError(f"append.lua answered {answer!r}")

    async def log(self, room: str, *, page: int = 500) -> AsyncIterator[Entry]:
        """Every event of a room, oldest first, read a page at a time."""
        start = "-"
        while True:
            with reaching("read a room's log"):
                entries: Any = await self._redis.xrange(self._keys.room(room).events, min=start, count=page)
            for identifier, fields in entries:
                stored = self._schema.lift_event(decode(fields[b"e"]), int(fields[b"v"]))
                yield Entry(
                    revision=int(identifier.split(b"-")[0]),
                    operation=fields[b"o"].decode(),
                    event=EVENTS.validate_python(stored),
                )
            if len(entries) < page:
                return
            start = f"({entries[-1][0].decode()}"

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

    def _room(self, schema: bytes | int, snapshot: bytes) -> Room:
        self._schema.refuse_newer(int(schema))  # before the snapshot is touched: it may not be readable
        return Room.model_validate(self._schema.lift_snapshot(decode(snapshot), int(schema)))

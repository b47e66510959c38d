"""From the archive back to Redis: the older events of a room, or the whole room, where it was forgotten.

The events are gathered beside the room and take their place in one script, so that it may be killed at any
moment and run again. What is open in a room that was forgotten is queued and given its deadlines anew.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from bot.errors import ArchiveMissing
from bot.store.archive import Archive, Line
from bot.store.codec import encode, encode_plain
from bot.store.connection import reaching
from bot.store.due import Mark, deadlines_of
from bot.store.expiry import Expiry
from bot.store.jobs import job_of
from bot.store.keys import Keys
from bot.store.log import Entry, Raw, entry_of_line, linked
from bot.store.queue import Job
from bot.store.rooms import OPERATIONS_KEPT
from bot.store.schema import Schema
from bot.store.scripts import source
from bot.story.events import RoundAsked
from bot.story.evolve import replayed
from bot.story.room import Room

_AT_ONCE = 1000  # events in one pipeline
_BACK_BY = 60_000  # ms in which a room is back: before that a mark would find none, and be taken away


@dataclass(frozen=True)
class Back:
    """How many events were brought back, 0 where nothing was missing.

    `forgotten`: the room itself was gone, and stands now as at the last of them, with so many open `rounds`
    queued again; `votes_lost`: how many votes its open ballots had.
    """

    events: int = 0
    forgotten: bool = False
    rounds: int = 0
    votes_lost: int = 0


class Restorer:
    """Brings events back. It raises StoreUnavailable if Redis is away."""

    def __init__(self, redis: Redis, archive: Archive, *, keys: Keys, expiry: Expiry, schema: Schema) -> None:
        self._redis = redis
        self._archive = archive
        self._keys = keys
        self._expiry = expiry
        self._schema = schema

    async def back(self, room: str) -> Back:
        """What `Archiver.back` says."""
        keys = self._keys.room(room)
        with reaching("see what is missing of a room"):
            pipe = self._redis.pipeline(transaction=False)
            pipe.hmget(keys.state, ["revision", "schema", "based"])
            pipe.pttl(keys.state)
            (revision, schema, based), left = await pipe.execute()
        lines = await asyncio.to_thread(self._archive.read, room)
        if revision is None:
            return await self._whole(room, lines)
        self._schema.refuse_newer(int(schema))
        missing = int(based or 0)
        if missing == 0:
            return Back()
        if len(lines) < missing:
            raise ArchiveMissing(f"{self._archive.folder} does not hold the first {missing} events of it")
        raws = [_raw(line) for line in lines[:missing]]
        is_back = await self._put_back(room, raws, [missing, missing, max(left, 0)])
        return Back(missing) if is_back else Back()

    async def _whole(self, room: str, lines: Sequence[Line]) -> Back:
        if not lines:
            raise ArchiveMissing(f"room {room} is neither in Redis nor in {self._archive.folder}")
        raws = [_raw(line) for line in lines]
        entries = [entry_of_line(line, self._schema) for line in lines]
        now = replayed(entry.event for entry in entries)
        jobs = _jobs(now, entries)
        await self._note(now)
        arguments: list[Any] = ["gone", len(lines), self._expiry.of(now)]
        arguments += [self._schema.version, encode(now), _chain(raws), len(jobs)]
        for job in jobs:
            arguments += [job.id, encode(job)]
        for entry in entries[-OPERATIONS_KEPT:]:
            arguments += [entry.revision, entry.operation]
        if not await self._put_back(room, raws, arguments):
            return Back()
        votes = sum(len(ballot.voted) for ballot in now.ballots if ballot.is_open)
        return Back(len(lines), forgotten=True, rounds=len(jobs), votes_lost=votes)

    async def _note(self, room: Room) -> None:
        """Have the relay and the deadlines look at a room; beforehand, as `RoomStore.load` does."""
        now = time.time_ns() // 1_000_000
        with reaching("note what is open in a room"):
            pipe = self._redis.pipeline(transaction=False)
            pipe.zadd(self._keys.queue.outboxes, {room.id: now})
            for at in deadlines_of(room):
                mark = Mark(room.id, max(at, now + _BACK_BY))
                pipe.zadd(self._keys.queue.due, {mark.name: mark.at})
            await pipe.execute()

    async def _put_back(self, room: str, raws: Sequence[Raw], arguments: Sequence[Any]) -> bool:
        keys = self._keys.room(room)
        with reaching("bring events back"):
            await self._redis.delete(keys.gathered)
            for start in range(0, len(raws), _AT_ONCE):
                pipe = self._redis.pipeline(transaction=False)
                for identifier, fields in raws[start : start + _AT_ONCE]:
                    entry: dict[Any, Any] = {**fields}
                    pipe.xadd(keys.gathered, entry, id=identifier)
                pipe.expire(keys.gathered, 3600)
                await pipe.execute()
            every = [*keys.all, keys.gathered]
            answer: Any = await self._redis.eval(source("restore"), len(every), *every, *arguments)
        return bool(answer)


def _jobs(room: Room, entries: Sequence[Entry]) -> list[Job]:
    """The rounds of a room that are to be written still."""
    asked_at = {each.event.round: each.event.at for each in entries if isinstance(each.event, RoundAsked)}
    return [job_of(room, one, asked_at=asked_at.get(one.number, room.changed_at)) for one in room.open_rounds]


def _raw(line: Line) -> Raw:
    """A line as an entry of the stream; its event is packed anew, which reads as the same."""
    fields = {
        b"v": str(line.schema).encode(),
        b"o": line.operation.encode(),
        b"e": encode_plain(line.event),
    }
    return f"{line.revision}-0".encode(), fields


def _chain(raws: Sequence[Raw]) -> bytes:
    chain = b""
    for raw in raws:
        chain = linked(chain, raw)
    return chain

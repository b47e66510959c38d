"""From Redis to the archive and back: old events are written to a file, and only then taken out of Redis.

It may be killed at any moment and run again, and run twice at once: files are locked, what is there already
is not written again, and Redis takes out only what it finds to be exactly what was read.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from bot.errors import ArchiveMissing
from bot.store.archive import Archive, Line
from bot.store.codec import decode, encode, encode_plain
from bot.store.connection import reaching
from bot.store.expiry import Expiry
from bot.store.keys import Keys
from bot.store.log import Raw, entry_of, entry_of_line, line_of, linked, revision_of
from bot.store.rooms import OPERATIONS_KEPT
from bot.store.schema import SCHEMA, Schema
from bot.store.scripts import source
from bot.store.standings import LAGGING
from bot.story.evolve import evolve, replayed
from bot.story.room import Room

_AT_ONCE = 1000  # events that one script takes out or brings back: some ms of Redis's time


@dataclass(frozen=True)
class Kept:
    """What stays in Redis: the last `events`, and all from `since` (ms since the epoch) on.

    A room that Redis forgets in less than `whole_below` is written whole.
    """

    events: int
    since: int | None = None
    whole_below: int = 0  # ms


@dataclass(frozen=True)
class Archived:
    """What was done with a room: events written, events taken out of Redis, and why not, if it was left."""

    written: int = 0
    taken_out: int = 0
    left: str | None = None


@dataclass(frozen=True)
class _Standing:
    """A room's log in Redis: from `based` on, at which it was `base`."""

    revision: int
    at: int  # of the snapshot
    based: int
    base: Room | None
    left: int  # ms until it is forgotten; negative: it is not
    raws: list[Raw]

    @property
    def is_whole(self) -> bool:
        """Whether the events are all those behind `based`: another process may have taken some out since."""
        revisions = [revision_of(identifier) for identifier, _ in self.raws]
        return revisions == list(range(self.based + 1, self.based + len(revisions) + 1))


class Archiver:
    """Moves events. Every call raises StoreUnavailable if Redis is away."""

    def __init__(
        self, redis: Redis, archive: Archive, *, keys: Keys, days: int, schema: Schema = SCHEMA
    ) -> None:
        self._redis = redis
        self._archive = archive
        self._keys = keys
        self._expiry = Expiry(days)
        self._schema = schema

    async def rooms(self) -> AsyncIterator[str]:
        """The rooms that are in Redis."""
        pattern = self._keys.room("*").state
        start, end = pattern.split("*")
        with reaching("list the rooms"):
            async for name in self._redis.scan_iter(match=pattern, count=500):
                yield name.decode().removeprefix(start).removesuffix(end)

    async def archive(self, room: str, kept: Kept) -> Archived:
        """Write what is old in a room, or all of one that is about to be forgotten, and take the old out.

        Raises:
            ArchiveMissing: the archive cannot be written, or is not the one that was written to before.
            NewerSchema: a newer program wrote the room.

        """
        found = await self._read(room)
        if found is None:
            return Archived(left="it is not in Redis")
        if not found.is_whole:
            return Archived(left="its log changed while it was read, or has a gap")
        lines = [line_of(raw) for raw in found.raws]
        going = _going(found, lines, kept)
        whole = 0 <= found.left < kept.whole_below
        wanted = lines if whole else lines[:going]
        if not wanted:
            return Archived()
        with self._archive.adding(room) as adding:
            if adding is None:
                return Archived(left="another process archives it just now")
            if len(adding.lines) < found.based:
                raise ArchiveMissing(
                    f"the first {found.based} events of room {room} are not in {self._archive.folder}: "
                    "they were archived in another folder"
                )
            written = await asyncio.to_thread(adding.add, wanted)
        taken_out = await self._take_out(room, found, going)
        left = None if taken_out == going else "somebody else changed its log just now"
        return Archived(written, taken_out, left)

    async def back(self, room: str) -> int:
        """Bring a room's archived events back into Redis, or the whole room, where it was forgotten.

        How many events were brought back; 0 where nothing was missing.

        Raises:
            ArchiveMissing: the archive does not hold them.

        """
        found = await self._read(room)
        lines = await asyncio.to_thread(self._archive.read, room)
        if found is not None and found.based == 0:
            return 0
        if found is None and not lines:
            raise ArchiveMissing(f"room {room} is neither in Redis nor in {self._archive.folder}")
        lines = lines if found is None else lines[: found.based]
        if found is not None and len(lines) < found.based:
            raise ArchiveMissing(f"{self._archive.folder} does not hold the first {found.based} events of it")
        arguments: list[Any] = ["gone" if found is None else found.based, len(lines)]
        entries = [entry_of_line(line, self._schema) for line in lines]
        raws = [_raw(line) for line in lines]
        now = replayed(entry.event for entry in entries)
        if found is None:
            arguments += [self._expiry.of(now), lines[-1].schema, encode(now), _chain(raws)]
            for entry in entries[-OPERATIONS_KEPT:]:
                arguments += [entry.revision, entry.operation]
        else:
            arguments += [max(found.left, 0)]
        return len(lines) if await self._put_back(room, raws, arguments) else 0

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

    async def _read(self, room: str) -> _Standing | None:
        keys = self._keys.room(room)
        names = ["revision", "schema", "at", "based", "base", "base_schema"]
        raws: list[Raw] = []
        with reaching("read a room to be archived"):
            pipe = self._redis.pipeline(transaction=False)
            pipe.hmget(keys.state, names)
            pipe.pttl(keys.state)
            (revision, stored, at, based, base, base_schema), left = await pipe.execute()
            if revision is None:
                return None
            start = f"{int(based or 0) + 1}-0"
            while True:
                entries: Any = await self._redis.xrange(keys.events, min=start, count=_AT_ONCE)
                raws += entries
                if len(entries) < _AT_ONCE:
                    break
                start = f"({entries[-1][0].decode()}"
        lagging, version = divmod(int(stored), LAGGING)
        self._schema.refuse_newer(version)
        return _Standing(
            revision=int(revision),
            at=int(at) if lagging else int(revision),
            based=int(based or 0),
            base=self._room(base, base_schema) if base else None,
            left=int(left),
            raws=raws,
        )

    async def _take_out(self, room: str, found: _Standing, count: int) -> int:
        """Take the first `count` events out, some at a time; how many went."""
        keys = self._keys.room(room).all
        base, gone = found.base, 0
        while gone < count:
            part = found.raws[gone : min(gone + _AT_ONCE, count)]
            digest = ""
            for raw in part:
                base = evolve(base, entry_of(raw, self._schema).event)
                digest = _digested(digest, raw)
            if base is None:
                break
            arguments: list[Any] = [found.based + gone, found.based + gone + len(part), digest]
            arguments += [encode(base), self._schema.version]
            with reaching("take old events out"):
                answer: Any = await self._redis.eval(source("trim"), len(keys), *keys, *arguments)
            if not answer:
                break
            gone += len(part)
        return gone

    def _room(self, base: bytes, schema: bytes) -> Room:
        return Room.model_validate(self._schema.lift_snapshot(decode(base), int(schema)))


def _going(found: _Standing, lines: Sequence[Line], kept: Kept) -> int:
    """How many of the events are old enough to be taken out."""
    count = max(0, min(found.revision - kept.events, found.at) - found.based)
    count = min(count, len(lines))
    if kept.since is None:
        return count
    return next((n for n, line in enumerate(lines[:count]) if line.event["at"] >= kept.since), count)


def _digested(digest: str, raw: Raw) -> str:
    identifier, fields = raw
    text = digest.encode() + identifier + fields[b"v"] + fields[b"o"] + fields[b"e"]
    return hashlib.sha1(text, usedforsecurity=False).hexdigest()


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

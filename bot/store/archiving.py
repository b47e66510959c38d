"""From Redis to the archive: old events are written to a file, and only then taken out of Redis.

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
from bot.store.codec import decode, encode
from bot.store.connection import reaching
from bot.store.expiry import Expiry
from bot.store.keys import Keys
from bot.store.log import Raw, entry_of, line_of, revision_of
from bot.store.restoring import Back, Restorer
from bot.store.schema import SCHEMA, Schema
from bot.store.scripts import source
from bot.story.evolve import evolve
from bot.story.room import Room

_AT_ONCE = 1000  # events that one script takes out: some ms of Redis's time


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
        self._restorer = Restorer(redis, archive, keys=keys, expiry=Expiry(days), schema=schema)
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

    async def back(self, room: str) -> Back:
        """Bring a room's archived events back into Redis, or the whole room, where it was forgotten.

        Its open rounds are queued again then, and its deadlines kept. Votes of open ballots are gone: the log
        never had them.

        Raises:
            ArchiveMissing: the archive does not hold them.

        """
        return await self._restorer.back(room)

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
        self._schema.refuse_newer(int(stored))
        return _Standing(
            revision=int(revision),
            at=int(at),
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

"""A room's log: entries as they lie in its stream, the older ones from the archive, and the chain.

The chain is a hash over everything appended so far, kept beside the room. Two rooms of the same revision and
the same chain have the same history, also where a failover lost writes and others took their place.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from redis.asyncio import Redis

from bot.errors import ArchiveMissing
from bot.store.archive import Archive, Line
from bot.store.codec import decode
from bot.store.connection import reaching
from bot.store.keys import Keys
from bot.store.schema import Schema
from bot.story.events import EVENTS, Event

Raw: TypeAlias = tuple[bytes, dict[bytes, bytes]]
"""An entry of the stream: its id, and its fields v (schema), o (operation), e (event)."""


@dataclass(frozen=True)
class Entry:
    """One event of the log with the operation that led to it."""

    revision: int
    operation: str
    event: Event


class RoomLog:
    """Reads logs, oldest first. What was taken out of Redis is read from the archive, if there is one."""

    def __init__(self, redis: Redis, *, keys: Keys, schema: Schema, archive: Archive | None) -> None:
        self._redis = redis
        self._keys = keys
        self._schema = schema
        self._archive = archive

    async def entries(self, room: str, *, page: int = 500) -> AsyncIterator[Entry]:
        """Every event of a room, read a page at a time.

        Raises:
            ArchiveMissing: the older ones are in an archive that is not at hand.
            NewerSchema: a newer program wrote some.

        """
        wanted = 1
        while True:
            raws, end = await self._page(room, wanted, page)
            first = revision_of(raws[0][0]) if raws else end + 1
            if first > wanted:
                for line in await self._archived(room, wanted, first - 1):
                    yield entry_of_line(line, self._schema)
            for raw in raws:
                yield entry_of(raw, self._schema)
            if len(raws) < page:
                return
            wanted = first + len(raws)

    async def _page(self, room: str, wanted: int, page: int) -> tuple[list[Raw], int]:
        """Entries from a revision on, and the revision that the log goes up to."""
        keys = self._keys.room(room)
        with reaching("read a room's log"):
            pipe = self._redis.pipeline(transaction=False)
            pipe.xrange(keys.events, min=f"{wanted}-0", count=page)
            pipe.hget(keys.state, "revision")
            raws, end = await pipe.execute()
        return raws, int(end or 0)

    async def _archived(self, room: str, first: int, last: int) -> list[Line]:
        lines = await asyncio.to_thread(self._archive.read, room) if self._archive else []
        if len(lines) < last:
            missing = f"the first {last} events of room {room} are in the archive"
            if self._archive is None:
                raise ArchiveMissing(f"{missing}: set STORYROOM_ARCHIVE to its folder")
            raise ArchiveMissing(
                f"{missing}, and not in {self._archive.folder}, which STORYROOM_ARCHIVE names"
            )
        return lines[first - 1 : last]


def entry_of_line(line: Line, schema: Schema) -> Entry:
    """An entry of the archive as it is read today.

    Raises:
        NewerSchema: a newer program wrote it.

    """
    stored = schema.lift_event(line.event, line.schema)
    return Entry(line.revision, line.operation, EVENTS.validate_python(stored))


def line_of(raw: Raw) -> Line:
    """An entry as the archive keeps it."""
    identifier, fields = raw
    event = decode(fields[b"e"])
    return Line(revision_of(identifier), int(fields[b"v"]), fields[b"o"].decode(), event)


def entry_of(raw: Raw, schema: Schema) -> Entry:
    """An entry as it is read today.

    Raises:
        NewerSchema: a newer program wrote it.

    """
    identifier, fields = raw
    stored = schema.lift_event(decode(fields[b"e"]), int(fields[b"v"]))
    return Entry(
        revision=revision_of(identifier),
        operation=fields[b"o"].decode(),
        event=EVENTS.validate_python(stored),
    )


def revision_of(identifier: bytes) -> int:
    """The revision that an entry's id stands for."""
    return int(identifier.partition(b"-")[0])


def raw_of(answered: Sequence[Any]) -> Raw:
    """An entry as a script answers it, with its fields in a row."""
    identifier, fields = answered
    return identifier, dict(zip(fields[::2], fields[1::2], strict=True))


def linked(chain: bytes, raw: Raw) -> bytes:
    """The chain after one more entry, as `append.lua` makes it."""
    _, fields = raw
    return hashlib.sha1(chain + fields[b"o"] + fields[b"e"], usedforsecurity=False).hexdigest().encode()

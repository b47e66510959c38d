"""How a room is read: its snapshot and what its log holds beyond, or what came since the last reading."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis.asyncio import Redis

from bot.errors import NewerSchema, StoreError
from bot.store.codec import decode
from bot.store.connection import reaching
from bot.store.due import Mark
from bot.store.expiry import Expiry
from bot.store.fairness.waiting import Asker, Crowd, ask, crowd_of
from bot.store.keys import Keys
from bot.store.log import Raw, raw_of
from bot.store.schema import Schema
from bot.store.scripts import Script, known_or_whole
from bot.store.standings import Standing, Standings
from bot.store.votes import Votes, votes_of
from bot.story.room import Room


@dataclass(frozen=True)
class Loaded:
    """A room as it was read, and whether the operation asked about took effect before."""

    room: Room | None
    repeated: bool = False
    votes: Votes = field(default_factory=dict)
    crowd: Crowd = field(default_factory=Crowd)


class Reader:
    """Reads rooms in one round trip, and a second where what this process knew is of another history."""

    def __init__(
        self, redis: Redis, *, keys: Keys, schema: Schema, expiry: Expiry, standings: Standings
    ) -> None:
        self._redis = redis
        self._load = Script(redis, "load")
        self._keys = keys
        self._schema = schema
        self._expiry = expiry
        self._standings = standings
        self._log = structlog.get_logger(__name__)

    async def read(
        self,
        room: str,
        operation: str = "",
        *,
        asks: bool = False,
        due: Sequence[int] = (),
        votes: bool = False,
        asker: Asker | None = None,
    ) -> Loaded:
        """A room, as `RoomStore.load` says.

        Raises:
            NewerSchema: a newer program wrote it.
            StoreError: its snapshot and its log do not belong together.

        """
        known = self._standings.find(room)
        answer, sheets, crowd = await self._ask(
            room, operation, known, asks=asks, due=due, votes=votes, asker=asker
        )
        standing = self._stands(known, answer)
        if answer is not None and standing is None:  # the history is another one, as after a failover
            self._standings.drop(room)
            answer, *_ = await self._ask(room, operation, None)
            standing = self._stands(None, answer)
        if answer is None or standing is None:
            self._standings.drop(room)
            return Loaded(None)
        self._standings.keep(standing)
        return Loaded(standing.room, repeated=answer[2] is not None, votes=votes_of(sheets), crowd=crowd)

    async def _ask(
        self,
        room: str,
        operation: str,
        known: Standing | None,
        *,
        asks: bool = False,
        due: Sequence[int] = (),
        votes: bool = False,
        asker: Asker | None = None,
    ) -> tuple[list[Any] | None, dict[bytes, bytes], Crowd]:
        """What `load.lua` answers, the votes, and who waits besides the asker."""
        keys = self._keys.room(room)
        asked: list[str | bytes | int] = [operation]
        asked += [known.room.revision, known.chain] if known else [0, b""]
        asked += [self._expiry.ms, self._expiry.slack]

        async def sent(whole: bool) -> list[Any]:  # noqa: FBT001 - `known_or_whole` calls it
            pipe = self._redis.pipeline(transaction=False)
            self._load.sent_to(pipe, keys=keys.all, args=asked, whole=whole)
            if asks:
                pipe.zadd(self._keys.queue.outboxes, {room: int(time.time() * 1000)})
            if due:
                pipe.zadd(self._keys.queue.due, {Mark(room, at).name: at for at in due})
            if votes:
                pipe.hgetall(keys.votes)
            if asker:
                ask(pipe, self._keys.queue, asker)
            return list(await pipe.execute())

        with reaching("load a room"):
            answer, *more = await known_or_whole(sent)
        crowd = crowd_of(more.pop(-2), more.pop(-1)) if asker else Crowd()
        return answer, more[-1] if votes else {}, crowd

    def _stands(self, known: Standing | None, answer: Sequence[Any] | None) -> Standing | None:
        """The room that `load.lua` tells; None if there is none, or what was known is of another history."""
        if answer is None:
            return None
        revision, stored, _, chain, snapshot, tail = answer
        version = int(stored)
        self._schema.refuse_newer(version)  # before the rest is touched: it may not be readable
        raws = [raw_of(each) for each in tail]
        if snapshot is None:
            return self._went_on(known, raws, (revision, chain)) if known else None
        room = Room.model_validate(self._schema.lift_snapshot(decode(snapshot), version))
        now = Standing(room, b"", room.revision, version).after(raws, self._schema)
        if now.room.revision != revision:
            self._log.error("room.not_whole", room=room.id, revision=revision, found=now.room.revision)
            raise StoreError(f"snapshot and log give revision {now.room.revision}, not {revision}")
        return Standing(now.room, chain, room.revision, version)

    def _went_on(self, known: Standing, raws: Sequence[Raw], where: tuple[int, bytes]) -> Standing | None:
        """What is known after more of the log; None where that does not lead to this revision and chain."""
        try:
            now = known.after(raws, self._schema)
        except NewerSchema:
            raise
        except Exception as error:  # noqa: BLE001 - events of another history may break any rule of this one
            self._log.warning("room.another_history", room=known.room.id, error=type(error).__name__)
            return None
        return now if (now.room.revision, now.chain) == where else None

"""When something in a room is due: a sorted set beside the queue, looked into by every process that answers.

A mark says only that a room is to be looked at from that moment on; the room itself says what is due in it.
It is set before the room is written to, and taken away after everything due was carried out, so that a
process may die anywhere: a mark too many finds nothing to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from bot.store.connection import reaching
from bot.store.keys import Keys
from bot.story.room import Room


@dataclass(frozen=True)
class Mark:
    """A room and the moment, in ms since the epoch, from which it is to be looked at."""

    room: str
    at: int

    @property
    def name(self) -> str:
        """Its name in the sorted set."""
        return f"{self.room}:{self.at}"


def deadlines_of(room: Room) -> list[int]:
    """When what is open in the room ends by itself, in ms since the epoch: its ballots and green lights."""
    ballots = [each.deadline for each in room.ballots if each.is_open]
    lights = [each.deadline for each in room.lights if each.is_open]
    return [at for at in (*ballots, *lights) if at is not None]


class DueStore:
    """Sets, finds and takes away marks. Every call raises StoreUnavailable if Redis is away."""

    def __init__(self, redis: Redis, *, keys: Keys) -> None:
        self._redis = redis
        self._key = keys.queue.due

    async def due(self, now: int, *, limit: int = 50) -> list[Mark]:
        """The marks whose moment has come, the earliest first."""
        with reaching("look what is due"):
            found: Any = await self._redis.zrangebyscore(self._key, "-inf", now, start=0, num=limit)
        marks = []
        for name in found:
            room, _, at = name.decode().rpartition(":")
            marks.append(Mark(room, int(at)))
        return marks

    async def put_off(self, mark: Mark, until: int) -> None:
        """Look at a room again later, as when Discord could not be told."""
        with reaching("put off what is due"):
            await self._redis.zadd(self._key, {mark.name: until}, xx=True)

    async def done(self, mark: Mark) -> None:
        """Take a mark away."""
        with reaching("take away what was due"):
            await self._redis.zrem(self._key, mark.name)

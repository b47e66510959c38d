"""The rooms with what they stand on, built on one Redis."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from redis.asyncio import Redis

from bot.rooms import Rooms
from bot.store import Queue, Relay, RoomStore
from bot.store.keys import Keys

KEYS = Keys("test")


@dataclass(frozen=True)
class Parts:
    """What a test of the rooms looks at."""

    store: RoomStore
    queue: Queue
    relay: Relay
    rooms: Rooms


def parts_on(redis: Redis) -> Parts:
    tokens = count(1)
    store = RoomStore(redis, keys=KEYS, days=1)
    queue = Queue(redis, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: f"token-{next(tokens)}")
    relay = Relay(redis, queue, keys=KEYS)
    return Parts(store, queue, relay, Rooms(store, queue, relay))

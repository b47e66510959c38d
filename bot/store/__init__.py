"""Redis, and nothing else talks to Redis: rooms as logs with snapshots, outboxes, the queue of rounds."""

from bot.store.connection import connect
from bot.store.queue import Job, Lease, Queue
from bot.store.relay import Relay
from bot.store.rooms import Appended, Loaded, Repeated, RoomStore, Stale

__all__ = [
    "Appended",
    "Job",
    "Lease",
    "Loaded",
    "Queue",
    "Relay",
    "Repeated",
    "RoomStore",
    "Stale",
    "connect",
]

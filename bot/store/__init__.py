"""Redis, and nothing else talks to Redis: rooms as logs with snapshots, outboxes, the queue of rounds."""

from bot.store.connection import connect
from bot.store.due import DueStore, Mark
from bot.store.queue import Job, Lease, Queue
from bot.store.relay import Relay
from bot.store.rooms import Appended, Loaded, Repeated, RoomStore, Stale
from bot.store.sent import Typed
from bot.store.votes import VoteChanges, Votes

__all__ = [
    "Appended",
    "DueStore",
    "Job",
    "Lease",
    "Loaded",
    "Mark",
    "Queue",
    "Relay",
    "Repeated",
    "RoomStore",
    "Stale",
    "Typed",
    "VoteChanges",
    "Votes",
    "connect",
]

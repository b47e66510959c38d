"""Redis, and nothing else talks to Redis: rooms as logs with snapshots, outboxes, the queue of rounds."""

from bot.store.archive import Archive
from bot.store.archiving import Archived, Archiver, Kept
from bot.store.connection import connect
from bot.store.due import DueStore, Mark
from bot.store.edits import EditStore
from bot.store.partials import Partial, PartialStore
from bot.store.queue import Job, Lease, Queue
from bot.store.reading import Loaded
from bot.store.relay import Relay
from bot.store.rest_budget import RestBudget
from bot.store.restoring import Back
from bot.store.rooms import Appended, Repeated, RoomStore, Stale
from bot.store.seen import GuildsSeen, QueueSeen
from bot.store.sent import Typed
from bot.store.shards import ShardStore
from bot.store.votes import VoteChanges, Votes
from bot.store.watched import watched

__all__ = [
    "Appended",
    "Archive",
    "Archived",
    "Archiver",
    "Back",
    "DueStore",
    "EditStore",
    "GuildsSeen",
    "Job",
    "Kept",
    "Lease",
    "Loaded",
    "Mark",
    "Partial",
    "PartialStore",
    "Queue",
    "QueueSeen",
    "Relay",
    "Repeated",
    "RestBudget",
    "RoomStore",
    "ShardStore",
    "Stale",
    "Typed",
    "VoteChanges",
    "Votes",
    "connect",
    "watched",
]

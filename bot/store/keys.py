"""Every key, in one place. What one script touches shares a hash tag, so that it shares a slot on a cluster.

A room's keys carry the room's tag; the queue's carry the queue's. What crosses from one to the other goes
through the room's outbox and the relay.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RoomKeys:
    """The keys of one room."""

    events: str  # stream: every event, its id is the revision
    state: str  # hash: revision, schema, snapshot
    operations: str  # sorted set: operation id by the revision it led to
    outbox: str  # hash: job id to job, until the relay has queued it
    sent: str  # hash: SHA-256 of a prompt to its pieces
    votes: str  # hash: ballot and member to the sheet, until the ballot is closed
    typed: str  # hash: operation id to what was typed and could not be kept, for an hour

    @property
    def all(self) -> tuple[str, ...]:
        """In the order in which the scripts take them."""
        return (self.events, self.state, self.operations, self.outbox, self.sent, self.votes, self.typed)


@dataclass(frozen=True)
class QueueKeys:
    """The keys of the queue of rounds."""

    jobs: str  # hash: job id to job
    order: str  # hash: job id to its number
    ready: str  # sorted set: job id by its number
    later: str  # sorted set: job id by the ms at which it is ready again
    leases: str  # sorted set: job id by the ms at which its lease ends
    holders: str  # hash: job id to the token of its lease
    attempts: str  # hash: job id to how often it was leased
    counter: str  # the last number given
    bell: str  # list: rung for whoever waits for work
    outboxes: str  # sorted set: rooms whose outbox may hold something, by the ms of the intent
    due: str  # sorted set: room and moment, by the ms from which the room is to be looked at

    @property
    def all(self) -> tuple[str, ...]:
        """In the order in which the scripts take them."""
        return (
            self.jobs,
            self.order,
            self.ready,
            self.later,
            self.leases,
            self.holders,
            self.attempts,
            self.counter,
            self.bell,
        )


@dataclass(frozen=True)
class Keys:
    """Key names under one prefix."""

    prefix: str = "sr"

    def room(self, room: str) -> RoomKeys:
        """The keys of a room."""
        tag = f"{self.prefix}:{{{room}}}"
        names = ("events", "state", "operations", "outbox", "sent", "votes", "typed")
        return RoomKeys(*(f"{tag}:{name}" for name in names))

    def claim(self, operation: str) -> str:
        """Held by whoever carries out an operation that is more than one append."""
        return f"{self.prefix}:claim:{operation}"

    @property
    def queue(self) -> QueueKeys:
        """The keys of the queue."""
        tag = f"{self.prefix}:{{queue}}"
        names = (
            "jobs",
            "order",
            "ready",
            "later",
            "leases",
            "holders",
            "attempts",
            "counter",
            "bell",
            "outboxes",
            "due",
        )
        return QueueKeys(*(f"{tag}:{name}" for name in names))

"""Every key, in one place. What one script touches shares a hash tag, so that it shares a slot on a cluster.

A room's keys carry the room's tag; the queue's carry the queue's. What crosses from one to the other goes
through the room's outbox and the relay.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Self


@dataclass(frozen=True)
class _Tagged:
    """Keys of one tag, each named as its field; scripts take them in the order of the fields."""

    @classmethod
    def under(cls, tag: str) -> Self:
        """Those of a tag."""
        return cls(*(f"{tag}:{each.name}" for each in fields(cls)))

    @property
    def all(self) -> tuple[str, ...]:
        """In the order in which the scripts take them."""
        return tuple(getattr(self, each.name) for each in fields(self))


@dataclass(frozen=True)
class RoomKeys(_Tagged):
    """The keys of one room."""

    events: str  # stream: every event, its id is the revision
    state: str  # hash: revision, chain, snapshot and where it stands, base of a trimmed log, fence
    operations: str  # sorted set: operation id by the revision it led to
    outbox: str  # hash: job id to job, until the relay has queued it
    sent: str  # hash: SHA-256 of a prompt to its pieces, of a receipt to the requests of its take
    votes: str  # hash: ballot and member to the sheet, until the ballot is closed
    typed: str  # hash: operation id to what was typed and could not be kept, for an hour
    partials: str  # hash: round and take to what was streamed of it; round to the lease that writes it

    @property
    def gathered(self) -> str:
        """A stream: the log while it comes back from the archive; of no room at rest."""
        return f"{self.events}:gathered"


@dataclass(frozen=True)
class QueueKeys(_Tagged):
    """The keys of the queue of rounds."""

    jobs: str  # hash: job id to job
    ready: str  # sorted set: job id by its number, of every job that may be leased
    later: str  # sorted set: job id by the ms at which it is ready again
    leases: str  # sorted set: job id by the ms at which its lease ends
    holders: str  # hash: job id to the token of its lease
    holding: str  # hash: token of a lease to its job id
    attempts: str  # hash: job id to how often it was leased
    counter: str  # the last number given
    bell: str  # list: rung for whoever waits for work
    outboxes: str  # sorted set: rooms whose outbox may hold something, by the ms of the intent
    due: str  # sorted set: room and moment, by the ms from which the room is to be looked at
    facts: str  # hash: job id to guild, room, person, number, cost and tokens
    lines: str  # sorted set: room, person, number and job id of those that had no turn yet
    people: str  # sorted set: room, turn and person
    rooms: str  # sorted set: guild, turn and room
    turns: str  # hash: room and person, guild and room, to their turn
    open: str  # sorted set: guild with waiting rounds by its virtual counter
    parked: str  # the same, of those that have as many in flight as they may while others wait
    held: str  # the same, of those that are paused
    paid: str  # sorted set: job id by its number, of those that had their turn and come again
    flying: str  # set: job id, of those that workers have
    counts: str  # hash: what waits, what is in flight and what was passed over, by guild, person and job
    idle: str  # sorted set: guild with nothing waiting by its virtual counter, while above the others'
    charged: str  # hash: job id to what it was charged, at which weight, what it used, and since when
    tally: str  # hash: the floor of the counters, the last turn, the pace of late
    shares: str  # hash: what is set, as `guild:name`
    cancels: str  # hash: job id, of those whose workers are to stop
    shown: str  # sorted set: waiting job by the ms from which its place is to be shown anew
    said: str  # hash: job id to what was shown of its place

    @property
    def all(self) -> tuple[str, ...]:
        """Those of the scripts of the queue, in the order in which they take them."""
        return tuple(each for each in super().all if each not in (self.outboxes, self.due))


@dataclass(frozen=True)
class GatewayKeys(_Tagged):
    """The keys of the gateways that share one number of shards."""

    alive: str  # sorted set: gateway by the ms at which it counts as gone
    joined: str  # sorted set: gateway by the ms at which it came
    shards: str  # hash: holder, until, token and stream of each shard, as `holder:0`; and the last token
    bell: str  # list: rung for every gateway when a shard is free or the shares change


@dataclass(frozen=True)
class RestKeys(_Tagged):
    """The keys of what all processes of one bot may ask of Discord's REST."""

    spent: str  # the ms until which the budget is spent
    seen: str  # sorted set: process by the ms at which it last asked
    later: str  # hash: route to the ms before which nobody asks it
    invalid: str  # hash: minute to the number of answers that count towards a bar


@dataclass(frozen=True)
class Keys:
    """Key names under one prefix."""

    prefix: str = "sr"

    def room(self, room: str) -> RoomKeys:
        """The keys of a room."""
        return RoomKeys.under(f"{self.prefix}:{{{room}}}")

    def claim(self, operation: str) -> str:
        """Held by whoever carries out an operation that is more than one append."""
        return f"{self.prefix}:claim:{operation}"

    def gateways(self, shards: int) -> GatewayKeys:
        """The keys of the gateways; those with another number of shards have others."""
        return GatewayKeys.under(f"{self.prefix}:{{shards-{shards}}}")

    def identifies(self, bucket: int) -> str:
        """Held for as long as no other shard of this bucket may identify."""
        return f"{self.prefix}:identifies:{bucket}"

    def edits(self, channel: str) -> str:
        """Sorted set: the edits of a channel's messages in the last seconds."""
        return f"{self.prefix}:edits:{channel}"

    @cached_property
    def rest(self) -> RestKeys:
        """The keys of the REST budget."""
        return RestKeys.under(f"{self.prefix}:{{rest}}")

    @cached_property
    def queue(self) -> QueueKeys:
        """The keys of the queue."""
        return QueueKeys.under(f"{self.prefix}:{{queue}}")

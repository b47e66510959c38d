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
    state: str  # hash: revision, chain, snapshot and where it stands, base of a trimmed log, fence
    operations: str  # sorted set: operation id by the revision it led to
    outbox: str  # hash: job id to job, until the relay has queued it
    sent: str  # hash: SHA-256 of a prompt to its pieces
    votes: str  # hash: ballot and member to the sheet, until the ballot is closed
    typed: str  # hash: operation id to what was typed and could not be kept, for an hour
    partials: str  # hash: round and take to what was streamed of it; round to the lease that writes it

    @property
    def gathered(self) -> str:
        """A stream: the log while it comes back from the archive; of no room at rest."""
        return f"{self.events}:gathered"

    @property
    def all(self) -> tuple[str, ...]:
        """In the order in which the scripts take them."""
        return (
            self.events,
            self.state,
            self.operations,
            self.outbox,
            self.sent,
            self.votes,
            self.typed,
            self.partials,
        )


@dataclass(frozen=True)
class QueueKeys:
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
        """In the order in which the scripts take them."""
        return (
            self.jobs,
            self.ready,
            self.later,
            self.leases,
            self.holders,
            self.holding,
            self.attempts,
            self.counter,
            self.bell,
            self.facts,
            self.lines,
            self.people,
            self.rooms,
            self.turns,
            self.open,
            self.parked,
            self.held,
            self.paid,
            self.flying,
            self.counts,
            self.idle,
            self.charged,
            self.tally,
            self.shares,
            self.cancels,
            self.shown,
            self.said,
        )


@dataclass(frozen=True)
class GatewayKeys:
    """The keys of the gateways that share one number of shards."""

    alive: str  # sorted set: gateway by the ms at which it counts as gone
    joined: str  # sorted set: gateway by the ms at which it came
    shards: str  # hash: holder, until, token and stream of each shard, as `holder:0`; and the last token
    bell: str  # list: rung for every gateway when a shard is free or the shares change

    @property
    def all(self) -> tuple[str, ...]:
        """In the order in which the scripts take them."""
        return (self.alive, self.joined, self.shards, self.bell)


@dataclass(frozen=True)
class RestKeys:
    """The keys of what all processes of one bot may ask of Discord's REST."""

    spent: str  # the ms until which the budget is spent
    seen: str  # sorted set: process by the ms at which it last asked
    later: str  # hash: route to the ms before which nobody asks it
    invalid: str  # hash: minute to the number of answers that count towards a bar

    @property
    def all(self) -> tuple[str, ...]:
        """In the order in which the scripts take them."""
        return (self.spent, self.seen, self.later, self.invalid)


@dataclass(frozen=True)
class Keys:
    """Key names under one prefix."""

    prefix: str = "sr"

    def room(self, room: str) -> RoomKeys:
        """The keys of a room."""
        tag = f"{self.prefix}:{{{room}}}"
        names = ("events", "state", "operations", "outbox", "sent", "votes", "typed", "partials")
        return RoomKeys(*(f"{tag}:{name}" for name in names))

    def claim(self, operation: str) -> str:
        """Held by whoever carries out an operation that is more than one append."""
        return f"{self.prefix}:claim:{operation}"

    def gateways(self, shards: int) -> GatewayKeys:
        """The keys of the gateways; those with another number of shards have others."""
        tag = f"{self.prefix}:{{shards-{shards}}}"
        return GatewayKeys(*(f"{tag}:{name}" for name in ("alive", "joined", "shards", "bell")))

    def identifies(self, bucket: int) -> str:
        """Held for as long as no other shard of this bucket may identify."""
        return f"{self.prefix}:identifies:{bucket}"

    def edits(self, channel: str) -> str:
        """Sorted set: the edits of a channel's messages in the last seconds."""
        return f"{self.prefix}:edits:{channel}"

    @property
    def rest(self) -> RestKeys:
        """The keys of the REST budget."""
        tag = f"{self.prefix}:{{rest}}"
        return RestKeys(*(f"{tag}:{name}" for name in ("spent", "seen", "later", "invalid")))

    @property
    def queue(self) -> QueueKeys:
        """The keys of the queue."""
        tag = f"{self.prefix}:{{queue}}"
        names = (
            "jobs",
            "ready",
            "later",
            "leases",
            "holders",
            "holding",
            "attempts",
            "counter",
            "bell",
            "outboxes",
            "due",
            "facts",
            "lines",
            "people",
            "rooms",
            "turns",
            "open",
            "parked",
            "held",
            "paid",
            "flying",
            "counts",
            "idle",
            "charged",
            "tally",
            "shares",
            "cancels",
            "shown",
            "said",
        )
        return QueueKeys(*(f"{tag}:{name}" for name in names))

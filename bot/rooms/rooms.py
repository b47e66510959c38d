"""One operation on a room, from the command to its place in the log.

Two round trips: read, append. Where the room changed in between, the append's answer brings the room as it is
and the rules decide again. An operation that was carried out before changes nothing and is told so.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from weakref import WeakValueDictionary

import structlog

from bot.errors import Contended, StoreError
from bot.rooms.asking import ASKS, asker_of, crowded, jobs_of
from bot.rooms.votes import COUNTING, terms_of, vote_changes, with_sheets
from bot.store import Appended, Queue, Relay, Repeated, RoomStore, Stale, Typed, Votes
from bot.store.fairness.places import Place
from bot.store.jobs import job_of
from bot.story import Refusal, Room, decide, replay
from bot.story.ballots.ballot import Sheet
from bot.story.commands import Command, ImportRoom, Undo
from bot.story.decide import Decision
from bot.story.events import Event, RoundAsked, RoundFailed
from bot.story.model import MemberId
from bot.story.refusals import TooManyRounds
from bot.story.requested import Requests
from bot.story.rounds import Receipt
from bot.story.sent import Sent
from bot.telemetry import Telemetry

TRIES = 8  # of one operation on a room that others change at the same moment


@dataclass(frozen=True)
class Outcome:
    """What became of an operation, and the room after it."""

    room: Room | None
    events: tuple[Event, ...] = ()
    refusal: Refusal | None = None
    repeated: bool = False  # it was carried out before; `events` is empty

    @property
    def how(self) -> str:
        """In one word."""
        if self.repeated:
            return "repeated"
        if self.refusal is not None:
            return "refused"
        return "appended" if self.events else "nothing"


class Rooms:
    """The rooms."""

    def __init__(
        self, store: RoomStore, queue: Queue, relay: Relay, telemetry: Telemetry | None = None
    ) -> None:
        self._store = store
        self._queue = queue
        self._relay = relay
        self._telemetry = telemetry or Telemetry()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._log = structlog.get_logger(__name__)

    async def read(self, room: str) -> Room | None:
        """The room as it is.

        Raises:
            StoreError: it cannot be read.

        """
        return (await self._store.load(room)).room

    async def events(self, room: str) -> list[Event]:
        """Everything that happened in a room, oldest first; nothing for a room that is none.

        Raises:
            StoreError: it cannot be read.

        """
        return [entry.event async for entry in self._store.log(room)]

    async def queued(self, room: str, round_number: int) -> Place | None:
        """See that a round is in the queue, and where it stands there; None if it is being written.

        Raises:
            StoreUnavailable: Redis is away; the relay queues the round when it is back.

        """
        await self._relay.deliver(room)
        place = await self._queue.place(room, round_number)
        if place is None and not await self._queue.has(room, round_number):
            found = await self.read(room)
            if found is not None and await self.requeue(found):
                place = await self._queue.place(room, round_number)
        return place

    async def requeue(self, room: Room) -> int:
        """Queue again what is open in a room and unknown to the queue, as after a restore; how many rounds.

        Raises:
            StoreUnavailable: Redis is away.

        """
        lost = [one for one in room.open_rounds if not await self._queue.has(room.id, one.number)]
        for one in lost:
            self._log.warning("round_requeued", room=room.id, round=one.number)
            await self._queue.put(job_of(room, one, asked_at=room.changed_at))
        return len(lost)

    async def deliver(self, room: str) -> None:
        """See that the queue has heard of every round that was asked for or taken back in a room."""
        await self._relay.deliver(room)

    async def place_shown(self, room: str, round_number: int, words: str) -> None:
        """Keep what was shown of a waiting round's place, so that it is shown anew only where it changes."""
        await self._queue.place_shown(room, round_number, words)

    async def keep_sent(self, room: str, sent: Sent) -> None:
        """Keep what was sent for a round beside its room."""
        await self._store.sent.keep(room, sent)

    async def keep_requests(self, room: str, receipt: Receipt, requests: Requests) -> None:
        """Keep the requests of a take beside its room."""
        await self._store.sent.keep_requests(room, receipt, requests)

    async def sent(self, room: str, receipts: Sequence[Receipt]) -> list[tuple[Sent | None, Requests | None]]:
        """What was sent for each of these takes, prompt and requests, as far as it is kept."""
        return await self._store.sent.find(room, receipts)

    async def keep_typed(self, room: str, operation: str, typed: Typed) -> None:
        """Keep what somebody typed and could not have carried out, for an hour."""
        await self._store.sent.keep_typed(room, operation, typed)

    async def typed(self, room: str, operation: str) -> Typed | None:
        """What somebody typed in that operation, if it is kept still."""
        return await self._store.sent.typed(room, operation)

    async def vote_of(self, room: str, ballot: int, member: MemberId) -> Sheet | None:
        """What a member voted in an open ballot, if they did; for themselves alone."""
        return (await self._store.votes(room)).get(ballot, {}).get(member)

    async def has_done(self, room: str, operation: str) -> bool:
        """Whether an operation is in a room's log, whoever carried it out."""
        return (await self._store.load(room, operation=operation)).repeated

    async def claim(self, operation: str) -> bool:
        """Whether the caller is the first to carry out an operation that is more than one append."""
        return await self._store.claim(operation)

    async def unclaim(self, operation: str) -> None:
        """Let a claimed operation be tried again."""
        await self._store.unclaim(operation)

    async def act(
        self, room: str, command: Command, *, operation: str, fence: int = 0, guild: str = ""
    ) -> Outcome:
        """Carry out a command once, however often it is sent under the same operation id.

        `guild`: where it is asked, for the limits of what may wait there; "" knows none.
        `fence` is the token of the shard lease under which it came, 0 without one.

        Raises:
            StoreError: the change is not made, or, with StoreUnavailable, may be made: sending it again
                under the same operation id is safe.
            Contended: others were faster every time.
            Fenced: it came under a lease that somebody else has, and has used in this room, since.

        """
        with self._telemetry.operation(type(command).__name__, room, operation) as operated:
            outcome = await self._act(room, command, operation=operation, fence=fence, guild=guild)
            operated.outcome = outcome.how
        return outcome

    async def _act(self, room: str, command: Command, *, operation: str, fence: int, guild: str) -> Outcome:
        counts = isinstance(command, COUNTING)
        loaded = await self._store.load(
            room,
            operation=operation,
            asks=isinstance(command, ASKS),
            due=terms_of(command),
            votes=counts,
            asker=asker_of(command, guild),
        )
        if loaded.repeated:
            return Outcome(loaded.room, repeated=True)
        if refusal := crowded(loaded.room, command, loaded.crowd):
            return Outcome(loaded.room, refusal=refusal)
        result = await self._try(loaded.room, command, operation, loaded.votes, fence)
        if isinstance(result, Outcome):
            if isinstance(result.refusal, TooManyRounds) and result.room is not None:
                with suppress(StoreError):  # those that it waits for may be lost
                    await self.requeue(result.room)
            return result
        # Those of this process who met here go on one after the other: a crowd does not use up its tries.
        async with self._turns.setdefault(room, asyncio.Lock()):
            for _ in range(TRIES - 1):
                votes = await self._store.votes(room) if counts else {}
                result = await self._try(result.room, command, operation, votes, fence)
                if isinstance(result, Outcome):
                    return result
        raise Contended(f"the room changed under {TRIES} tries")

    async def _try(
        self, current: Room | None, command: Command, operation: str, votes: Votes, fence: int
    ) -> Outcome | Stale:
        command = with_sheets(command, votes)
        # A whole log is read for these, which may take a second.
        is_long = isinstance(command, ImportRoom | Undo)
        decision, after = (
            await asyncio.to_thread(_told, current, command) if is_long else _told(current, command)
        )
        if isinstance(decision, Refusal):
            return Outcome(current, refusal=decision)
        if not decision or after is None:
            return Outcome(current)
        result = await self._store.append(
            after,
            seen=current.revision if current else 0,
            operation=operation,
            events=decision,
            jobs=[
                job.model_copy(update={"trace": self._telemetry.traces.carried()})
                for job in jobs_of(after, decision)
            ],
            votes=vote_changes(after, command, decision),
            fence=fence,
        )
        self._telemetry.metrics.operations.tried(type(result).__name__.lower())
        match result:
            case Appended():
                return self._appended(after, decision, operation)
            case Repeated():
                return Outcome(result.room, repeated=True)
            case Stale():
                return result

    def _appended(self, room: Room, events: tuple[Event, ...], operation: str) -> Outcome:
        self._log.info(
            "appended",
            room=room.id,
            operation=operation,
            revision=room.revision,
            events=[event.type for event in events],
        )
        if any(isinstance(event, RoundAsked | RoundFailed) for event in events):
            self._relay.nudge(room.id)
        return Outcome(room, events)


def _told(current: Room | None, command: Command) -> tuple[Decision, Room | None]:
    decision = decide(current, command)
    return decision, None if isinstance(decision, Refusal) else replay(decision, current)

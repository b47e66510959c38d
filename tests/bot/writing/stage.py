"""Everything a worker needs, on a real Redis and a scripted TGI; only the audience is the test's own."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count

from redis.asyncio import Redis

from bot.rooms import Rooms
from bot.store import Lease, PartialStore, Queue, Relay, RoomStore
from bot.store.keys import Keys
from bot.story.room import Room
from bot.story.rounds import Round
from bot.writing import ports
from bot.writing.program import Programs
from bot.writing.reach import Reach
from bot.writing.rounds import RoundWriter
from bot.writing.worker import Worker
from tests.bot.building import add_premise, ask_round, open_room
from tests.bot.writing.rooms_at_hand import LIGHTHOUSE, LIGHTHOUSE_PREMISES
from tgi.client import TgiClient

KEYS = Keys("writing")
_tokens = count(1)


@dataclass
class Gallery:
    """An audience that remembers."""

    begun: list[tuple[str, int]] = field(default_factory=list)
    texts: dict[tuple[str, int, int], list[str]] = field(default_factory=dict)
    ended: list[Room] = field(default_factory=list)
    shows: Callable[[], None] | None = None
    given_up: list[tuple[str, int]] = field(default_factory=list)

    async def started(
        self,
        room: Room,
        round: int,  # noqa: A002 - the port's word
        shows: Callable[[], None] | None = None,
    ) -> None:
        self.shows = shows
        self.begun.append((room.id, round))

    def wrote(self, room: Room, round: int, take: int, text: str) -> None:  # noqa: A002 - the port's word
        self.texts.setdefault((room.id, round, take), []).append(text)

    async def finished(self, room: Room, round: int) -> None:  # noqa: A002 - the port's word
        assert room.round(round) is not None
        self.ended.append(room)

    async def lost(self, room: str, round: int) -> None:  # noqa: A002 - the port's word
        self.given_up.append((room, round))


class Dying(Queue):
    """A queue as a killed worker leaves it: nobody gives a lease back."""

    async def release(self, lease: Lease, *, used: int | None = None) -> None:
        del lease, used


@dataclass
class Stage:
    """The store's side of a test. Leases are short, so that the dead are noticed soon."""

    redis: Redis
    lease_seconds: float = 1.0
    attempts: int = 3
    gallery: Gallery = field(default_factory=Gallery)

    def __post_init__(self) -> None:
        self.store = RoomStore(self.redis, keys=KEYS, days=1)
        self.queue = self.new_queue(Queue)
        self.partials = PartialStore(self.redis, keys=KEYS, days=1)
        self.relay = Relay(self.redis, self.queue, keys=KEYS)
        self.rooms = Rooms(self.store, self.queue, self.relay)

    def new_queue(self, kind: type[Queue]) -> Queue:
        return kind(
            self.redis,
            keys=KEYS,
            lease_seconds=self.lease_seconds,
            attempts=self.attempts,
            token=lambda: f"token-{next(_tokens)}",
        )

    async def ask(self, room: str = "lamp", *, takes: int = 2) -> None:
        """Open a room, tell its premises, ask for a round and have it queued."""
        commands = [
            open_room(room, brief=LIGHTHOUSE),
            *(add_premise(text, kind=kind) for kind, text in LIGHTHOUSE_PREMISES),
            ask_round(takes=takes),
        ]
        for number, command in enumerate(commands):
            outcome = await self.rooms.act(room, command, operation=f"{room}-{number}")
            assert outcome.refusal is None
        assert await self.relay.deliver(room) == 1

    async def round(self, room: str = "lamp") -> Round:
        found = await self.rooms.read(room)
        assert found is not None
        return found.rounds[-1]

    async def sees(self, what: Callable[[], object], seconds: float = 8.0) -> None:
        """Wait until it is so."""
        async with asyncio.timeout(seconds):
            while not what():  # noqa: ASYNC110 - many things may come true
                await asyncio.sleep(0.01)

    async def writes_a_take(self, seconds: float = 8.0) -> None:
        """Wait until the room holds a take of its round."""
        async with asyncio.timeout(seconds):
            while not (await self.round()).takes:  # noqa: ASYNC110 - Redis tells nobody
                await asyncio.sleep(0.01)

    async def settled(self, rounds: int = 1, seconds: float = 8.0) -> None:
        """Wait until so many rounds were shown to their end, and the queue is empty."""
        await self.sees(lambda: len(self.gallery.ended) >= rounds, seconds)
        async with asyncio.timeout(seconds):
            while await self.redis.hlen(KEYS.queue.jobs):  # noqa: ASYNC110 - Redis tells nobody
                await asyncio.sleep(0.01)

    def worker(
        self,
        tgi: TgiClient,
        *,
        queue: Queue | None = None,
        rooms: ports.Rooms | None = None,
        rounds: int = 2,
        room: Callable[[], int | None] = lambda: None,
    ) -> Worker:
        queue = queue or self.queue
        reach = Reach(tgi)
        writer = RoundWriter(
            rooms=rooms or self.rooms,
            queue=queue,
            partials=self.partials,
            audience=self.gallery,
            tgi=tgi,
            reach=reach,
            programs=Programs(),
            attempts=self.attempts,
            clock=time.monotonic,
            now=lambda: 1000,
        )
        return Worker(
            queue=queue,
            writer=writer,
            rounds=rounds,
            lease_seconds=self.lease_seconds,
            clock=time.monotonic,
            reach=reach,
            room=room,
        )


@asynccontextmanager
async def working(worker: Worker) -> AsyncIterator[asyncio.Task[None]]:
    """A worker at work until the block ends, at the latest."""
    task = asyncio.create_task(worker.run(), name="worker")
    try:
        yield task
        assert not task.done() or task.cancelled(), "the worker ended by itself"
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            async with asyncio.timeout(5):
                await task

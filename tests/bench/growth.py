"""What an operation takes when there are many rooms, and in a room that has lived long."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from bot.rooms import Rooms
from bot.store import Queue, Relay, RoomStore, connect
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.story import Refusal, Room, decide, replay
from bot.story import commands as c
from bot.story.ballots.ballot import Sheet
from bot.story.brief import Kind
from bot.story.events import Event
from bot.story.model import Person
from tests.bench.figures import Figure, percentile
from tests.bench.rooms import prose, receipt
from tests.bot.building import ANA, BO, open_room
from tests.redis_server import binaries, running

FEW, MANY = 100, 100_000
SHORT, LONG = 50, 5_000
_OPERATIONS = 400  # of each kind
_KEPT = 200  # rounds that a room may have
_IN_FORCE = 60  # cards: people withdraw old ones


@dataclass
class Life:
    """A lively room, event by event: cards come, change and go, rounds are written, voted on and adopted."""

    dice: random.Random = field(default_factory=lambda: random.Random(7))
    room: Room | None = None
    events: list[Event] = field(default_factory=list)
    at: int = 1

    def until(self, count: int) -> list[Event]:
        """Its first `count` events."""
        self._do(open_room())
        while len(self.events) < count:
            self._a_step()
        return self.events[:count]

    def _a_step(self) -> None:
        room = self.room
        assert room is not None
        what = self.dice.random()
        cards = room.premises_in_force
        if len(room.rounds) < _KEPT and what < 0.06:
            self._a_round(room)
        elif what < 0.35 or len(cards) < 4:
            if len(cards) >= _IN_FORCE:
                self._do(c.WithdrawPremise(at=self.at, by=ANA, premise=cards[0].id))
            text = f"{self._words(15)} {self.at}"
            self._do(c.AddPremise(at=self.at, by=ANA, kind=self.dice.choice(list(Kind)), text=text))
        elif what < 0.75:
            card = self.dice.choice(cards)
            text = f"{self._words(15)} {self.at}"
            self._do(c.EditPremise(at=self.at, by=ANA, premise=card.id, text=text))
        else:
            card = self.dice.choice(cards)
            self._do(c.PinCard(at=self.at, by=ANA, premise=card.id, pinned=not card.pinned))

    def _a_round(self, room: Room) -> None:
        if room.current is None:
            self._do(c.AskRound(at=self.at, by=ANA, takes=3, seed=self.at))
        else:
            self._do(c.WriteNote(at=self.at, by=BO, text=self._words(12), seed=self.at))
        number = len(self.room.rounds) if self.room else 0
        for take in range(self.room.rounds[-1].takes_wanted if self.room else 0):
            self._do(
                c.RecordTake(
                    at=self.at, round=number, take=take, text=self._words(150), receipt=receipt(self.at)
                )
            )
        self._a_ballot(number)
        self._do(c.Adopt(at=self.at, by=ANA, round=number, take=0, seen=10_000_000))

    def _a_ballot(self, number: int) -> None:
        """Five people vote, two of them otherwise a moment later, and it is counted."""
        if not self._do(c.OpenBallot(at=self.at, by=ANA, round=number, seed=self.at, quorum=9)):
            return
        ballot = len(self.room.ballots) if self.room else 0
        sheets: dict[str, Sheet] = {}
        for voter in (1, 2, 3, 4, 5, 2, 4):
            by = Person(id=str(voter), name=f"Member {voter}")
            sheet = Sheet(order=tuple(self.dice.sample(range(2), 2)))
            self._do(c.CastVote(at=self.at, by=by, ballot=ballot, sheet=sheet, sheets=sheets))
            sheets[by.id] = sheet
        self._do(c.CloseBallot(at=self.at, by=ANA, ballot=ballot, sheets=sheets))

    def _do(self, command: c.Command) -> bool:
        """Carry a command out; whether it was."""
        decision = decide(self.room, command)
        self.at += 1
        if isinstance(decision, Refusal):
            return False
        self.room = replay(decision, self.room)
        self.events += decision
        return True

    def _words(self, count: int) -> str:
        return prose(self.dice.getrandbits(32), count)


async def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder, running(binaries()["valkey"], Path(folder)) as server:
        redis = connect(server.url)
        life = Life().until(LONG)
        figures = await _long(redis, life)
        await redis.flushall()
        figures += await _many(redis, life[:30])
        await redis.aclose()
    return figures


async def _long(redis: Redis, life: list[Event]) -> list[Figure]:
    """Operations in a short and in a long room, by turns; and the first of a process that knows neither."""
    rooms = _process(redis)
    await _put(redis, ["short"], life[:SHORT])
    await _put(redis, ["long"], life)
    snapshot = await redis.hget(Keys().room("long").state, "snapshot")
    first = {name: await _timed(partial(_process(redis).read, name)) for name in ("short", "long")}
    taken: dict[str, list[float]] = {"short": [], "long": []}
    for number in range(2 * _OPERATIONS):
        name = ("short", "long")[number % 2]
        if number % 40 == 0:
            await _put(redis, ["short"], life[:SHORT])  # it grows too
        taken[name].append(await _timed(partial(_operation, rooms, name, number)))
    return [
        _ratio(
            f"an operation in a room of {LONG:,} events over one in a room of {SHORT}",
            taken,
            "long",
            "short",
            1.5,
        ),
        Figure(
            f"a process's first reading of that room, and of one of {SHORT} events; bytes of its snapshot",
            f"{first['long'] * 1000:.1f} ms, {first['short'] * 1000:.1f} ms; {len(snapshot or b''):,}",
        ),
    ]


async def _many(redis: Redis, life: list[Event]) -> list[Figure]:
    """Operations in one of few and in one of many rooms, by turns, each of a hundred of either house."""
    few, many = _process(redis, "few"), _process(redis, "many")
    for prefix, count in (("few", FEW), ("many", MANY)):
        await _put(redis, (f"room{number}" for number in range(count)), life, prefix=prefix)
    dice = random.Random(3)
    taken: dict[str, list[float]] = {"few": [], "many": []}
    for number in range(2 * _OPERATIONS):
        name, rooms, count = (("few", few, FEW), ("many", many, MANY))[number % 2]
        room = f"room{dice.randrange(count)}"
        taken[name].append(await _timed(partial(_operation, rooms, room, number)))
    info: Any = await redis.info("memory")
    return [
        _ratio(f"an operation with {MANY:,} rooms over one with {FEW}", taken, "many", "few", 1.2),
        Figure(
            f"bytes of Redis a room of 30 events, with {MANY:,}", f"{info['used_memory'] / (FEW + MANY):,.0f}"
        ),
    ]


async def _operation(rooms: Rooms, room: str, number: int) -> None:
    """What people do most, each of which reads the room, decides and appends."""
    command: c.Command
    match number // 2 % 3:
        case 0:
            command = c.AddPremise(at=number, by=BO, kind=Kind.TWIST, text=f"The well answers, {number}")
        case 1:
            command = c.PinCard(at=number, by=ANA, premise=1, pinned=number // 6 % 2 == 0)
        case _:
            command = c.PlaceBoard(at=number, message=f"m{number}")
    await rooms.act(room, command, operation=f"op{number}-{room}")


async def _timed(what: Callable[[], Coroutine[Any, Any, Any]]) -> float:
    start = time.perf_counter()
    await what()
    return time.perf_counter() - start


def _process(redis: Redis, prefix: str = "sr") -> Rooms:
    """The rooms as a process that has just started knows them."""
    keys = Keys(prefix)
    queue = Queue(redis, keys=keys, lease_seconds=30, attempts=3, token=lambda: "token")
    return Rooms(RoomStore(redis, keys=keys, days=90), queue, Relay(redis, queue, keys=keys))


async def _put(redis: Redis, rooms: Iterable[str], life: list[Event], *, prefix: str = "sr") -> None:
    """Rooms that lived so, as appends would have left them; the first is made, the others are its copies."""
    lived = replay(life)
    assert lived is not None
    template = Keys(prefix).room("template")
    pipe = redis.pipeline(transaction=False)
    for revision, event in enumerate(life, start=1):
        pipe.xadd(template.events, {"v": 1, "o": f"first{revision}", "e": encode(event)}, id=f"{revision}-0")
        pipe.zadd(template.operations, {f"first{revision}": revision})
    pipe.zremrangebyrank(template.operations, 0, -513)
    await pipe.execute()
    log, operations = await redis.dump(template.events), await redis.dump(template.operations)
    assert log is not None
    assert operations is not None
    await redis.delete(template.events, template.operations)
    for name in rooms:
        keys = Keys(prefix).room(name)
        snapshot = encode(lived.model_copy(update={"id": name}))
        state: dict[Any, Any] = {
            "revision": len(life),
            "schema": 1,
            "snapshot": snapshot,
            "at": len(life),
            "chain": name,
        }
        pipe.delete(keys.state)
        pipe.hset(keys.state, mapping=state)
        pipe.restore(keys.events, 0, log, replace=True)
        pipe.restore(keys.operations, 0, operations, replace=True)
        if len(pipe) > 4_000:
            await pipe.execute()
    await pipe.execute()


def _ratio(what: str, taken: dict[str, list[float]], over: str, under: str, aim: float) -> Figure:
    middle = {name: statistics.median(values) * 1000 for name, values in taken.items()}
    means = {name: statistics.fmean(values) * 1000 for name, values in taken.items()}
    high = {name: percentile(values, 0.95) * 1000 for name, values in taken.items()}
    return Figure(
        what,
        f"{middle[over] / middle[under]:.2f} (p50 {middle[over]:.2f} ms over {middle[under]:.2f} ms; "
        f"mean {means[over]:.2f} over {means[under]:.2f}; p95 {high[over]:.2f} over {high[under]:.2f})",
        f"at most {aim}",
    )

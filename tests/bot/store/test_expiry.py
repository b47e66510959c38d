"""A room that nobody touches or reads is forgotten; one in use never is; and none grows without bound."""

from __future__ import annotations

from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.rooms import Rooms
from bot.store import Archive, Archiver, Kept, Queue, Relay, RoomStore, Typed
from bot.store.sent import TYPED_KEPT
from bot.story.ballots.ballot import Sheet
from bot.story.commands import AskLight, CastVote, CloseBallot, EndLight, FailRound, OpenBallot, PinCard
from tests.bot.building import ANA, BO, add_premise, adopt, ask_round, open_room, record_take
from tests.bot.store.conftest import KEYS

pytestmark = pytest.mark.parametrize("server", ["valkey", "cluster"], indirect=True)
ROOM_KEYS = KEYS.room("room")
DAY = 86_400_000


class Living:
    """A room and what happens in it."""

    def __init__(self, redis: Redis, days: int = 4) -> None:
        self.redis = redis
        self.store = RoomStore(redis, keys=KEYS, days=days)
        queue = Queue(redis, keys=KEYS, lease_seconds=30, attempts=3, token=lambda: "token")
        self.rooms = Rooms(self.store, queue, Relay(redis, queue, keys=KEYS))
        self.done = 0

    async def does(self, *commands: object) -> None:
        for command in commands:
            self.done += 1
            outcome = await self.rooms.act("room", command, operation=f"op{self.done}")  # type: ignore[arg-type]  # commands
            assert outcome.events, outcome

    async def left(self) -> int:
        """How long it is kept, in ms; -1 is without an end. All of it alike."""
        for key in (ROOM_KEYS.events, ROOM_KEYS.operations):
            assert abs(await self.redis.pttl(key) - await self.redis.pttl(ROOM_KEYS.state)) < 1000
        return await self.redis.pttl(ROOM_KEYS.state)


@pytest.fixture
async def living(redis: Redis) -> Living:
    living = Living(redis)
    await living.does(open_room(), add_premise("A well-digger"))
    return living


async def test_a_room_with_a_round_to_be_written_is_not_forgotten(living: Living) -> None:
    assert 3 * DAY < await living.left() <= 4 * DAY
    await living.does(ask_round(takes=2))
    assert await living.left() == -1
    await living.does(record_take(1, 0))
    assert await living.left() == -1
    await living.does(record_take(1, 1))
    assert 3 * DAY < await living.left() <= 4 * DAY
    await living.does(ask_round(takes=1), FailRound(at=9, round=2, reason="writer_unavailable"))
    assert await living.left() > 3 * DAY


async def test_a_room_with_a_ballot_or_a_green_light_that_ends_is_not_forgotten(living: Living) -> None:
    await living.does(ask_round(takes=2), record_take(1, 0), record_take(1, 1, "Another well."))
    await living.does(OpenBallot(at=10, by=ANA, round=1, seed=1, deadline=10 + 13 * DAY))
    await living.does(CastVote(at=11, by=BO, ballot=1, sheet=Sheet(order=(0, 1))))
    assert await living.left() == -1
    await living.does(CloseBallot(at=12, by=ANA, ballot=1))
    assert await living.left() > 3 * DAY
    await living.does(adopt(1, 0), AskLight(at=13, by=ANA, quorum=1, deadline=13 + 10 * DAY))
    assert await living.left() == -1
    await living.does(EndLight(at=14, by=ANA, light=1))
    assert await living.left() > 3 * DAY


async def test_reading_a_room_keeps_it_once_a_day(living: Living) -> None:
    for key in ROOM_KEYS.all[:6]:
        await living.redis.pexpire(key, 3 * DAY + 3_600_000)
    await living.rooms.read("room")
    assert await living.left() < 3 * DAY + 3_600_001, "it was touched today"
    for key in ROOM_KEYS.all[:6]:
        await living.redis.pexpire(key, DAY)
    await living.rooms.read("room")
    assert await living.left() > 3 * DAY + 3_600_000


async def test_a_room_of_thousands_of_operations_does_not_grow_without_bound(
    living: Living, tmp_path: Path
) -> None:
    archiver = Archiver(living.redis, Archive(tmp_path), keys=KEYS, days=4)
    sizes = []
    for step in range(1, 2_101):
        await living.does(PinCard(at=step, by=ANA, premise=1, pinned=step % 2 == 1))
        if step % 5 == 0:
            await living.store.sent.keep_typed("room", f"op{step}", Typed(by="1", fields={"text": "Mara"}))
        if step % 700 == 0:
            await archiver.archive("room", Kept(events=100))
            sizes.append(await living.store.size("room"))
    assert max(sizes) < 80_000
    assert await living.redis.zcard(ROOM_KEYS.operations) == 512
    assert await living.redis.xlen(ROOM_KEYS.events) <= 100 + 256
    typed: int = await living.redis.hlen(ROOM_KEYS.typed)
    assert TYPED_KEPT // 2 < typed <= TYPED_KEPT
    assert len(await living.redis.keys("*")) < 12

"""What lies beside rooms, or in two slots: marks of what is due, votes, claims, the outbox and the queue."""

from __future__ import annotations

from redis.asyncio import Redis

from bot.rooms import Rooms
from bot.store import DueStore, Mark, Queue, Relay, RoomStore
from bot.story.ballots.ballot import Sheet
from bot.story.commands import CastVote, CloseBallot, OpenBallot
from tests.bot.building import ANA, BO, add_premise, ask_round, open_room, record_take
from tests.bot.store.conftest import EVERYWHERE, KEYS

pytestmark = EVERYWHERE


async def test_marks_come_when_they_are_due_until_they_are_taken_away(store: RoomStore, redis: Redis) -> None:
    due = DueStore(redis, keys=KEYS)
    await store.load("room", due=(10, 30))
    await store.load("another", due=(20,))
    first, second = Mark("room", 10), Mark("another", 20)
    assert await due.due(25) == [first, second]
    await due.put_off(first, 40)
    await due.done(second)
    assert await due.due(25) == []
    assert await due.due(50) == [Mark("room", 30), first]


async def test_a_ballot_and_a_round_go_their_way_through_every_slot(
    store: RoomStore, queue: Queue, redis: Redis
) -> None:
    relay = Relay(redis, queue, keys=KEYS)
    rooms = Rooms(store, queue, relay)
    for number, command in enumerate(
        (
            open_room(),
            add_premise("A well-digger"),
            ask_round(takes=2),
            record_take(1, 0),
            record_take(1, 1, "Another well."),
            OpenBallot(at=5, by=ANA, round=1, seed=1, quorum=9),
            CastVote(at=6, by=BO, ballot=1, sheet=Sheet(order=(1, 0))),
        )
    ):
        assert (await rooms.act("room", command, operation=f"op{number}")).refusal is None
    assert await rooms.vote_of("room", 1, BO.id) == Sheet(order=(1, 0))
    assert (await store.load("room", votes=True)).votes[1].keys() == {BO.id}
    await rooms.act("room", CloseBallot(at=7, by=ANA, ballot=1), operation="close")
    assert (await store.load("room", votes=True)).votes == {}
    assert await relay.sweep() == 1
    lease = await queue.lease()
    assert lease is not None
    assert (lease.room, lease.round) == ("room", 1)
    assert await queue.finish(lease)

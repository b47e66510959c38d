"""What was sent is kept beside its room: under its SHA-256, as long as the room, gone with it."""

from __future__ import annotations

from redis.asyncio import Redis

from bot.store import RoomStore, Typed
from bot.store.sent import TYPED_SECONDS
from bot.story.requested import Asking, requests_of
from bot.story.sent import NOTHING_SENT, Origin, Sent, SentPiece
from tests.bot.building import add_premise, receipt
from tests.bot.store.conftest import EVERYWHERE, KEYS
from tests.bot.store.test_rooms import events_of, opened

pytestmark = EVERYWHERE
SENT = Sent(
    pieces=(
        SentPiece(text="Title: ", origin=Origin.FRAME),
        SentPiece(text="井 ```", origin=Origin.TITLE),
        SentPiece(text=" Secret: x.", origin=Origin.SECRET, card=3, owner="1"),
    ),
    left_out=(4, 7),
)
RECEIPT = receipt().model_copy(update={"prompt_sha256": SENT.sha256})
REQUESTS = requests_of([Asking(NOTHING_SENT.then(" 她 waits", Origin.WRITTEN), {"seed": 7, "stop": ["#"]})])
ROOM_KEYS = KEYS.room("room")


async def test_a_takes_prompt_and_requests_are_found_by_its_receipt(store: RoomStore) -> None:
    other = RECEIPT.model_copy(update={"seed": 8})
    await store.sent.keep("room", SENT)
    await store.sent.keep("room", SENT)
    await store.sent.keep_requests("room", RECEIPT, REQUESTS)
    assert await store.sent.find("room", [RECEIPT, other]) == [(SENT, REQUESTS), (SENT, None)]
    assert await store.sent.find("room", []) == []
    assert await store.sent.find("elsewhere", [RECEIPT]) == [(None, None)]


async def test_a_prompt_lives_as_long_as_its_room_and_goes_with_it(store: RoomStore, redis: Redis) -> None:
    room = await opened(store)
    await store.sent.keep("room", SENT)
    await redis.pexpire(ROOM_KEYS.sent, 1000)
    events = events_of(room, add_premise("A well-digger"))
    await store.append(room, seen=1, operation="op", events=events)
    assert await redis.pttl(ROOM_KEYS.sent) > 80_000_000, "an append keeps it for the room's days"
    size = await redis.memory_usage(ROOM_KEYS.sent, samples=0)
    assert size is not None
    assert await store.size("room") > size
    await store.delete("room")
    assert await store.sent.find("room", [RECEIPT]) == [(None, None)]


async def test_words_that_met_a_change_are_kept_for_an_hour_whatever_else_happens(
    store: RoomStore, redis: Redis
) -> None:
    room = await opened(store)
    typed = Typed(by="1", fields={"text": "Mara", "secret": ""})
    await store.sent.keep_typed("room", "op-1", typed)
    await store.append(room, seen=1, operation="op", events=events_of(room, add_premise("A well-digger")))
    assert await store.sent.typed("room", "op-1") == typed
    assert await store.sent.typed("room", "op-2") is None
    assert 0 < await redis.ttl(ROOM_KEYS.typed) <= TYPED_SECONDS
    await store.delete("room")
    assert await store.sent.typed("room", "op-1") is None

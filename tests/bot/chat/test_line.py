"""A crowd of boards at Discord's few requests: one after the other, each drawn when it is its turn."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import pytest

from bot.chat.live.boards import Boards
from bot.chat.live.message import LiveMessage
from bot.chat.render.shown import Shown
from bot.local_discord.events import Event
from bot.local_discord.seed import ANA
from bot.store import connect
from bot.story.commands import PlaceBoard
from bot.story.room import Room
from tests.bot.building import add_premise, open_room
from tests.bot.chat.person import Person
from tests.bot.chat.stage import Stage
from tests.redis_server import RedisServer

CROWD = 60


@pytest.fixture
def redis_url(server: RedisServer) -> str:
    """Its scripts are counted."""
    return server.url


async def test_a_crowd_of_boards_asks_hardly_more_often_than_it_is_drawn(
    stage: Stage, redis_url: str
) -> None:
    boards, rooms = boards_of(stage), await crowd(stage)
    drawn: set[str] = set()
    all_drawn = asyncio.Event()

    def hear(event: Event) -> None:
        if event.name == "MESSAGE_UPDATE":
            drawn.add(str(event.body["channel_id"]))
            if len(drawn) == CROWD:
                all_drawn.set()

    stage.local.parts.bus.listen(hear)
    async with connect(redis_url) as redis:
        await redis.config_resetstat()
        for room in rooms:
            boards.refresh(room)
        async with asyncio.timeout(10):
            await all_drawn.wait()
        stats: Any = await redis.info("commandstats")
    # One for the channel's edits and one or two for the budget; when all asked at once it was a dozen.
    assert stats["cmdstat_evalsha"]["calls"] < 5 * CROWD


async def test_what_waits_in_line_is_drawn_at_its_turn_and_the_last_edit_leaves_the_line() -> None:
    free, shown = asyncio.Event(), list[str]()

    async def turn() -> None:
        await free.wait()

    async def write(one: Shown) -> None:
        shown.append(one.text)

    async with asyncio.timeout(5):
        waits, ends = (LiveMessage(write, name=name, every=0, turn=turn) for name in ("waits", "ends"))
        for text in ("old", "new"):
            waits.show(partial(Shown, text=text))
            ends.show(partial(Shown, text=text))
            await asyncio.sleep(0.01)
        await asyncio.gather(ends.finish(partial(Shown, text="the end")), ends.finish())
        assert shown == ["the end"]
        free.set()
        while len(shown) < 2:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.001)
        await waits.finish()
    assert shown == ["the end", "new"]


async def test_a_board_that_rests_is_forgotten(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{Boards.__module__}._IDLE_SECONDS", 0.1)
    boards, rooms = boards_of(stage), await crowd(stage, 3)
    await boards.replace(rooms[0], nonce="afresh")  # as `/room board` does
    for room in rooms:
        boards.refresh(room)
    assert set(boards._newest) == {room.id for room in rooms}
    async with asyncio.timeout(5):
        while boards._live or boards._newest:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


async def test_only_few_rooms_are_held_while_their_boards_wait_and_the_others_are_read_when_drawn(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{Boards.__module__}._HELD", 4)
    boards, (*rooms, gone) = boards_of(stage), await crowd(stage, 21)
    await stage.app.rooms._store.delete(gone.id)
    drawn: dict[str, str] = {}

    def hear(event: Event) -> None:
        if event.name == "MESSAGE_UPDATE":
            drawn[str(event.body["channel_id"])] = str(event.body)

    stage.local.parts.bus.listen(hear)
    for room in (*rooms, gone):
        boards.refresh(room)
    assert len(boards._held) == 4
    async with asyncio.timeout(10):
        while len(drawn) < len(rooms):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    assert drawn.keys() == {room.id for room in rooms}
    assert all("A keeper" in each for each in drawn.values())
    assert not boards._held


async def test_who_acted_before_a_board_was_placed_afresh_brings_no_third_one(
    ana: Person, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{Boards.__module__}._IDLE_SECONDS", 0.1)
    boards, room = boards_of(stage), await ana.opens()
    earlier = await stage.room(room)
    async with asyncio.timeout(5):
        while boards._live:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    monkeypatch.setattr(f"{Boards.__module__}._IDLE_SECONDS", 30.0)
    acted = await stage.app.rooms.act(room, add_premise("A keeper"), operation="meanwhile")
    assert acted.room is not None
    placed = await boards.replace(earlier, nonce="afresh")
    boards.refresh(acted.room)
    await boards.aclose()
    assert (await stage.room(room)).board == placed.board
    await ana.board(room, "A keeper")


def boards_of(stage: Stage) -> Boards:
    desk = stage.app.client._desk
    assert desk is not None
    return desk.boards


async def crowd(stage: Stage, size: int = CROWD) -> list[Room]:
    """So many rooms, each with a board in a channel of its own that is not as it was drawn."""
    guilds = stage.local.parts.places.guilds
    guild = guilds.add_guild("A crowd", ANA, channels=[f"channel-{number}" for number in range(size)])
    posts = boards_of(stage)._posts
    rooms: list[Room] = []
    for channel in guild.channel_ids:
        message = await posts.post(channel, Shown(text="early"), nonce=channel)
        acts = (open_room(channel), PlaceBoard(at=2, message=message), add_premise("A keeper"))
        for number, command in enumerate(acts):
            outcome = await stage.app.rooms.act(channel, command, operation=f"{channel}:{number}")
        assert outcome.room is not None
        rooms.append(outcome.room)
    return rooms

"""A bot that goes on from a copy of Redis, taken and restored by the commands of docs/operating.md."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import build
from bot.local_discord.seed import ANA
from bot.settings import Settings
from bot.story import replay
from bot.story.events import Event
from bot.words import words
from tests.bot.chat.asides import seen_everything, times_shown, written
from tests.bot.chat.person import Person
from tests.bot.chat.reading import text_of
from tests.deploy.operating import NOW, copy_of, has_redis_tools, restore
from tests.end_to_end.processes import World
from tests.redis_server import RedisServer, binaries, running

pytestmark = [pytest.mark.xdist_group("end to end"), has_redis_tools]  # processes: not all at the same time

EN = words()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    with running(binaries()["redis"], folder, *NOW) as found:
        yield found


@pytest.fixture
def copies(tmp_path: Path) -> Path:
    folder = tmp_path / "copies"
    folder.mkdir()
    return folder


@pytest.fixture
def redis_url(server: RedisServer) -> str:
    return server.url


async def test_a_bot_goes_on_from_a_copy_and_posts_nothing_twice(
    around: World, server: RedisServer, copies: Path
) -> None:
    ana = await around.person(ANA)
    running = await around.start("run")
    room = await ana.opens("The Dry Well")
    before = await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.command(room, "synopsis", takes=1)
    await ana.press("Adopt A", on=await written(ana, 1))
    await ana.sees("adopted take A", room)
    around.tgi.pause = 0.05
    await ana.command(room, "synopsis", takes=2)
    shown = await ana.sees("Round 2: 2 takes", room)
    await ana.sees("Then take", room)
    copy = copy_of(server, copies)  # while the round is being written
    around.tgi.pause = 0.001
    second = text_of(await written(ana, 2))
    after = await ana.command(room, "premise add", kind="twist", text="What came after the copy")
    await ana.board(room, "What came after the copy")
    await ana.command(room, "synopsis", takes=1)
    lost = await written(ana, 3)
    running.terminate()
    assert await running.wait() == 0

    server.kill()
    shutil.rmtree(server.folder / "appendonlydir")
    restore(server, copy)

    drawn = len(ana.versions(shown))
    await around.start("run")
    await ana.press("Adopt A", on=lost)
    await ana.private(EN.say("refusal.no_such_round", round=3))
    await ana.until(
        lambda: "What came after the copy" not in text_of(pinned(ana, room)), "the board as of the copy"
    )
    await every_round_written(server.url, room, rounds=2)
    await ana.until(lambda: len(ana.versions(shown)) > drawn, "round 2, written again into its own message")
    again = await written(ana, 2)
    assert again["id"] == shown["id"]
    assert takes_in(text_of(again)) == takes_in(second)
    await ana.command(room, "premise add", kind="twist", text="The well answers")
    await ana.board(room, "The well answers")
    await ana.command(room, "synopsis", takes=1)
    await every_round_written(server.url, room, rounds=3)
    await written(ana, 3)
    await seen_everything(ana)
    assert [times_shown(ana, f"Round {number}: ") for number in (1, 2, 3)] == [1, 1, 1]
    assert len(await ana.pins(room)) == 1

    events = await the_log(server.url, room, known=before, lost=after)
    counted = Counter(event.type for event in events)
    assert counted["TakeWritten"] == 4
    assert (counted["RoundAsked"], counted["RoundPlaced"], counted["BoardPlaced"]) == (3, 3, 1)
    assert "What came after the copy" not in str(events)


async def the_log(redis_url: str, room: str, *, known: str, lost: str) -> list[Event]:
    """A room's events, which lead to its snapshot; one operation is known there, and one is not."""
    async with build(Settings(_env_file=None, redis_url=redis_url)) as app:
        events = await app.rooms.events(room)
        assert replay(events) == await app.rooms.read(room)
        assert (await app.store.load(room, operation=known)).repeated  # sent again, it would do nothing
        assert not (await app.store.load(room, operation=lost)).repeated  # it would be carried out, now
    return events


async def every_round_written(redis_url: str, room: str, *, rounds: int) -> None:
    """Return once the room has so many rounds and none of them is open."""
    async with build(Settings(_env_file=None, redis_url=redis_url)) as app, asyncio.timeout(20):
        found = await app.rooms.read(room)
        while found is None or len(found.rounds) < rounds or found.open_rounds:
            await asyncio.sleep(0.05)  # Redis tells nobody
            found = await app.rooms.read(room)


def pinned(person: Person, room: str) -> dict[str, object]:
    """The room's board as it is now."""
    return next(
        each
        for each in reversed(person.messages())
        if each["channel_id"] == room and "Premises" in text_of(each)
    )


def takes_in(text: str) -> list[str]:
    """Every take that a message shows, without what is said around them."""
    return re.findall(r"Then take \d+ of line 0 .+", text)

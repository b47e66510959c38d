"""One writer a message: the latest wins, one edit at a time, and the last one is made."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from typing import Any

import aiohttp
import discord
import pytest

from bot.chat.live import message
from bot.chat.live.message import LiveMessage, Undrawn
from bot.chat.render.shown import Shown


class Answer:
    """As much of an HTTP answer as discord.py's errors look at."""

    def __init__(self, status: int) -> None:
        self.status, self.reason = status, "of the test"


def server_error() -> discord.DiscordServerError:
    return discord.DiscordServerError(Answer(503), "away")  # type: ignore[arg-type]  # only its status is read


def too_many() -> discord.HTTPException:
    return discord.HTTPException(Answer(429), "barred")  # type: ignore[arg-type]  # as above


def not_found() -> discord.NotFound:
    return discord.NotFound(Answer(404), {"code": 10008})  # type: ignore[arg-type]  # as above


@dataclass
class Screen:
    """Where edits arrive. `failures`: what the next ones fail with. `gate`: held until it is set."""

    failures: list[Exception] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    shown: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    tries: int = 0
    under_way: int = 0
    most_under_way: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def write(self, shown: Shown) -> None:
        self.tries += 1
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        self.times.append(asyncio.get_running_loop().time())
        async with self.changed:
            self.changed.notify_all()
        try:
            await self.gate.wait()
            if self.failures:
                raise self.failures.pop(0)
            self.shown.append(shown.text)
        finally:
            self.under_way -= 1
            async with self.changed:
                self.changed.notify_all()

    def has(self, count: int) -> bool:
        return len(self.shown) >= count

    async def until(self, what: Callable[[], object]) -> None:
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(what)


@pytest.fixture
def screen() -> Screen:
    screen = Screen()
    screen.gate.set()
    return screen


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again soon."""
    monkeypatch.setattr(message, "AGAIN_SECONDS", 0.001)
    monkeypatch.setattr(message, "AGAIN_LIMIT_SECONDS", 0.004)


def live(screen: Screen, **given: Any) -> LiveMessage:
    return LiveMessage(screen.write, name="test", **{"every": 0.001, **given})


def says(text: str) -> Callable[[], Shown]:
    return lambda: Shown(text=text)


async def test_what_comes_while_an_edit_is_under_way_waits_and_only_the_latest_of_it_is_shown(
    screen: Screen,
) -> None:
    screen.gate.clear()
    writer = live(screen)
    writer.show(says("0"))
    await screen.until(lambda: screen.under_way)
    for number in range(1, 50):
        writer.show(says(str(number)))
    await asyncio.sleep(0)
    assert screen.tries == 1
    screen.gate.set()
    await screen.until(lambda: len(screen.shown) == 2)
    await writer.finish(says("done"))
    assert screen.shown == ["0", "49", "done"]
    assert screen.most_under_way == 1


async def test_edits_keep_their_distance_but_the_last_one_is_made_at_once(screen: Screen) -> None:
    writer = live(screen, every=0.05)
    for count in (1, 2, 3):
        writer.show(says(str(count)))
        await screen.until(partial(screen.has, count))
    between = [later - earlier for earlier, later in pairwise(screen.times)]
    assert min(between) >= 0.049
    slow = live(screen, every=60)
    slow.show(says("first"))
    await screen.until(lambda: screen.shown[-1] == "first")
    slow.show(says("between"))
    async with asyncio.timeout(1):
        await slow.finish(says("last"))
        await writer.finish()
    assert screen.shown == ["1", "2", "3", "first", "last"]


async def test_a_text_is_drawn_when_it_is_sent_and_not_before(screen: Screen) -> None:
    screen.gate.clear()
    text = "early"
    writer = live(screen)
    writer.show(says("first"))
    await screen.until(lambda: screen.under_way)
    writer.show(lambda: Shown(text=text))
    text = "late"
    screen.gate.set()
    await writer.finish()
    assert screen.shown == ["first", "late"]


@pytest.mark.parametrize(
    "failure",
    [
        server_error(),
        discord.RateLimited(90.0),
        too_many(),
        aiohttp.ServerDisconnectedError(),
        ConnectionResetError(),
        TimeoutError(),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_the_last_edit_is_made_through_passing_failures(screen: Screen, failure: Exception) -> None:
    screen.failures = [failure] * 5
    await live(screen).finish(says("the end"))
    assert screen.shown == ["the end"]
    assert screen.tries == 6


async def test_an_edit_in_the_middle_that_fails_is_made_again_by_itself(screen: Screen) -> None:
    screen.failures = [server_error()] * 3
    writer = live(screen)
    writer.show(says("one"))
    await screen.until(lambda: screen.shown)
    assert screen.shown == ["one"]
    await writer.cancel()


async def test_what_cannot_be_drawn_yet_is_tried_again_and_what_is_gone_is_left_out(screen: Screen) -> None:
    tries = 0

    async def read() -> Shown | None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise Undrawn
        return Shown(text="read") if tries == 2 else None

    one = live(screen)
    one.show(read)
    await screen.until(lambda: screen.has(1))
    await one.finish(read)
    assert screen.shown == ["read"]
    assert tries == 3


async def test_an_edit_that_failed_gives_way_to_what_came_since(screen: Screen) -> None:
    screen.failures = [server_error()]
    screen.gate.clear()
    writer = live(screen)
    writer.show(says("old"))
    await screen.until(lambda: screen.under_way)
    writer.show(says("new"))
    screen.gate.set()
    await screen.until(lambda: screen.shown)
    await writer.finish()
    assert screen.shown == ["new"]


async def test_a_discord_that_stays_away_is_given_up_on_and_the_failure_is_told(screen: Screen) -> None:
    screen.failures = [server_error()] * 100
    writer = live(screen)
    with pytest.raises(discord.DiscordServerError):
        await writer.finish(says("the end"))
    assert screen.tries == message.LAST_EDIT_TRIES
    assert writer.is_over


async def test_a_message_that_is_gone_ends_its_writer(screen: Screen) -> None:
    screen.failures = [not_found()]
    writer = live(screen)
    writer.show(says("one"))
    await screen.until(lambda: not screen.failures and not screen.under_way)
    with pytest.raises(discord.NotFound):
        await writer.finish(says("two"))
    assert screen.tries == 1
    assert writer.is_over


async def test_nothing_is_shown_after_the_last(screen: Screen) -> None:
    writer = live(screen)
    await writer.finish(says("the end"))
    writer.show(says("a late token"))
    await writer.finish()
    assert screen.shown == ["the end"]


async def test_finishing_without_words_shows_what_was_to_be_shown(screen: Screen) -> None:
    writer = live(screen)
    writer.show(says("pending"))
    await writer.finish()
    assert screen.shown == ["pending"]


async def test_finishing_what_showed_nothing_shows_nothing(screen: Screen) -> None:
    async with asyncio.timeout(1):
        await live(screen).finish()
    assert screen.tries == 0


async def test_a_cancelled_writer_stops_in_the_middle_of_an_edit(screen: Screen) -> None:
    screen.gate.clear()
    writer = live(screen)
    writer.show(says("one"))
    await screen.until(lambda: screen.under_way)
    await writer.cancel()
    await writer.cancel()
    assert screen.under_way == 0
    assert screen.shown == []
    assert writer.is_over


async def test_whoever_waits_for_the_end_can_be_cancelled(screen: Screen) -> None:
    screen.gate.clear()
    writer = live(screen)
    finishing = asyncio.create_task(writer.finish(says("the end")), name="finishing")
    await screen.until(lambda: screen.under_way)
    finishing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await finishing
    assert writer.is_over


async def test_an_idle_writer_ends_by_itself_and_a_busy_one_does_not(screen: Screen) -> None:
    idle = live(screen, idle=0.01)
    busy = live(screen, idle=30)
    idle.show(says("one"))
    async with asyncio.timeout(5):
        while not idle.is_over:  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.005)
    assert screen.shown == ["one"]
    assert not busy.is_over
    await busy.cancel()

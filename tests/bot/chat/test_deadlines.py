"""Deadlines: met without anybody pressing, by any process, once, after a restart and with Discord away."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from bot import app
from bot.chat.live import deadlines
from bot.store.fairness.shares import Shares
from bot.store.keys import Keys
from bot.story.ballots.ballot import Closing, Sheet
from bot.story.commands import CancelRound, CastVote, OpenBallot
from bot.story.green_light import LightStatus
from bot.story.model import Person as Somebody
from tests.bot.chat.asides import EN, seen_everything, times_shown, with_a_draft, with_takes
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels, text_of
from tests.bot.chat.stage import Stage
from tests.bot.writing.scripted_tgi import silent

MINUTE = 60_000
EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"
POST = "POST /channels/{channel_id}/messages"


@dataclass
class Clock:
    """The app's clock, which a test can put forward."""

    ahead: int = 0  # ms

    def now(self) -> int:
        return time.time_ns() // 1_000_000 + self.ahead


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(app, "_now", clock.now)
    monkeypatch.setattr(deadlines, "LOOK_SECONDS", 0.02)
    return clock


async def nothing_is_due(stage: Stage, clock: Clock) -> None:
    """Return once everything that was due by now is done."""
    async with asyncio.timeout(8):
        while await stage.app.deadlines._due.due(clock.now()):  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.02)


async def test_a_ballot_ends_by_itself_when_its_time_is_up(
    ana: Person, bo: Person, stage: Stage, clock: Clock
) -> None:
    room = await with_takes(ana, takes=2)
    await ana.command(room, "ballot open", minutes=30)
    asked = await bo.sees("Ballot 1: which take", room)
    assert f"It closes <t:{((await stage.room(room)).ballots[0].deadline or 0) // 1000}:R>" in text_of(asked)
    await bo.press("Vote", asked)
    ballot = (await stage.room(room)).ballots[0]
    await bo.press(ballot.mark(1), await bo.private(EN.say("ballot.first")))
    await bo.private("Your vote is kept")
    clock.ahead = 29 * MINUTE
    await nothing_is_due(stage, clock)
    assert (await stage.room(room)).ballots[0].is_open
    clock.ahead = 30 * MINUTE
    told = await ana.sees("Ballot 1 is closed: its time was up.\n**One vote, for take B", room)
    assert labels(told)[0] == "Adopt take B"
    await nothing_is_due(stage, clock)
    await seen_everything(ana)
    assert times_shown(ana, "One vote, for take B") == 1
    assert (await stage.room(room)).ballots[0].closing is Closing.DEADLINE


async def test_a_deadline_that_passed_while_the_bot_was_away_is_met_when_it_is_back(
    ana: Person, bo: Person, stage: Stage, clock: Clock
) -> None:
    room = await with_takes(ana, takes=2)
    await ana.command(room, "ballot open", hours=1)
    await bo.sees("Ballot 1: which take", room)
    await stage.stop()
    clock.ahead = 61 * MINUTE
    await stage.start()
    await bo.sees("Nobody voted, so it decides nothing.", room)
    await stage.restart()
    await nothing_is_due(stage, clock)
    await seen_everything(bo)
    assert times_shown(bo, "Nobody voted, so it decides nothing.") == 1


async def test_a_result_that_discord_did_not_take_is_told_later(
    ana: Person, bo: Person, stage: Stage, clock: Clock
) -> None:
    room = await with_takes(ana, takes=2)
    await ana.command(room, "ballot open", minutes=5)
    await bo.sees("Ballot 1: which take", room)
    await nothing_is_due(stage, clock)
    await stage.fault(POST, count=1, status=503)
    clock.ahead = 5 * MINUTE
    async with asyncio.timeout(8):
        while (await stage.room(room)).ballots[0].is_open:  # noqa: ASYNC110 - Redis tells nobody
            await asyncio.sleep(0.02)
    async with asyncio.timeout(8):
        while not (await stage.room(room)).ballots[0].told:
            clock.ahead += MINUTE  # it is put off by half a minute, from whenever that was
            await asyncio.sleep(0.05)
    await bo.sees("Nobody voted, so it decides nothing.", room)
    assert times_shown(bo, "Nobody voted, so it decides nothing.") == 1


async def test_what_a_dead_process_left_unshown_is_shown(
    ana: Person, bo: Person, stage: Stage, clock: Clock
) -> None:
    room = await with_takes(ana, takes=2)
    opener = Somebody(id=ana.id, name="Ana")
    await stage.app.rooms.act(
        room, OpenBallot(at=clock.now(), by=opener, seed=1, quorum=1), operation="opened"
    )
    clock.ahead = MINUTE
    await bo.sees("Ballot 1: which take", room)
    await stage.app.rooms.act(
        room,
        CastVote(at=clock.now(), by=opener, ballot=1, sheet=Sheet(order=(0,))),
        operation="voted",
    )
    clock.ahead = 2 * MINUTE
    await bo.sees("One vote, for take A", room)


async def test_how_a_cancelled_round_ended_is_drawn_once_however_often_something_is_due(
    ana: Person, stage: Stage
) -> None:
    stage.tgi.answers = [silent()] * 4
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.command(room, "synopsis", takes=1)
    message = await ana.sees("Round 1: 1 take**\nBeing written", room)
    await ana.press("Cancel", message)
    await ana.sees("**Ana** cancelled this round", room)
    drawn = []
    for _ in range(3):
        await stage.app.deadlines._look_at(room)
        drawn.append(len(await stage.ledger(EDIT)))
    assert drawn[0] == drawn[1] == drawn[2]


async def test_how_a_cancelled_round_ended_is_drawn_later_where_discord_did_not_take_it(
    ana: Person, stage: Stage, clock: Clock, redis: Redis
) -> None:
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await Shares(redis, keys=Keys("sr")).pause((await stage.room(room)).guild, paused=True)
    await ana.command(room, "synopsis", takes=1)
    message = await ana.sees(EN.say("wait.paused"), room)
    await stage.fault(EDIT, status=503)
    edits = len(await stage.ledger(EDIT))
    for number in range(1, 6):  # more than may be open at once
        if number > 1:
            await ana.command(room, "synopsis", takes=1)
            await ana.sees(f"Round {number}: 1 take", room)
        command = CancelRound(at=clock.now(), by=Somebody(id=ana.id, name="Ana"), round=number)
        await stage.app.rooms.act(room, command, operation=f"cancelled:{number}")
    clock.ahead = 5_000
    async with asyncio.timeout(8):
        while len(await stage.ledger(EDIT)) == edits:  # noqa: ASYNC110 - that it failed tells nobody
            await asyncio.sleep(0.02)
        while "cancelled this round" not in text_of(ana.now(message)):
            clock.ahead += MINUTE
            await asyncio.sleep(0.05)


async def test_a_game_gives_a_ballot_ten_minutes(ana: Person, bo: Person, stage: Stage, clock: Clock) -> None:
    room = await ana.opens("The Dry Well", preset="game")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.command(room, "synopsis", takes=2)
    await ana.sees(EN.say("round.written"), room)
    await bo.press("Ballot")
    await ana.sees("Ballot 1: which take", room)
    ballot = (await stage.room(room)).ballots[0]
    assert ballot.deadline is not None
    assert abs(ballot.deadline - clock.now() - 10 * MINUTE) < MINUTE
    clock.ahead = 10 * MINUTE
    await ana.sees("Ballot 1 is closed: its time was up.", room)


async def test_a_green_light_lapses_with_a_sentence_of_what_happened(
    ana: Person, bo: Person, dee: Person, stage: Stage, clock: Clock
) -> None:
    room = await with_a_draft(ana)
    await ana.command(room, "green-light ask", quorum=3, hours=2)
    asked = await bo.sees("Green light for draft 1?", room)
    await bo.press("Go", asked)
    await bo.private("You say go.")
    await dee.press("Not yet", asked)
    await dee.submit(text="The sister has no reason to come back.")
    await dee.private("what you miss is note 1")
    clock.ahead = 120 * MINUTE
    await bo.sees(EN.say("light.lapsed", go=1, quorum=3, draft=1, not_yet=1), room)
    found = await stage.room(room)
    assert found.lights[0].status is LightStatus.LAPSED
    assert [note.text for note in found.open_notes] == ["The sister has no reason to come back."]
    await bo.until(lambda: labels(bo.now(asked)) == [])


async def test_a_round_that_the_queue_lost_is_queued_again(ana: Person, stage: Stage, clock: Clock) -> None:
    room = await with_takes(ana)
    await ana.command(room, "ballot open", minutes=5)
    stage.tgi.pause = 30
    written = len(stage.tgi.requests)
    await ana.command(room, "synopsis", takes=1)
    await ana.until(lambda: len(stage.tgi.requests) > written)
    queue = stage.app.rooms._queue
    await queue._redis.delete(*queue._keys.all)
    assert not await queue.has(room, 2)
    clock.ahead = 5 * MINUTE
    await nothing_is_due(stage, clock)
    assert await queue.has(room, 2)


async def test_a_deleted_thread_is_let_go(ana: Person, bo: Person, stage: Stage, clock: Clock) -> None:
    room = await with_takes(ana, takes=2)
    await ana.command(room, "ballot open", minutes=5)
    await bo.sees("Ballot 1: which take", room)
    await stage.remove(room)
    clock.ahead = 5 * MINUTE
    await nothing_is_due(stage, clock)
    assert not (await stage.room(room)).ballots[0].is_open

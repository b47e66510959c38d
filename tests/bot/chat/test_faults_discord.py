"""Discord failing, limiting, slow, late or away: what was decided stays decided, and is shown in the end."""

from __future__ import annotations

import asyncio
import socket
from typing import Literal

import discord.http
import pytest
from structlog.testing import capture_logs

from bot.app import build
from bot.chat import client
from bot.chat.live import boards, message
from bot.local_discord.parts import Options
from bot.local_discord.seed import WRITERS_ROOM
from bot.story.rounds import RoundStatus
from tests.bot.chat.asides import (
    EN,
    at_rest,
    every_round_ended,
    seen_everything,
    times_shown,
    told,
    with_a_draft,
    with_takes,
    written,
)
from tests.bot.chat.person import Person
from tests.bot.chat.reading import text_of
from tests.bot.chat.stage import Stage, Staging

EDIT = "PATCH /channels/{channel_id}/messages/{message_id}"
POST = "POST /channels/{channel_id}/messages"
CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
WRITTEN = EN.say("round.written")


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What failed is tried again soon."""
    monkeypatch.setattr(message, "AGAIN_SECONDS", 0.02)


async def with_a_premise(person: Person) -> str:
    room = await person.opens()
    await person.command(room, "premise add", kind="setting", text="A valley without rain")
    await person.board(room, "A valley without rain")
    return room


@pytest.mark.parametrize(
    ("status", "count"), [(503, 4), (429, 4), (403, 1)], ids=["away", "barred", "forbidden for a moment"]
)
async def test_a_round_is_shown_to_its_end_through_edits_that_fail(
    ana: Person, stage: Stage, status: int, count: int
) -> None:
    room = await with_a_premise(ana)
    stage.tgi.pause = 0.01
    await ana.command(room, "synopsis", takes=1)
    await ana.sees(EN.say("round.writing"), room)
    await stage.fault(EDIT, count=count, status=status)
    await written(ana, 1)
    assert times_shown(ana, "Round 1: ") == 1


@pytest.mark.parametrize("status", [503, 429])
async def test_a_board_is_drawn_through_edits_that_fail(ana: Person, stage: Stage, status: int) -> None:
    room = await with_a_premise(ana)
    await stage.fault(EDIT, count=3, status=status)
    await ana.command(room, "premise add", kind="twist", text="The well answers")
    await ana.board(room, "The well answers")


async def test_a_round_that_cannot_be_posted_is_posted_by_the_worker(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_a_premise(ana)
    stage.tgi.pause = 0.01
    await stage.fault(POST, count=1, status=403)
    sent = await bo.command(room, "synopsis", takes=1)
    await ana.sees(WRITTEN, room)
    await seen_everything(ana)
    assert times_shown(ana, "Round 1: ") == 1
    await at_rest(stage, bo)
    await told(bo, ana, EN.say("round.asked", number=1), to=sent)
    assert (await stage.room(room)).rounds[0].message is not None


async def test_a_notice_that_discord_forbids_names_the_permissions(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_takes(ana)
    await stage.fault(CALLBACK, count=1, status=403)
    sent = await bo.press("Adopt A")
    message = await told(bo, ana, "Discord does not let me do that here", to=sent)
    assert "Send Messages in Threads" in text_of(message)
    assert len((await stage.room(room)).drafts) == 1


async def test_a_thread_that_discord_forbids_leaves_nothing_behind(
    ana: Person, bo: Person, stage: Stage
) -> None:
    await stage.fault("POST /channels/{channel_id}/threads", count=1, status=403)
    sent = await bo.command(WRITERS_ROOM, "room open", title="The Dry Well")
    message = await told(bo, ana, "Discord does not let me do that here", to=sent)
    assert "The Dry Well" in message["content"]
    assert not ana.client.named("THREAD_CREATE")
    await ana.board(await bo.opens("The Dry Well"))
    assert len(ana.client.named("THREAD_CREATE")) == 1


async def test_a_room_whose_board_cannot_be_posted_is_open_and_gets_it_later(
    ana: Person, bo: Person, stage: Stage
) -> None:
    await stage.fault(POST, count=1, status=403)
    sent = await bo.command(WRITERS_ROOM, "room open", title="The Dry Well")
    await told(bo, ana, "Discord does not let me do that here", to=sent)
    room = ana.client.named("THREAD_CREATE")[0]["id"]
    assert (await stage.room(room)).board is None
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.command(room, "room board")
    await ana.board(room, "A valley without rain")


@pytest.mark.parametrize("when", ["before", "after"])
async def test_an_answer_whose_connection_breaks_off_is_given_and_given_once(
    ana: Person, bo: Person, stage: Stage, when: Literal["before", "after"]
) -> None:
    room = await with_a_premise(ana)
    for lost in (1, 2):
        stage.local.parts.faults.drop(when, route=CALLBACK, count=lost)
        stage.local.parts.faults.drop(when, route=POST, count=lost)
        with capture_logs() as logs:
            await bo.command(room, "premise add", kind="twist", text=f"The well answers {lost}")  # a notice
            await bo.command(room, "synopsis", takes=1)  # a private answer, and a message
            await bo.press("Note" if lost == 2 else "Add a premise")
            await bo.modal()
            await written(ana, lost)
            await bo.press("Adopt A", on=await written(bo, lost))
            await at_rest(stage, bo)
        assert times_shown(ana, f"**: The well answers {lost}") == 1
        assert times_shown(ana, f"Round {lost}: ") == 1
        assert not [each for each in logs if each["log_level"] == "error"]


async def test_an_edit_whose_answer_never_comes_is_made_again(
    ana: Person, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await with_a_premise(ana)
    monkeypatch.setattr(client, "SILENT_SECONDS", 0.5)
    await stage.restart()
    stage.tgi.pause = 0.005
    await ana.command(room, "synopsis", takes=1)
    await ana.sees("Then take", room)
    await stage.fault(EDIT, count=2, delay=60)
    await written(ana, 1)
    assert times_shown(ana, "Round 1: ") == 1


async def test_who_cannot_be_answered_for_long_is_told_that_it_may_have_been_kept(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_a_premise(ana)
    stage.local.parts.faults.drop("before", route=CALLBACK, count=3)
    sent = await bo.command(room, "premise add", kind="twist", text="The well answers")
    assert "The well answers" in (await told(bo, ana, EN.say("error.discord_away"), to=sent))["content"]
    assert len((await stage.room(room)).premises) == 2


async def test_a_bot_that_is_stopped_while_discord_is_away_stops_soon(
    ana: Person, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await with_a_premise(ana)
    monkeypatch.setattr(boards, "_CLOSE_SECONDS", 0.3)
    stage.tgi.pause = 0.05
    await ana.command(room, "synopsis", takes=2)
    await ana.sees("Then take", room)
    await stage.fault(EDIT, count=10_000, status=503)
    await ana.command(room, "premise add", kind="twist", text="The well answers")
    async with asyncio.timeout(3):
        await stage.stop()


async def test_slow_edits_never_pile_up(ana: Person, stage: Stage) -> None:
    room = await with_a_premise(ana)
    stage.tgi.pause = 0.01
    before = len(await stage.ledger(EDIT))
    await stage.fault(EDIT, count=100, delay=0.3)
    await ana.command(room, "synopsis", takes=2)
    await ana.sees(WRITTEN, room)
    # A hundred and fifty tokens, 1.5 s, edits of 0.3 s: as many as fit one after the other, and the last one.
    assert 2 <= len(await stage.ledger(EDIT)) - before <= 12


async def test_discord_out_of_reach_costs_a_round_nothing(
    ana: Person, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await with_a_premise(ana)
    stage.tgi.pause = 0.005
    await ana.command(room, "synopsis", takes=2)
    await ana.sees("Then take", room)
    base = discord.http.Route.BASE
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        await every_round_ended(stage, room)
        monkeypatch.setattr(discord.http.Route, "BASE", base)
    await ana.sees(WRITTEN, room)
    assert (await stage.room(room)).rounds[0].status is RoundStatus.WRITTEN
    assert len(stage.tgi.requests) == 2


async def test_a_round_asked_for_as_discord_goes_out_of_reach_is_written_and_seen_later(
    ana: Person, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = await with_a_premise(ana)
    stage.tgi.pause = 0.005
    base = discord.http.Route.BASE
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setattr(discord.http.Route, "BASE", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        await ana.client.command(room, "synopsis", takes=1)
        await every_round_ended(stage, room)
        monkeypatch.setattr(discord.http.Route, "BASE", base)
    assert (await stage.room(room)).rounds[0].status is RoundStatus.WRITTEN
    await written(ana, 1)
    await seen_everything(ana)
    assert times_shown(ana, "Round 1: ") == 1


async def test_a_round_that_was_never_posted_comes_with_the_board(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_a_premise(ana)
    await stage.fault(POST, count=3, status=403)  # to who asks, and to the worker at its start and its end
    await bo.command(room, "synopsis", takes=1)
    await every_round_ended(stage, room)
    await at_rest(stage, bo)
    assert times_shown(ana, "Round 1: ") == 0
    await ana.command(room, "room board")
    await bo.press("Adopt A", on=await written(bo, 1))
    await ana.sees("**Bo** adopted take A", room)


async def test_a_worker_without_a_gateway_shows_rounds(ana: Person, stage: Stage) -> None:
    room = await with_a_premise(ana)
    stage.tgi.pause = 0.02
    await ana.command(room, "synopsis", takes=1)
    await ana.sees("Then take", room)
    settings = stage.app.settings
    await stage.stop()
    stage.tgi.pause = 0
    async with build(settings) as app:
        await app.client.sign_in(stage.local.parts.options.bot_token)
        running = asyncio.create_task(app.run(answers=False, writes=True), name="worker-only")
        await written(ana, 1)
        assert app.client.ws is None
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert times_shown(ana, "Round 1: ") == 1


class TestWithRateLimits:
    @pytest.fixture
    def staging(self) -> Staging:
        return Staging(discord=Options(identify_interval=0.0))

    async def test_a_limit_that_is_hit_costs_no_words(self, ana: Person, bo: Person, stage: Stage) -> None:
        room = await with_a_draft(ana)
        for number in range(6):
            await bo.command(room, "premise add", kind="twist", text=f"Twist number {number}")
        await ana.board(room, "Twist number 5")
        refused = [each for each in await stage.ledger(EDIT) if each["status"] == 429]
        assert len(refused) <= 2


class TestWithADeadlineThatIsMissed:
    @pytest.fixture
    def staging(self) -> Staging:
        return Staging(discord=Options(identify_interval=0.0, deadline=0.8))

    async def test_the_answer_is_logged_and_its_notice_posted_all_the_same(
        self, ana: Person, bo: Person, stage: Stage
    ) -> None:
        room = await with_a_premise(ana)
        await stage.fault(CALLBACK, delay=stage.local.parts.options.deadline + 0.2)
        with capture_logs() as logs:
            sent = await bo.client.command(room, "premise add", kind="twist", text="The well answers")
            await bo.client.sees("INTERACTION_FAILURE", lambda each: each["interaction_id"] == sent)
            await ana.sees("**Bo** added Twist **2**: The well answers", room)
        assert [(each["code"], each["operation"]) for each in logs if each["event"] == "answer_lost"] == [
            (10062, sent)
        ]
        assert not [each for each in logs if each["log_level"] == "error"]
        await ana.board(room, "The well answers")

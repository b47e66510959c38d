"""The same interaction delivered twice, at once or later: it takes effect once and is told of once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from structlog.testing import capture_logs

from bot.local_discord.seed import WRITERS_ROOM
from tests.bot.chat.asides import EN, at_rest, seen_everything, times_shown, with_a_draft, with_takes, written
from tests.bot.chat.person import Person
from tests.bot.chat.reading import button, text_of
from tests.bot.chat.stage import Stage

CALLBACK = "POST /interactions/{interaction_id}/{interaction_token}/callback"
Twice = Callable[[Awaitable[str]], Awaitable[None]]


@pytest.fixture(params=["at once", "the first answer slow", "later"])
def twice(request: pytest.FixtureRequest, stage: Stage, bo: Person) -> Twice:
    """Have what Bo does delivered twice, and wait until the bot has done with both."""

    async def do(sending: Awaitable[str]) -> None:
        if request.param == "the first answer slow":  # the second delivery is answered before
            await stage.fault(CALLBACK, delay=0.2)
        sent = await sending
        if request.param == "later":
            await bo.answered(sent)
            await at_rest(stage, bo)
        await stage.redeliver(sent)
        await bo.answered(sent)
        await at_rest(stage, bo)

    return do


async def test_a_room_opened_twice_is_one_thread(twice: Twice, bo: Person, stage: Stage) -> None:
    await twice(bo.client.command(WRITERS_ROOM, "room open", title="The Dry Well"))
    threads = bo.client.named("THREAD_CREATE")
    assert len(threads) == 1
    await bo.board(threads[0]["id"])
    assert len(await bo.pins(threads[0]["id"])) == 1
    assert (await stage.room(threads[0]["id"])).revision == 2


async def test_a_premise_added_twice_is_one(twice: Twice, ana: Person, bo: Person, stage: Stage) -> None:
    room = await ana.opens()
    await twice(bo.client.command(room, "premise add", kind="setting", text="A valley without rain"))
    await seen_everything(ana)
    assert len((await stage.room(room)).premises) == 1
    assert times_shown(ana, "**Bo** added Setting") == 1
    assert times_shown(bo, "says exactly that") == 0
    await ana.board(room, "A valley without rain")


async def test_a_round_asked_for_twice_is_one(twice: Twice, ana: Person, bo: Person, stage: Stage) -> None:
    room = await ana.opens()
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await twice(bo.client.command(room, "synopsis", takes=1))
    await ana.sees(EN.say("round.written"), room)
    await seen_everything(ana)
    assert len((await stage.room(room)).rounds) == 1
    assert times_shown(ana, "Round 1: 1 take") == 1
    assert len(stage.tgi.requests) == 1


async def test_an_adoption_pressed_twice_is_one_draft(
    twice: Twice, ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_takes(ana)
    await seen_everything(bo)
    message = next(each for each in reversed(bo.messages()) if "Round 1" in text_of(each))
    await twice(bo.client.press(message, button(message, "Adopt A")["custom_id"]))
    await ana.sees("**Bo** adopted take A", room)
    await seen_everything(ana)
    assert len((await stage.room(room)).drafts) == 1
    assert times_shown(ana, "**Bo** adopted take A") == 1
    assert times_shown(bo, "a moment before you") == 0


async def test_a_note_sent_twice_is_one(twice: Twice, ana: Person, bo: Person, stage: Stage) -> None:
    room = await with_a_draft(ana)
    await bo.press("Note")
    modal = await bo.modal()
    await twice(
        bo.client.interact(
            type=5,
            channel_id=room,
            interaction_id=modal["interaction_id"],
            fields={"text": "Let her pay for it"},
        )
    )
    await written(ana, 2)
    await seen_everything(ana)
    found = await stage.room(room)
    assert (len(found.notes), len(found.rounds)) == (1, 2)
    assert times_shown(ana, "**Bo**'s note on draft 1") == 1
    assert times_shown(ana, "Round 2") == 1


async def test_the_second_delivery_is_swallowed_and_logged(ana: Person, bo: Person, stage: Stage) -> None:
    room = await ana.opens()
    with capture_logs() as logs:
        sent = await bo.command(room, "premise add", kind="setting", text="A valley without rain")
        await stage.redeliver(sent)
        await at_rest(stage, bo)
    lost = [line for line in logs if line["event"] == "answer_lost"]
    assert [(line["code"], line["operation"]) for line in lost] == [(40060, sent)]
    assert not [line for line in logs if line["log_level"] == "error"]

"""Green lights: asked for, answered in the open, green with the Lock button, or locked by themselves."""

from __future__ import annotations

import pytest

from bot.story.green_light import LightStatus
from bot.story.room import RoomStatus
from tests.bot.chat.asides import EN, told, with_a_draft
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels, text_of
from tests.bot.chat.stage import Stage


@pytest.fixture
async def room(ana: Person) -> str:
    room = await with_a_draft(ana)
    await ana.sees("Take A · draft 1, adopted by Ana", room)
    return room


async def test_when_enough_people_say_go_the_opener_has_the_lock_button(
    room: str, ana: Person, bo: Person, dee: Person, stage: Stage
) -> None:
    await bo.command(room, "green-light ask", quorum=2)
    asked = await ana.sees("**Green light for draft 1?**\nBo asks. It is green when 2 say go.", room)
    await ana.board(room, "Green light for draft 1: 0 of 2")
    await dee.press("Go", asked)
    await dee.private("You say go.")
    await bo.until(lambda: "Go (1): Dee" in text_of(bo.now(asked)))
    sent = await dee.press("Go", asked)
    await dee.private("You say go already.", to=sent)
    await ana.press("Go", asked)
    green = await bo.sees(EN.say("light.green", go=2, quorum=2, draft=1, opener="Ana"), room)
    assert labels(green) == ["Lock"]
    await bo.until(lambda: labels(bo.now(asked)) == [])
    sent = await dee.press("Lock", green)
    await told(dee, bo, EN.say("refusal.only_the_opener", opener="Ana"), to=sent)
    assert (await stage.room(room)).status is RoomStatus.OPEN
    await ana.press("Lock", green)
    await bo.sees("**Ana** locked draft 1.", room)


async def test_not_yet_asks_what_is_missing_and_makes_it_a_note(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(room, "green-light ask", quorum=2)
    asked = await bo.sees("Green light for draft 1?", room)
    await bo.press("Go", asked)
    await bo.press("Not yet", asked)
    modal = await bo.modal()
    assert (modal["title"], modal["components"][0]["label"]) == ("Not yet: draft 1", "What is missing?")
    await bo.submit(text="An ending.")
    await bo.private("what you miss is note 1")
    await ana.until(lambda: "Not yet (1): Bo" in text_of(ana.now(asked)))
    await ana.board(room, "1 note open")
    found = await stage.room(room)
    assert (found.lights[0].go, found.lights[0].notes) == ((), (1,))


async def test_a_draft_is_locked_by_itself_only_where_who_may_lock_asked_for_it(
    room: str, ana: Person, bo: Person, dee: Person, stage: Stage
) -> None:
    sent = await bo.command(room, "green-light ask", quorum=1, lock=True)
    await told(bo, dee, EN.say("refusal.only_the_opener", opener="Ana"), to=sent)
    await ana.command(room, "green-light ask", quorum=1, lock=True)
    asked = await bo.sees(EN.say("light.locks"), room)
    await bo.press("Go", asked)
    await dee.sees(EN.say("light.green_locked", go=1, quorum=1, draft=1, who="Ana"), room)
    await dee.board(room, "Canon: draft 1")
    assert (await stage.room(room)).canon == 1


async def test_a_room_that_moved_on_is_told_and_can_ask_anew(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(room, "green-light ask", quorum=2)
    asked = await bo.sees("Green light for draft 1?", room)
    sent = await bo.command(room, "green-light ask", quorum=2)
    await told(bo, ana, EN.say("refusal.light_is_asked", who="Ana", draft=1), to=sent)
    await bo.press("Adopt B")
    await ana.board(room, "Draft 2, from take B")
    sent = await bo.press("Go", asked)
    await told(bo, ana, EN.say("refusal.light_is_overtaken", draft=1, current=2), to=sent)
    await bo.command(room, "green-light ask", quorum=1)
    await ana.sees(EN.say("light.overtaken", draft=1), room)
    await ana.sees("Green light for draft 2?", room)
    assert [each.status for each in (await stage.room(room)).lights] == [
        LightStatus.OVERTAKEN,
        LightStatus.OPEN,
    ]


async def test_the_question_is_taken_back_by_who_asked(
    room: str, ana: Person, bo: Person, dee: Person
) -> None:
    sent = await bo.command(room, "green-light withdraw")
    await told(bo, ana, EN.say("refusal.no_light_asked"), to=sent)
    await bo.command(room, "green-light ask", quorum=2)
    asked = await ana.sees("Green light for draft 1?", room)
    sent = await dee.command(room, "green-light withdraw")
    await told(dee, ana, EN.say("refusal.not_your_light", asker="Bo"), to=sent)
    await bo.command(room, "green-light withdraw")
    await ana.sees(EN.say("light.withdrawn_notice", who="Bo", draft=1), room)
    await ana.until(lambda: labels(ana.now(asked)) == [])


async def test_without_a_draft_there_is_nothing_to_ask_about(ana: Person, bo: Person) -> None:
    room = await ana.opens()
    sent = await bo.command(room, "green-light ask", quorum=2)
    await told(bo, ana, EN.say("refusal.no_draft_yet"), to=sent)


async def test_everything_works_after_a_restart(
    room: str, ana: Person, bo: Person, dee: Person, stage: Stage
) -> None:
    await ana.command(room, "green-light ask", quorum=2)
    asked = await bo.sees("Green light for draft 1?", room)
    await stage.restart()
    await bo.press("Go", asked)
    await bo.press("Not yet", asked)
    await stage.restart()
    await bo.submit(text="An ending.")
    await bo.private("what you miss is note 1")
    await dee.press("Go", asked)
    await ana.until(lambda: "Go (1): Dee" in text_of(ana.now(asked)))

"""Redis away, or slow: the person is told in time and alone, and a retry does it once."""

from __future__ import annotations

import pytest

from bot.store import connection
from tests.bot.chat.asides import EN, at_rest, defer_after, deferred, frozen, times_shown, told, with_takes
from tests.bot.chat.person import Person
from tests.bot.chat.stage import Stage
from tests.redis_server import RedisServer

AWAY = EN.say("error.store_unavailable")


@pytest.fixture
def redis_url(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """A Redis of the test's own, given up on sooner; interactions are deferred sooner in proportion."""
    monkeypatch.setattr(connection, "ANSWER_SECONDS", 1.2)
    defer_after(0.2, monkeypatch)
    return server.url


async def test_with_redis_killed_people_are_told_and_get_their_words_back(
    ana: Person, bo: Person, stage: Stage, server: RedisServer
) -> None:
    room = await ana.opens()
    server.kill()
    sent = await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    assert "A valley without rain" in (await told(bo, ana, AWAY, to=sent))["content"]
    opening = await bo.command(room, "room open", title="Another")
    assert "Another" in (await told(bo, ana, AWAY, to=opening))["content"]
    assert await bo.suggestions(room, "premise edit", premise=1) == []
    server.start()
    await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.sees("**Bo** added Setting **1**", room)
    assert len((await stage.room(room)).premises) == 1
    await bo.command(room, "synopsis", takes=1)
    await ana.sees(EN.say("round.written"), room)
    assert len(stage.tgi.requests) == 1


async def test_no_thread_is_made_while_redis_is_away(ana: Person, bo: Person, server: RedisServer) -> None:
    server.kill()
    sent = await bo.command("1100000000000000012", "room open", title="The Dry Well")
    assert "The Dry Well" in (await told(bo, ana, AWAY, to=sent))["content"]
    assert not ana.client.named("THREAD_CREATE")
    server.start()
    await ana.board(await bo.opens("The Dry Well"))
    assert len(ana.client.named("THREAD_CREATE")) == 1


async def test_a_button_pressed_while_redis_is_away_works_when_it_is_back(
    ana: Person, bo: Person, stage: Stage, server: RedisServer
) -> None:
    room = await with_takes(ana)
    server.kill()
    sent = await bo.press("Adopt A")
    await told(bo, ana, AWAY, to=sent)
    server.start()
    await bo.press("Adopt A")
    await ana.sees("**Bo** adopted take A", room)
    assert len((await stage.room(room)).drafts) == 1


async def test_with_redis_frozen_a_person_is_deferred_in_time_and_then_told(
    ana: Person, bo: Person, stage: Stage, server: RedisServer
) -> None:
    room = await ana.opens()
    with frozen(server):
        sent = await bo.command(room, "premise add", kind="setting", text="A valley without rain")
        await deferred(bo, sent)
        assert "A valley without rain" in (await told(bo, ana, AWAY, to=sent))["content"]
    # What was sent to it may be carried out now. Trying again, as the sentence says, is safe either way.
    await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.board(room, "A valley without rain")
    assert len((await stage.room(room)).premises) == 1


async def test_a_press_on_a_frozen_redis_is_told_and_a_retry_writes(
    ana: Person, bo: Person, stage: Stage, server: RedisServer
) -> None:
    room = await ana.opens()
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    board = await bo.board(room, "A valley without rain")
    with frozen(server):
        sent = await bo.press("Write takes", on=board)
        await deferred(bo, sent)
        await told(bo, ana, AWAY, to=sent)
    await bo.press("Write takes", on=board)
    await ana.sees(EN.say("round.written"), room)
    await at_rest(stage, bo)
    rounds = (await stage.room(room)).rounds
    assert len(rounds) == times_shown(ana, ": 3 takes")
    await ana.until(lambda: times_shown(ana, EN.say("round.written")) == len(rounds))


async def test_what_redis_does_slowly_is_deferred_and_then_told_to_all(
    ana: Person, bo: Person, stage: Stage, server: RedisServer
) -> None:
    room = await with_takes(ana)
    with frozen(server):
        added = await bo.command(room, "premise add", kind="twist", text="The well answers")
        await deferred(bo, added)
    await ana.sees("**Bo** added Twist **2**: The well answers", room)
    with frozen(server):
        adopted = await bo.press("Adopt A")
        await deferred(bo, adopted)
    await ana.sees("**Bo** adopted take A", room)
    with frozen(server):
        asked = await bo.command(room, "synopsis", takes=1)
        await deferred(bo, asked)
    await bo.private(EN.say("round.asked", number=2), to=asked)
    await ana.sees("Round 2: 1 take", room)
    await at_rest(stage, bo)
    assert times_shown(ana, "added Twist") == times_shown(ana, "adopted take A") == 1
    assert not [each for each in bo.messages() if each["flags"] & 128], "somebody still seems to think"


async def test_a_form_that_cannot_open_any_more_is_explained(
    ana: Person, bo: Person, server: RedisServer
) -> None:
    room = await ana.opens()
    await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    with frozen(server):
        sent = await bo.command(room, "premise edit", premise=1)
        await deferred(bo, sent)
    await told(bo, ana, EN.say("error.too_late_to_ask"), to=sent)
    await bo.press("My premises")
    await bo.choose("1")
    with frozen(server):
        sent = await bo.press("Edit")
        await deferred(bo, sent)
    await told(bo, ana, EN.say("error.too_late_to_ask"), to=sent)
    await bo.press("Edit")
    assert (await bo.modal())["title"] == EN.say("card.modal_edit", number=1)

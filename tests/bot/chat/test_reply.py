"""Answers that could not be given at once: asked for time, and then given in the form they would have had."""

from __future__ import annotations

import pytest

from bot.local_discord.seed import WRITERS_ROOM
from tests.bot.chat.asides import (
    EN,
    at_rest,
    defer_after,
    deferred,
    frozen,
    seen_everything,
    times_shown,
    told,
    with_a_draft,
    written,
)
from tests.bot.chat.person import Person
from tests.bot.chat.reading import is_private, labels
from tests.bot.chat.stage import Stage
from tests.redis_server import RedisServer

LOADING = 128


@pytest.fixture
def redis_url(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> str:
    """A Redis of the test's own; interactions are deferred soon."""
    defer_after(0.05, monkeypatch)
    return server.url


async def nobody_seems_to_think(stage: Stage, person: Person) -> None:
    await at_rest(stage, person)
    assert not [each for each in person.messages() if each.get("flags", 0) & LOADING]


async def test_files_come_late_in_the_place_that_was_kept_for_them(
    ana: Person, bo: Person, stage: Stage, server: RedisServer
) -> None:
    room = await ana.opens("The Dry Well")
    with frozen(server):
        sent = await bo.command(room, "export")
        await deferred(bo, sent)
        waiting = [each for each in bo.messages() if each.get("flags", 0) & LOADING]
        assert [is_private(each) for each in waiting] == [True]
    message = await told(bo, ana, EN.say("export.ready"), to=sent)
    assert message["id"] == waiting[0]["id"]
    assert set(await bo.files(message)) == {"the-dry-well.md", "the-dry-well.json"}
    await nobody_seems_to_think(stage, bo)


async def test_a_room_opened_late_is_one_room(
    ana: Person, bo: Person, stage: Stage, server: RedisServer
) -> None:
    with frozen(server):
        sent = await bo.command(WRITERS_ROOM, "room open", title="The Dry Well")
        await deferred(bo, sent)
    await told(bo, ana, "Your room is open", to=sent)
    assert len(ana.client.named("THREAD_CREATE")) == 1
    await nobody_seems_to_think(stage, bo)


async def test_ones_own_list_changes_in_place_however_late(
    ana: Person, bo: Person, server: RedisServer
) -> None:
    room = await ana.opens()
    await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    with frozen(server):
        sent = await bo.press("My premises")
        await deferred(bo, sent)
    listed = await told(bo, ana, EN.say("premise.choose"), to=sent)
    with frozen(server):
        chosen = await bo.choose("1", on=listed)
        await deferred(bo, chosen)
    await bo.until(lambda: "Withdraw" in labels(bo.now(listed)))
    with frozen(server):
        gone = await bo.press("Withdraw", on=listed)
        await deferred(bo, gone)
    await ana.sees("**Bo** withdrew premise **1**", room)
    assert times_shown(ana, "withdrew premise") == 1


async def test_a_form_sent_late_is_told_to_all(
    ana: Person, bo: Person, stage: Stage, server: RedisServer
) -> None:
    room = await with_a_draft(ana)
    await bo.press("Note")
    with frozen(server):
        sent = await bo.submit(text="Let her pay for it")
        await deferred(bo, sent)
    await ana.sees("**Bo**'s note on draft 1: Let her pay for it", room)
    await written(ana, 2)
    await nobody_seems_to_think(stage, bo)
    await seen_everything(ana)
    assert times_shown(ana, "Let her pay for it") == 2  # the note, and the round's title


async def test_a_refusal_that_comes_late_is_still_for_one_person(
    ana: Person, bo: Person, stage: Stage, server: RedisServer
) -> None:
    room = await ana.opens()
    for command, given, sentence in (
        ("premise withdraw", {"premise": 3}, EN.say("refusal.no_such_premise", premise=3)),
        ("room close", {}, EN.say("refusal.only_the_opener", opener="Ana")),
    ):
        with frozen(server):
            sent = await bo.command(room, command, **given)
            await deferred(bo, sent)
        await told(bo, ana, sentence, to=sent)
    await nobody_seems_to_think(stage, bo)


async def test_a_button_delivered_twice_late_is_done_once(
    ana: Person, bo: Person, stage: Stage, server: RedisServer
) -> None:
    room = await ana.opens()
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    board = await bo.board(room, "A valley without rain")
    with frozen(server):
        sent = await bo.press("Write takes", on=board)
        await stage.redeliver(sent)
        await deferred(bo, sent)
    await written(ana, 1)
    await nobody_seems_to_think(stage, bo)
    assert len((await stage.room(room)).rounds) == 1


async def test_an_empty_form_opens_even_without_redis(ana: Person, bo: Person, server: RedisServer) -> None:
    room = await ana.opens()
    board = await bo.board(room)
    message = await ana.says(room, "The well answers")
    server.kill()
    await bo.press("Add a premise", on=board)
    assert (await bo.modal())["title"] == EN.say("premise.modal_add")
    await bo.menu("Add to the story", message)
    assert (await bo.modal())["title"] == EN.say("premise.modal_pick_up")
    sent = await bo.submit(kind="twist")
    assert "The well answers" in (await told(bo, ana, EN.say("error.store_unavailable"), to=sent))["content"]
    server.start()

"""The right thing in the wrong place, or too late: no room here, a room that is shut, another's premise."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.local_discord.seed import WRITERS_ROOM
from tests.bot.chat.asides import EN, seen_everything, told, with_a_draft, with_takes
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels
from tests.bot.chat.stage import Stage

NO_ROOM = EN.say("refusal.no_such_room")


@pytest.mark.parametrize(
    ("command", "given"),
    [
        ("premise add", {"kind": "setting", "text": "A valley"}),
        ("premise edit", {"premise": 1}),
        ("premise withdraw", {"premise": 1}),
        ("synopsis", {}),
        ("export", {}),
        ("room board", {}),
        ("room lock", {}),
        ("room close", {}),
        ("room reopen", {}),
    ],
)
async def test_a_command_where_no_room_is_says_how_to_open_one(
    ana: Person, bo: Person, command: str, given: dict[str, Any]
) -> None:
    sent = await bo.command(WRITERS_ROOM, command, **given)
    await told(bo, ana, NO_ROOM, to=sent)


async def test_a_message_picked_up_where_no_room_is_is_not_lost(ana: Person, bo: Person) -> None:
    await bo.menu("Add to the story", await ana.says(WRITERS_ROOM, "The well answers"))
    sent = await bo.submit(kind="twist")
    message = await told(bo, ana, NO_ROOM, to=sent)
    assert "The well answers" in message["content"]


async def test_the_board_of_a_deleted_room_says_so_and_loses_its_buttons(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await ana.opens()
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    board = await bo.board(room, "A valley without rain")
    await stage.app.store.delete(room)
    sent = await bo.press("Write takes", on=board)
    await told(bo, ana, NO_ROOM, to=sent)
    await ana.until(lambda: not labels(ana.now(board), enabled=False))


async def test_a_modal_of_a_deleted_room_gives_the_words_back(ana: Person, bo: Person, stage: Stage) -> None:
    room = await ana.opens()
    board = await ana.board(room)
    await bo.press("Add a premise")
    await stage.app.store.delete(room)
    sent = await bo.submit(kind="setting", text="A valley without rain")
    message = await told(bo, ana, NO_ROOM, to=sent)
    assert "A valley without rain" in message["content"]
    await ana.until(lambda: not labels(ana.now(board), enabled=False))


@pytest.mark.parametrize(
    ("shut", "refusal"), [("room close", "refusal.room_is_closed"), ("room lock", "refusal.room_is_locked")]
)
async def test_a_shut_room_takes_no_work_and_gives_words_back(
    ana: Person, bo: Person, stage: Stage, shut: str, refusal: str
) -> None:
    room = await with_a_draft(ana)
    board = await bo.board(room)
    await bo.press("Note")
    await ana.command(room, shut)
    note = await bo.submit(text="Let her pay for it")
    assert "Let her pay for it" in (await told(bo, ana, EN.say(refusal), to=note))["content"]
    added = await bo.command(room, "premise add", kind="twist", text="The well answers")
    assert "The well answers" in (await told(bo, ana, EN.say(refusal), to=added))["content"]
    for command, given in (("synopsis", {}), ("premise withdraw", {"premise": 1}), (shut, {})):
        sent = await bo.command(room, command, **given)
        await told(bo, ana, EN.say(refusal), to=sent)
    await bo.until(lambda: set(labels(bo.now(board))) <= {"Bible", "Drafts", "Export"})
    found = await stage.room(room)
    assert (len(found.rounds), len(found.notes), len(found.premises)) == (1, 0, 1)


async def test_somebody_elses_premise_stays_theirs(ana: Person, bo: Person, stage: Stage) -> None:
    room = await ana.opens()
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    for command in ("premise edit", "premise withdraw"):
        sent = await bo.command(room, command, premise=1)
        await told(bo, ana, EN.say("refusal.not_yours", author="Ana"), to=sent)
    assert not bo.client.named("INTERACTION_MODAL_CREATE")
    assert len((await stage.room(room)).premises_in_force) == 1


async def test_a_premise_that_is_not_there_is_said_not_to_be(ana: Person, bo: Person) -> None:
    room = await ana.opens()
    for command in ("premise edit", "premise withdraw"):
        sent = await bo.command(room, command, premise=7)
        await told(bo, ana, EN.say("refusal.no_such_premise", premise=7), to=sent)


async def test_a_premise_withdrawn_while_it_was_being_changed_gives_the_words_back(
    ana: Person, bo: Person
) -> None:
    room = await ana.opens()
    await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.command(room, "premise edit", premise=1)
    await bo.command(room, "premise withdraw", premise=1)
    sent = await bo.submit(text="A valley where it never stops")
    message = await told(bo, ana, EN.say("refusal.no_such_premise", premise=1), to=sent)
    assert "A valley where it never stops" in message["content"]


async def test_who_did_not_open_a_room_does_not_shut_it(ana: Person, bo: Person, stage: Stage) -> None:
    room = await with_a_draft(ana)
    for command in ("room lock", "room close"):
        sent = await bo.command(room, command)
        await told(bo, ana, EN.say("refusal.only_the_opener", opener="Ana"), to=sent)
    assert (await stage.room(room)).status == "open"


async def test_a_room_in_a_room_is_refused(ana: Person, bo: Person) -> None:
    room = await ana.opens()
    sent = await bo.command(room, "room open", title="Another")
    await told(bo, ana, EN.say("refusal.already_a_room"), to=sent)


async def test_a_fourth_round_waits_for_one_of_the_three(ana: Person, bo: Person, stage: Stage) -> None:
    stage.tgi.pause = 30
    room = await ana.opens()
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    for _ in range(3):
        await ana.command(room, "synopsis", takes=1)
    sent = await bo.command(room, "synopsis")
    await told(bo, ana, EN.say("refusal.too_many_rounds", limit=3), to=sent)
    assert len((await stage.room(room)).rounds) == 3


async def test_of_two_who_adopt_at_the_same_moment_one_does_and_the_other_is_told(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_takes(ana)
    await seen_everything(bo)
    pressed = dict(zip("AB", await asyncio.gather(ana.press("Adopt A"), bo.press("Adopt B")), strict=True))
    await ana.sees("adopted take", room)
    draft = (await stage.room(room)).drafts[0]
    first, second, letter = (ana, bo, "A") if draft.take == 0 else (bo, ana, "B")
    name = "Ana" if first is ana else "Bo"
    sentence = EN.say("refusal.adopted_meanwhile", who=name, letter=letter, draft=1)
    await told(second, first, sentence, to=pressed["B" if letter == "A" else "A"])
    assert len((await stage.room(room)).drafts) == 1

"""Messages that go away under the bot's hands: posted again once where needed, and let go elsewhere."""

from __future__ import annotations

import asyncio

import pytest

from bot.chat.live.rounds import LiveRounds
from tests.bot.building import add_premise
from tests.bot.chat.asides import (
    EN,
    at_rest,
    every_round_ended,
    seen_everything,
    times_shown,
    told,
    with_takes,
)
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels
from tests.bot.chat.stage import Stage

WRITING, WRITTEN = EN.say("round.writing"), EN.say("round.written")


async def with_a_premise(person: Person) -> str:
    room = await person.opens()
    await person.command(room, "premise add", kind="setting", text="A valley without rain")
    await person.board(room, "A valley without rain")
    return room


async def test_a_thread_deleted_while_a_round_is_written_loses_nothing(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_a_premise(ana)
    stage.tgi.pause = 0.01
    await ana.command(room, "synopsis", takes=2)
    await bo.sees("Then take", room)
    await stage.remove(room)
    found = await every_round_ended(stage, room)
    assert len(found.rounds[0].takes) == 2
    assert all("Then take" in take.text for take in found.rounds[0].takes)
    # Another room is served as before.
    other = await ana.opens("Another")
    await bo.command(other, "premise add", kind="twist", text="The well answers")
    await ana.sees("**Bo** added Twist", other)
    assert not stage.app.client.is_closed()


async def test_a_round_message_deleted_while_it_is_written_is_posted_again_once(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_a_premise(ana)
    stage.tgi.pause = 0.005
    await bo.command(room, "synopsis", takes=1)
    shown = await ana.sees("Then take", room)
    await stage.remove(room, shown["id"])
    written = await ana.sees(WRITTEN, room)
    assert written["id"] != shown["id"]
    assert "Adopt A" in labels(written)
    await at_rest(stage, ana)
    assert times_shown(ana, "Round 1: ") == 1
    assert (await stage.room(room)).rounds[0].message == written["id"]
    await bo.press("Adopt A", on=written)
    await ana.sees("**Bo** adopted take A", room)
    await ana.until(lambda: "adopted by" in str(ana.now(written)))


async def test_a_finished_round_that_somebody_deleted_stays_deleted(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_takes(ana)
    shown = await bo.sees(WRITTEN, room)
    await bo.press("Adopt A", on=shown)
    await ana.sees("**Bo** adopted take A", room)
    await stage.remove(room, shown["id"])
    await ana.command(room, "room lock")
    await bo.sees("locked draft 1", room)
    await at_rest(stage, ana)
    assert times_shown(ana, "Round 1: ") == 0


async def test_a_board_that_was_deleted_is_posted_and_pinned_again_once(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_a_premise(ana)
    board = await ana.board(room)
    await stage.remove(room, board["id"])
    await asyncio.gather(
        *(
            bo.command(room, "premise add", kind="twist", text=f"The well answers {number} times")
            for number in range(3)
        )
    )
    again = await ana.board(room, "3")
    assert again["id"] != board["id"]
    for number in range(3):
        await ana.board(room, f"answers {number} times")
    await at_rest(stage, ana)
    assert [each["id"] for each in await ana.pins(room)] == [again["id"]]
    assert times_shown(ana, "Opened by Ana") == 1
    await bo.press("Add a premise", on=again)
    assert (await bo.modal())["title"] == EN.say("premise.modal_add")


async def test_a_board_that_fell_behind_catches_up_when_somebody_is_refused(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_a_premise(ana)
    await bo.command(room, "premise add", kind="twist", text="The well answers")
    await stage.restart()
    # As by a process that died between the log and the screen.
    outcome = await stage.app.rooms.act(room, add_premise("A dry spring"), operation="elsewhere")
    assert outcome.refusal is None
    sent = await bo.command(room, "premise add", kind="twist", text="A dry spring")
    await told(bo, ana, EN.say("refusal.same_premise", premise=3), to=sent)
    await ana.board(room, "A dry spring")


@pytest.mark.parametrize("when", ["before", "while"])
async def test_a_round_goes_on_where_the_last_process_left_it(
    ana: Person, bo: Person, stage: Stage, when: str
) -> None:
    room = await with_a_premise(ana)
    stage.tgi.pause = 5 if when == "before" else 0.01
    await bo.command(room, "synopsis", takes=2)
    shown = await ana.sees(WRITING if when == "before" else "Then take", room)
    await stage.stop()
    stage.tgi.pause = 0
    await stage.start()
    written = await ana.sees(WRITTEN, room)
    assert written["id"] == shown["id"]
    await seen_everything(ana)
    assert times_shown(ana, "Round 1: ") == 1
    assert len((await stage.room(room)).rounds[0].takes) == 2


async def test_a_room_that_is_drawn_by_many_changes_at_once_ends_right(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await with_a_premise(ana)
    people = (ana, bo)
    await asyncio.gather(
        *(
            people[number % 2].command(room, "premise add", kind="theme", text=f"Theme {number}!")
            for number in range(12)
        )
    )
    for number in range(12):
        await ana.board(room, f"Theme {number}!")
    found = await stage.room(room)
    assert len(found.premises) == 13
    assert sum(times_shown(ana, f"Theme **{premise.id}**: ") for premise in found.premises) == 12


async def test_a_worker_that_comes_too_late_leaves_the_end_of_a_round_on_screen(
    ana: Person, stage: Stage
) -> None:
    room = await with_a_premise(ana)
    stage.tgi.pause = 0.01
    await ana.command(room, "synopsis", takes=1)
    await ana.sees("Then take", room)
    desk = stage.app.client._desk
    assert desk is not None
    late = LiveRounds(desk.rounds._posts, stage.app.rooms, now=desk.now, every=0.02)
    before = await stage.room(room)
    await late.started(before, 1)
    await ana.sees(WRITTEN, room)
    late.wrote(before, 1, 0, "Begun")
    late.wrote(before, 1, 0, "Begun and gone on with")
    await ana.sees(WRITING, room)  # as a worker shows that was frozen for longer than its lease
    await late.lost(room, 1)
    assert "Adopt A" in labels(await ana.sees(WRITTEN, room))
    assert times_shown(ana, "Round 1: ") == 1

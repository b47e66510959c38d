"""Rooms are opened, shown on their boards, locked, closed and opened again."""

from __future__ import annotations

from typing import Any

from bot.local_discord.seed import WRITERS_ROOM
from bot.story.room import RoomStatus
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels, text_of
from tests.bot.chat.stage import Stage


async def _threads(person: Person) -> dict[str, dict[str, Any]]:
    start = await person.client.call("GET", "/people/v1/start", user=person.id)
    return {thread["id"]: thread for thread in start["guilds"][0]["threads"]}


async def _with_a_draft(person: Person) -> str:
    room = await person.opens("The Dry Well")
    await person.command(room, "premise add", kind="setting", text="A valley without rain")
    await person.command(room, "synopsis", takes=1)
    await person.press("Adopt A")
    await person.board(room, "Draft 1, from take A of round 1")
    return room


async def test_a_room_opened_in_a_channel_is_a_new_thread_with_a_pinned_board(
    ana: Person, bo: Person
) -> None:
    room = await ana.opens("The Dry Well")
    thread = (await _threads(bo))[room]
    assert (thread["name"], thread["parent_id"]) == ("The Dry Well", WRITERS_ROOM)
    assert thread["type"] == 11  # public
    assert thread["thread_metadata"]["auto_archive_duration"] == 10_080  # a week
    board = await bo.board(room, "The Dry Well")
    assert text_of(board) == (
        "The Dry Well\n"
        "Feature film · about 150 words · English · Writers' room\n"
        "\n"
        "**Premises**\n"
        "None yet. Bring the first: a character, a place, a conflict.\n"
        "Opened by Ana"
    )
    assert labels(board) == ["Add a premise", "My premises", "Bible", "Export"]
    assert labels(board, enabled=False) == [
        *("Add a premise", "My premises", "Bible", "Write takes"),
        *("Note", "Drafts", "Lock", "Export"),
    ]


async def test_an_existing_thread_becomes_a_room(ana: Person, bo: Person, stage: Stage) -> None:
    thread = await bo.starts_a_thread("An old idea")
    before = await _threads(ana)
    assert await ana.opens("The Dry Well", where=thread) == thread
    assert (await _threads(ana)).keys() == before.keys()
    assert (await stage.room(thread)).opened_by == ana.id


async def test_the_board_says_what_the_room_was_opened_for(ana: Person) -> None:
    room = await ana.opens(
        "The Dry Well",
        form="series",
        length="long",
        language="en",
        preset="class",
        tone="dry, tender",
        rating="teen",
    )
    lines = text_of(await ana.board(room)).splitlines()
    assert lines[1:4] == [
        "Series · about 300 words · English · Class",
        "Tone: dry, tender",
        "For: Teen",
    ]


async def test_the_board_can_be_asked_for_again(ana: Person, bo: Person) -> None:
    room = await ana.opens("The Dry Well")
    first = await ana.board(room)
    await bo.command(room, "room board")
    await bo.private("Here is the board.")
    await bo.until(lambda: len(bo.client.named("CHANNEL_PINS_UPDATE")) > 1)
    second = await bo.board(room)
    assert second["id"] != first["id"]
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.until(lambda: "A valley without rain (Ana)" in text_of(bo.now(second)))


async def test_the_board_follows_every_change(ana: Person, bo: Person) -> None:
    room = await ana.opens("The Dry Well")
    board = await ana.board(room)
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.board(room, "**1** Setting: A valley without rain (Ana)")
    await bo.command(room, "premise add", kind="character", text="Mara")
    await ana.board(room, "**2** Character: Mara (Bo)")
    await bo.command(room, "premise edit", premise=2)
    await bo.submit(text="Mara, a well-digger")
    await ana.board(room, "**2** Character: Mara, a well-digger (Bo)")
    await ana.command(room, "premise withdraw", premise=1)
    await ana.until(lambda: "A valley" not in text_of(ana.now(board)))
    assert "Write takes" in labels(ana.now(board))
    await ana.command(room, "synopsis", takes=1)
    await bo.press("Adopt A")
    drafted = await ana.board(room, "Draft 1, from take A of round 1")
    assert labels(drafted) == labels(drafted, enabled=False)
    await ana.press("Lock", drafted)
    locked = await ana.board(room, "**Locked: this story is settled.**")
    assert "Canon: draft 1" in text_of(locked)
    assert labels(locked) == ["Bible", "Drafts", "Export"]
    assert [each["id"] for each in await ana.pins(room)] == [board["id"]]


async def test_a_draft_is_locked_by_slash_command_and_opened_again(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await _with_a_draft(ana)
    await ana.command(room, "room lock")
    await bo.sees("**Ana** locked draft 1. That is the story.", room)
    written = await bo.sees("Written.", room)
    await bo.until(lambda: labels(bo.now(written)) == ["Why"])
    assert (await stage.room(room)).canon == 1
    await ana.command(room, "room reopen")
    await bo.sees("**Ana** opened this room again.", room)
    await bo.until(lambda: labels(bo.now(written)) == ["Adopt A", "Again", "Why"])
    await bo.board(room, "Draft 1, from take A of round 1")
    assert (await stage.room(room)).canon is None


async def test_a_room_is_closed_without_a_story_and_opened_again(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await ana.opens("The Dry Well")
    await ana.command(room, "room close")
    await bo.sees("**Ana** closed this room.", room)
    assert labels(await bo.board(room, "**This room is closed.**")) == ["Bible", "Export"]
    await ana.command(room, "room reopen")
    await bo.sees("**Ana** opened this room again.", room)
    assert (await stage.room(room)).status is RoomStatus.OPEN


async def test_everything_still_works_after_the_app_was_built_again(
    ana: Person, bo: Person, stage: Stage
) -> None:
    room = await _with_a_draft(ana)
    await ana.press("Note", await ana.board(room))
    await ana.modal()
    await stage.restart()
    await ana.submit(text="Let her pay for it.")
    await bo.sees("**Ana**'s note on draft 1: Let her pay for it.", room)
    refined = await bo.sees("Round 2: 2 takes on the note", room)
    await bo.until(lambda: "Adopt A" in labels(bo.now(refined)))
    await stage.restart()
    await bo.press("Adopt A", refined)
    await ana.sees("**Bo** adopted take A. It is **draft 2** now.", room)
    await bo.press("My premises", await bo.board(room))
    await bo.private("You have no premise in this room yet.")
    await ana.press("My premises", await ana.board(room))
    await stage.restart()
    await ana.choose("1")
    await ana.press("Withdraw")
    await bo.sees("**Ana** withdrew premise **1**.", room)


async def test_discord_py_keeps_nothing_of_what_was_shown(ana: Person, stage: Stage) -> None:
    room = await _with_a_draft(ana)
    await ana.press("Note", await ana.board(room))
    await ana.submit(text="Let her pay for it.")
    await ana.press("My premises", await ana.board(room))
    await ana.press("Drafts", await ana.board(room))
    await ana.choose("Draft 1")
    await ana.private("Draft 1 is the current draft already.")
    await ana.press("Add a premise", await ana.board(room))
    await ana.modal()  # and never sends it
    store = stage.app.client._connection._view_store
    assert not store._views
    assert not store._modals
    assert not store._synced_message_views

"""Takes are adopted and become drafts; a room goes back to an earlier one and locks what is current."""

from __future__ import annotations

import pytest

from bot.story.commands import PlaceRound
from bot.words import words
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels, options, text_of
from tests.bot.chat.stage import Stage


@pytest.fixture
async def room(ana: Person) -> str:
    """A room with one written round of two takes."""
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.command(room, "synopsis", takes=2, seed=4)
    await ana.sees("Written.", room)
    return room


async def test_an_adopted_take_is_the_current_draft_on_board_and_round(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await bo.press("Adopt B")
    told = await ana.sees("**Bo** adopted take B. It is **draft 1** now.", room)
    assert labels(told) == [
        *("Note", "Rewrite", "Edit", "Parts", "Go on"),
        *("Next level", "Lock"),
    ], "and no Previous or Next, which would lead nowhere"
    board = await ana.board(room, "Draft 1, from take B of round 1")
    assert "Then take 5 of line 0" in text_of(board)
    adopted = await ana.sees("Take B · draft 1, adopted by Bo", room)
    assert "Written.\n" in text_of(adopted)  # nobody is asked to adopt one any more
    assert (await stage.room(room)).current == 1


async def test_a_message_that_is_not_the_round_s_any_more_adopts_nothing(
    room: str, ana: Person, stage: Stage
) -> None:
    placed = PlaceRound(at=1, round=1, message="1")  # as after a restore, when the number was given again
    await stage.app.rooms.act(room, placed, operation="placed elsewhere")
    await ana.press("Adopt A")
    await ana.private(words().say("refusal.not_its_message", round=1))
    assert (await stage.room(room)).current is None


async def test_the_room_goes_back_to_an_earlier_draft(room: str, ana: Person, bo: Person) -> None:
    await ana.press("Adopt A")
    await ana.sees("Take A · draft 1, adopted by Ana", room)
    await bo.press("Adopt B")
    await bo.board(room, "Draft 2, from take B")
    await bo.press("Drafts")
    listed = await bo.private("Choose the draft to go back to")
    assert [each["label"] for each in options(listed)] == ["Draft 1", "Draft 2 (current)"]
    assert options(listed)[0]["description"].startswith("Take A of round 1: In a valley without rain")
    await bo.choose("Draft 1")
    await ana.sees("**Bo** went back to **draft 1**.", room)
    await ana.board(room, "Draft 1, from take A of round 1")


async def test_a_take_adopted_before_becomes_current_again_by_its_button(
    room: str, ana: Person, bo: Person
) -> None:
    await ana.press("Adopt A")
    await ana.sees("Take A · draft 1, adopted by Ana", room)
    await ana.press("Adopt B")
    await ana.sees("Take B · draft 2, adopted by Ana", room)
    await bo.press("Adopt A")
    await ana.sees("**Bo** went back to **draft 1**.", room)


async def test_a_note_on_an_earlier_draft_branches_from_it(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.press("Adopt A")
    await ana.sees("Take A · draft 1, adopted by Ana", room)
    await ana.press("Adopt B")
    await ana.board(room, "Draft 2, from take B")
    await ana.press("Drafts")
    await ana.choose("Draft 1")
    back = await bo.sees("**Ana** went back to **draft 1**.", room)
    await bo.press("Note", back)
    await bo.submit(text="The ending is too neat.")
    refined = await ana.sees("Round 2: 2 takes on the note “The ending is too neat.”**\nWritten.", room)
    await ana.press("Adopt A", refined)
    await bo.sees("**Ana** adopted take A. It is **draft 3** now.", room)
    assert (await stage.room(room)).drafts[2].parent == 1


async def test_the_draft_that_is_told_of_can_be_locked_from_there(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await bo.press("Adopt A")
    told = await ana.sees("**Bo** adopted take A.", room)
    await ana.press("Lock", told)
    await bo.sees("**Ana** locked draft 1. That is the story.", room)
    board = await bo.board(room, "Canon: draft 1")
    assert "Lock" not in labels(board)
    assert (await stage.room(room)).canon == 1


async def test_a_locked_room_still_shows_its_drafts(room: str, ana: Person, bo: Person) -> None:
    await ana.press("Adopt A")
    await ana.board(room, "Draft 1, from take A")
    await ana.command(room, "room lock")
    board = await bo.board(room, "Canon: draft 1")
    await bo.press("Drafts", board)
    await bo.private("Choose the draft to go back to")

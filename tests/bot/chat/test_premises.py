"""Premises come in three ways, and only their authors change them."""

from __future__ import annotations

import pytest

from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels, options, text_of
from tests.bot.chat.stage import Stage


@pytest.fixture
async def room(ana: Person) -> str:
    return await ana.opens("The Dry Well")


async def test_a_premise_by_slash_command_is_told_to_the_room(room: str, ana: Person, bo: Person) -> None:
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.sees("**Ana** added Setting **1**: A valley without rain", room)


async def test_a_premise_by_button_is_asked_for_in_a_modal(room: str, bo: Person, ana: Person) -> None:
    await bo.press("Add a premise")
    assert (await bo.modal())["title"] == "Add a premise"
    await bo.submit(kind="character", text="Mara, who is afraid of the dark")
    await ana.sees("**Bo** added Character **1**: Mara, who is afraid of the dark", room)


async def test_a_message_picked_up_unchanged_is_its_authors_premise(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    message = await bo.says(room, "The well answers when she sings")
    await ana.menu("Add to the story", message)
    await ana.submit(kind="twist")
    await bo.sees("**Ana** added Twist **1** in Bo's words: The well answers when she sings", room)
    premise = (await stage.room(room)).premises[0]
    assert (premise.author, premise.added_by) == (bo.id, ana.id)


async def test_a_message_changed_on_the_way_is_the_premise_of_who_changed_it(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    message = await bo.says(room, "The well answers")
    await ana.menu("Add to the story", message)
    await ana.submit(kind="twist", text="The well answers, but only at night")
    await bo.sees("**Ana** added Twist **1**: The well answers, but only at night", room)
    assert (await stage.room(room)).premises[0].author == ana.id


async def test_a_picked_up_premise_belongs_to_who_wrote_the_message(
    room: str, ana: Person, bo: Person
) -> None:
    await ana.menu("Add to the story", await bo.says(room, "The well answers"))
    await ana.submit(kind="twist")
    await bo.sees("in Bo's words", room)
    await bo.command(room, "premise edit", premise=1)
    await bo.submit(text="The well is silent")
    await ana.sees("**Bo** changed Twist **1**: The well is silent", room)


async def test_ones_own_premise_is_changed_through_my_premises(room: str, ana: Person, bo: Person) -> None:
    await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.command(room, "premise add", kind="character", text="Mara")
    await bo.press("My premises")
    listed = await bo.private("Choose one of your premises")
    assert [(each["label"], each["description"]) for each in options(listed)] == [
        ("1 · Setting", "A valley without rain")
    ]
    await bo.choose("1")
    chosen = await bo.private("A valley without rain")
    assert chosen["id"] == listed["id"]
    assert labels(chosen) == [
        *("Edit", "Secret", "History", "Bible"),
        *("Pin", "Lock card", "Open to all", "Withdraw"),
    ]
    await bo.press("Edit")
    assert (await bo.modal())["title"] == "Edit card 1"
    await bo.submit(kind="conflict", text="A valley where rain is forbidden")
    await ana.sees("**Bo** changed Conflict **1**: A valley where rain is forbidden", room)


async def test_ones_own_premise_is_withdrawn_through_my_premises(room: str, ana: Person, bo: Person) -> None:
    await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.board(room, "A valley without rain")
    await bo.press("My premises")
    await bo.choose("1")
    await bo.press("Withdraw")
    await ana.sees("**Bo** withdrew premise **1**.", room)
    await ana.board(room, "None yet.")


async def test_a_premise_is_withdrawn_by_slash_command(room: str, ana: Person, bo: Person) -> None:
    await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.command(room, "premise withdraw", premise=1)
    await ana.sees("**Bo** withdrew premise **1**.", room)


async def test_only_ones_own_premises_are_suggested(room: str, ana: Person, bo: Person) -> None:
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.command(room, "premise add", kind="character", text="Mara, a well-digger")
    await bo.command(room, "premise add", kind="twist", text="The well answers")
    for command in ("premise edit", "premise withdraw"):
        found = await bo.suggestions(room, command, premise="")
        assert [(each["name"], each["value"]) for each in found] == [
            ("2 · Character · Mara, a well-digger", 2),
            ("3 · Twist · The well answers", 3),
        ]
    found = await bo.suggestions(room, "premise edit", premise="ANSW")
    assert [each["value"] for each in found] == [3]


async def test_a_modal_sent_unchanged_says_that_nothing_changed(room: str, bo: Person) -> None:
    await bo.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.command(room, "premise edit", premise=1)
    await bo.submit()
    await bo.private("Nothing was changed")


async def test_who_has_no_premise_is_told_how_to_bring_one(room: str, ana: Person, bo: Person) -> None:
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.press("My premises")
    told = await bo.private("You have no premise in this room yet.")
    assert "/premise add" in text_of(told)

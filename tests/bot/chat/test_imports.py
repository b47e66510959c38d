"""A room is taken away as JSON and brought back: the same room, elsewhere; what is no room opens none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.documents.forms import document
from bot.local_discord.seed import WRITERS_ROOM
from bot.story.document.portable import Export
from bot.story.importing import FILE_LIMIT
from bot.words import words
from tests.bot.chat.person import Person
from tests.bot.chat.reading import text_of
from tests.bot.chat.stage import Stage
from tests.bot.documents.test_every_form import a_crowded_room
from tests.bot.writing.scripted_tgi import silent


async def written(ana: Person, bo: Person) -> str:
    """A room with two premises, a round, a draft and a note's round; not locked."""
    room = await ana.opens("井 The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.command(room, "premise add", kind="character", text="玛拉，挖井人")
    await bo.command(room, "synopsis", takes=2, seed=4)
    await bo.press("Adopt B")
    await bo.board(room, "Draft 1")
    return room


async def exported(person: Person, room: str) -> bytes:
    asked = await person.command(room, "export", format="json")
    return next(iter((await person.downloads(await person.private("Here it is", to=asked))).values()))


async def brings(person: Person, content: bytes, name: str = "room.json", where: str = WRITERS_ROOM) -> str:
    """Import a file; the interaction."""
    return await person.command(where, "import", file=await person.uploads(name, content))


async def thread_of(person: Person, interaction: str) -> str:
    made = await person.private("<#", to=interaction)
    return text_of(made).partition("<#")[2].partition(">")[0]


def without_places(told: dict[str, Any]) -> dict[str, Any]:
    """An export without what belongs to where and by whom it was brought."""
    told = json.loads(json.dumps(told))
    for key in ("id", "guild", "board", "imports", "people", "revision", "changed_at"):
        told["room"].pop(key)
    for one in told["room"]["rounds"]:
        one.pop("message")
    told.pop("events")
    return told


async def test_a_room_that_was_taken_away_is_brought_back_whole(
    ana: Person, bo: Person, dee: Person, stage: Stage
) -> None:
    room = await written(ana, bo)
    content = await exported(bo, room)
    there = await thread_of(dee, await brings(dee, content))
    assert there != room
    await dee.board(there, "A valley without rain")
    notice = await dee.sees("**Dee** imported this room from an export. People named in it: 3.", there)
    assert notice["mentions"] == []
    kept = await stage.room(there)
    assert kept.drafts == (await stage.room(room)).drafts
    assert [one.by.name for one in kept.imports] == ["Dee"]
    await dee.sees("Round 1", there)
    again = json.loads(await exported(dee, there))
    assert without_places(again) == without_places(json.loads(content))
    # It is a room like any other: people go on where they were, and who brought it in may lead it.
    await bo.press("Note", await bo.board(there, "Draft 1"))
    await bo.submit(text="Darker.")
    await dee.sees("Darker", there)
    await dee.command(there, "room lock")
    await dee.board(there, "Canon: draft 1")


async def test_a_round_that_was_cancelled_elsewhere_is_not_shown_in_the_new_thread(
    ana: Person, bo: Person, dee: Person, stage: Stage
) -> None:
    room = await written(ana, bo)
    stage.tgi.answers = [silent()] * 4
    await ana.command(room, "synopsis", takes=1)
    await ana.press("Cancel", await ana.sees("Round 2: 1 take**\nBeing written", room))
    await ana.sees("**Ana** cancelled this round", room)
    there = await thread_of(dee, await brings(dee, await exported(ana, room)))
    await dee.board(there, "A valley without rain")
    assert (await stage.room(there)).rounds[1].cancelled_by is not None
    await stage.app.deadlines._look_at(there)
    assert (await stage.room(there)).rounds[1].message is None


async def test_a_thread_that_is_no_room_becomes_the_room(ana: Person, bo: Person, stage: Stage) -> None:
    content = await exported(ana, await written(ana, bo))
    thread = await ana.starts_a_thread("Here, please")
    assert await thread_of(ana, await brings(ana, content, where=thread)) == thread
    assert (await stage.room(thread)).brief.title == "井 The Dry Well"


async def test_a_thread_that_is_a_room_stays_as_it_is(ana: Person, bo: Person, stage: Stage) -> None:
    room = await written(ana, bo)
    before = await stage.room(room)
    sent = await brings(bo, await exported(ana, room), where=room)
    await bo.private("This thread is a story room already", to=sent)
    assert await stage.room(room) == before


async def test_the_same_import_delivered_twice_makes_one_room(ana: Person, bo: Person, stage: Stage) -> None:
    content = await exported(ana, await written(ana, bo))
    sent = await brings(ana, content)
    there = await thread_of(ana, sent)
    await ana.sees("Round 1", there)
    await stage.redeliver(sent)
    await brings(ana, b"", "x.txt")  # answered after it
    opened = [one for one in await stage.ledger() if one["method"] == "POST" and "/threads" in one["route"]]
    assert len(opened) == 2, "the first room's thread and the import's"
    happened = [event.type for event in await stage.app.rooms.events(there)]
    assert (happened.count("RoomOpened"), happened.count("PremiseAdded")) == (1, 2)


async def test_a_room_of_five_hundred_premises_is_brought_back(ana: Person, stage: Stage) -> None:
    room, log = a_crowded_room()
    content = document("json", log, say=words().say)
    there = await thread_of(ana, await brings(ana, content))
    await ana.sees("Round 2", there)
    kept = await stage.room(there)
    assert (kept.premises, kept.drafts) == (room.premises, room.drafts)
    assert await exported(ana, there)


async def test_rounds_that_nobody_will_write_are_given_up(ana: Person, bo: Person, stage: Stage) -> None:
    told = json.loads(await exported(ana, await written(ana, bo)))
    told["events"] = [
        event for event in told["events"] if event["type"] not in ("TakeWritten", "DraftAdopted")
    ]
    there = await thread_of(ana, await brings(ana, json.dumps(told).encode()))
    await ana.sees("This round was not finished yet when the room was exported.", there)
    assert (await stage.room(there)).open_rounds == ()


def torn(content: bytes) -> bytes:
    return content[: len(content) // 2]


def newer(content: bytes) -> bytes:
    return json.dumps(json.loads(content) | {"version": 2}).encode()


def mistyped(content: bytes) -> bytes:
    told = json.loads(content)
    told["events"][2]["text"] = 7
    return json.dumps(told).encode()


def unheld(content: bytes) -> bytes:
    told = json.loads(content)
    return json.dumps(told | {"events": told["events"][:1] + told["events"][3:]}).encode()


@pytest.mark.parametrize(
    ("spoilt", "sentence"),
    [
        (torn, "That is not the JSON of a story room, or the file is not whole."),
        (newer, "A newer version of me made this file (version 2; I know 1)."),
        (mistyped, "cannot be read: events[2].text."),
        (unheld, "The events in this file do not make a room together"),
        (lambda _: b"[" * 200_000, "That is not the JSON of a story room"),
        (lambda _: b"", "That is not the JSON of a story room"),
        (lambda _: b" " * (FILE_LIMIT + 1), "The file has 8.1 MB, and no room's export is over 8 MB."),
    ],
    ids=["torn", "newer", "mistyped", "unheld", "deep", "empty", "large"],
)
async def test_a_file_that_is_no_room_opens_none(
    spoilt: Any, sentence: str, ana: Person, bo: Person, stage: Stage
) -> None:
    content = await exported(ana, await written(ana, bo))
    sent = await brings(ana, spoilt(content))
    await ana.private(sentence, to=sent)
    opened = [one for one in await stage.ledger() if one["method"] == "POST" and "/threads" in one["route"]]
    assert len(opened) == 1, "only the room that was exported"


async def test_a_file_of_another_kind_is_not_read(ana: Person) -> None:
    sent = await brings(ana, b"# The Dry Well", "the-dry-well.md")
    await ana.private("That is no JSON file.", to=sent)


async def test_who_reads_chinese_is_told_in_chinese(chen: Person) -> None:
    await chen.private("这不是 JSON 文件", to=await brings(chen, b"x", "x.txt"))


async def test_an_export_is_what_the_library_reads(ana: Person, bo: Person) -> None:
    content = await exported(ana, await written(ana, bo))
    assert Export.model_validate_json(content).room.brief.title == "井 The Dry Well"

"""Notes as tickets: written for later, answered together by a draft, settled by hand, given to somebody."""

from __future__ import annotations

import pytest

from bot.story.tickets import NoteStatus
from tests.bot.chat.asides import EN, everything, seen_everything, told, with_a_draft
from tests.bot.chat.person import Person
from tests.bot.chat.reading import options, text_of
from tests.bot.chat.stage import Stage


@pytest.fixture
async def room(ana: Person) -> str:
    return await with_a_draft(ana)


async def test_a_note_for_later_is_open_on_the_board_until_a_draft_answers_it(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await bo.command(room, "note add", text="Let her pay for it.")
    await ana.sees("**Bo**'s note 1 on draft 1: Let her pay for it.", room)
    await ana.board(room, "1 note open")
    await ana.command(room, "note add", text="Less rain.")
    await ana.board(room, "2 notes open")
    await bo.command(room, "note list")
    listed = await bo.private("**1** Let her pay for it. (Bo)")
    assert [each["label"] for each in options(listed)] == ["1 · Let her pay for it.", "2 · Less rain."]
    await bo.client.press(listed, "sr1:notes_answered:" + room + ":0", values=["1", "2"])
    await ana.sees("**Bo** asks for a draft that answers notes 1, 2.", room)
    refined = await ana.sees("Round 2: 2 takes", room)
    await ana.until(lambda: "Written." in text_of(ana.now(refined)))
    assert (await stage.room(room)).rounds[1].answers == (1, 2)
    prompt = stage.tgi.requests[-1]["inputs"]
    assert "Let her pay for it." in prompt
    assert "Less rain." in prompt
    await ana.press("Adopt A", refined)
    await bo.sees("**Ana** adopted take A. It is **draft 2** now.", room)
    await bo.sees("This draft answers notes 1, 2.", room)
    found = await stage.room(room)
    assert [found.status_of(note) for note in found.notes] == [NoteStatus.ANSWERED] * 2
    assert "notes open" not in text_of(await ana.board(room, "Draft 2"))


async def test_a_refinement_on_one_note_says_which_it_answers(room: str, ana: Person, bo: Person) -> None:
    await bo.press("Note")
    await bo.submit(text="The ending is too neat.")
    refined = await ana.sees("on the note “The ending is too neat.”**\nWritten.", room)
    await ana.press("Adopt B", refined)
    await bo.sees("This draft answers note 1.", room)
    await bo.command(room, "note list")
    await bo.private("~~**1**~~ The ending is too neat. (Bo; answered by draft 2)")


async def test_notes_are_settled_dropped_and_opened_again_by_who_may(
    room: str, ana: Person, bo: Person, dee: Person, stage: Stage
) -> None:
    await bo.command(room, "note add", text="Less rain.")
    sent = await dee.command(room, "note done", note=1)
    await told(dee, ana, EN.say("refusal.not_your_note", author="Bo"), to=sent)
    await bo.command(room, "note done", note=1)
    await ana.sees("**Bo** says that note 1 is answered: Less rain.", room)
    sent = await bo.command(room, "note drop", note=1)
    await told(bo, ana, EN.say("refusal.note_is_settled", note=1), to=sent)
    await ana.command(room, "note reopen", note=1)
    await bo.sees("**Ana** opened note 1 again: Less rain.", room)
    sent = await bo.command(room, "note reopen", note=1)
    await told(bo, ana, EN.say("refusal.note_is_open", note=1), to=sent)
    await bo.command(room, "note drop", note=1)
    await ana.sees("**Bo** dropped note 1: Less rain.", room)
    found = await stage.room(room)
    assert found.status_of(found.notes[0]) is NoteStatus.DROPPED
    sent = await bo.command(room, "note done", note=7)
    await told(bo, ana, EN.say("refusal.no_such_note", note=7), to=sent)


async def test_a_note_is_given_to_somebody_who_is_named_and_not_pinged(
    room: str, ana: Person, bo: Person, dee: Person, stage: Stage
) -> None:
    await bo.command(room, "note add", text="Less rain.", person=dee.id)
    noted = await ana.sees("**Bo**'s note 1 on draft 1, for Dee: Less rain.", room)
    assert noted["mentions"] == []
    await dee.command(room, "note done", note=1)
    await ana.sees("**Dee** says that note 1 is answered", room)
    await dee.command(room, "note reopen", note=1)
    await dee.command(room, "note assign", note=1)
    await ana.sees("Note 1 is nobody's now, says **Dee**", room)
    assert (await stage.room(room)).notes[0].assigned is None


async def test_a_note_of_four_thousand_characters_is_kept_whole_and_one_more_is_given_back(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    long = "A long note. " * 307 + "The end.."  # 4,000 characters
    assert len(long) == 4000
    await bo.command(room, "note add", text=long)
    await ana.sees("**Bo**'s note 1 on draft 1: A long note.", room)
    assert (await stage.room(room)).notes[0].text == long
    await bo.press("Note")
    await bo.submit(text=long)
    assert (await stage.room(room)).notes[1].text == long


async def test_what_people_type_into_a_note_is_quoted(room: str, ana: Person, bo: Person) -> None:
    await bo.command(room, "note add", text="@everyone **bold** <@1> # x")
    noted = await ana.sees("note 1 on draft 1: @\u200beveryone \\*\\*bold\\*\\*", room)
    assert noted["mention_everyone"] is False


async def test_a_list_of_no_notes_says_how_to_write_one(room: str, bo: Person, ana: Person) -> None:
    await bo.command(room, "note list")
    await bo.private(EN.say("ticket.list_empty"))
    await seen_everything(ana)
    assert EN.say("ticket.list_empty") not in everything(ana)


async def test_many_notes_are_paged_and_suggested(room: str, ana: Person, bo: Person) -> None:
    for number in range(1, 13):
        await bo.command(room, "note add", text=f"Note of the number {number}.")
    await bo.command(room, "note list")
    first = await bo.private("**12** Note of the number 12.")
    assert "**2** " not in text_of(first)
    await bo.press("Older", first)
    await bo.private("**2** Note of the number 2.")
    found = await bo.suggestions(room, "note done", note="number 1")
    assert [each["value"] for each in found] == [1, 10, 11, 12]
    await ana.board(room, "12 notes open")

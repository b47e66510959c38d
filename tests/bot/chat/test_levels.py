"""Levels on Discord: written with /write, gone through, changed by hand, their parts locked."""

from __future__ import annotations

import pytest

from bot.story.levels import Level
from bot.story.parts import parts_of
from tests.bot.chat.asides import at_rest, told, with_a_draft, written
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels, options, text_of
from tests.bot.chat.stage import Stage
from tests.bot.writing.scripted_tgi import WORDS, prose


def various(seed: int) -> str:
    """Sentences that differ by seed, so that no part repeats another."""
    picked = [WORDS[(seed * 11 + 5 * n + n * n) % len(WORDS)] for n in range(6)]
    return " " + " ".join(picked).capitalize() + "." + prose(seed, sentences=1)


@pytest.fixture
async def room(ana: Person, stage: Stage) -> str:
    """A room whose take A of round 1 is adopted; what is written from here on differs by seed."""
    room = await with_a_draft(ana)
    await ana.sees("draft 1, adopted by Ana", room)  # the buttons of the round are fresh
    stage.tgi.text = various
    return room


async def with_beats(ana: Person, room: str) -> None:
    await ana.command(room, "write", level="beats", takes=1)
    await ana.sees("Round 2: 1 take (Beats)**\nWritten.", room)
    await ana.press("Adopt A")
    await ana.sees("It is **draft 2** now.", room)


async def test_beats_are_written_to_the_structure_form_and_adopted(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await with_beats(ana, room)
    found = await stage.room(room)
    draft = found.draft_at(Level.BEATS)
    assert draft is not None
    parts = parts_of(Level.BEATS, found.text_of(draft))
    assert parts[0].heading == "Setup"
    assert parts[-1].heading == "Resolution"
    assert draft.rests_on == 1
    await bo.board(room, "Synopsis: draft 1 · Beats: draft 2")


async def test_beats_are_shown_to_be_out_of_date_when_the_synopsis_moved_on(
    room: str, ana: Person, bo: Person
) -> None:
    await with_beats(ana, room)
    await ana.press("Adopt B")
    await ana.sees("It is **draft 3** now.", room)
    await bo.board(room, "Synopsis: draft 3 · Beats: draft 2 (out of date)")
    await bo.command(room, "write", level="beats", act="parts")
    menu = await bo.private("a locked part stays as it is")
    assert {option["emoji"]["name"] for option in options(menu)} == {"⚠️"}


async def test_a_level_that_is_written_from_another_says_what_to_write_first(
    room: str, ana: Person, bo: Person
) -> None:
    await ana.command(room, "write", level="outline")
    await told(ana, bo, "“Scene outline” is written from “Beats”, and there is no draft of that yet.")


async def test_the_next_level_is_a_button_on_the_draft(room: str, ana: Person) -> None:
    await ana.press("Next level")
    await ana.sees("Round 2: 3 takes (Beats)", room)


async def test_a_draft_is_changed_by_hand_in_a_modal_with_its_text(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    before = (await stage.room(room)).text_of((await stage.room(room)).drafts[0])
    await bo.press("Edit")
    modal = await bo.modal()
    field = modal["components"][0]["component"]
    assert (modal["title"], field["value"]) == ("Edit draft 1", before)
    await bo.submit(text1="A valley *dries*. Mara stays.")
    edited = await ana.sees("**Bo** changed draft 1 by hand. It is **draft 2** now (Synopsis).", room)
    assert "A valley \\*dries\\*. Mara stays." in text_of(edited)
    found = await stage.room(room)
    assert (found.drafts[1].adopted_by, found.drafts[1].parent, found.current) == (bo.id, 1, 2)
    await ana.board(room, "Draft 2, changed by hand by Bo")


async def test_who_edits_a_draft_that_moved_on_gets_their_words_back(
    room: str, ana: Person, bo: Person
) -> None:
    await bo.press("Edit")
    await bo.modal()
    await ana.press("Adopt B")
    await ana.sees("It is **draft 2** now.", room)
    await bo.submit(text1="My own long words.")
    refused = await told(bo, ana, "The room moved on from draft 1 to draft 2")
    assert "My own long words." in text_of(refused)


async def test_a_long_draft_is_edited_in_parts_and_nothing_between_them_is_lost(
    room: str, ana: Person, stage: Stage
) -> None:
    line = "x" * 99
    long = "\n".join(f"{number}. {line}" for number in range(1, 91))  # 9,300 characters
    await ana.press("Edit")
    await ana.modal()
    await ana.submit(text1=long[:4000])
    await ana.sees("It is **draft 2** now", room)
    found = await stage.room(room)
    assert len(found.text_of(found.drafts[1])) >= 3990
    await ana.press("Edit")
    modal = await ana.modal()
    assert len(modal["components"]) == 1
    await ana.submit(text1=modal["components"][0]["component"]["value"])
    await ana.private("Nothing was changed: it says that already.")


async def test_one_goes_back_and_on_among_the_drafts_of_a_level(room: str, ana: Person, bo: Person) -> None:
    await ana.press("Adopt B")
    await ana.sees("It is **draft 2** now.", room)
    await bo.press("Previous draft")
    back = await ana.sees("**Bo** went to **draft 1** (Synopsis).", room)
    assert "Draft 1 · Synopsis" in text_of(back)
    assert "Previous draft" not in labels(back), "there is none before the first"
    await bo.command(room, "write", level="synopsis", act="previous")
    await told(bo, ana, "Draft 1 is the first of its kind here (Synopsis).")
    await bo.command(room, "write", level="synopsis", act="next")
    await ana.sees("**Bo** went to **draft 2** (Synopsis).", room)
    await bo.command(room, "write", level="synopsis", act="next")
    await told(bo, ana, "Draft 2 is the newest of its kind here (Synopsis).")
    await bo.command(room, "write", level="beats", act="previous")
    await told(bo, ana, "There is no draft of this kind yet: Beats.")


async def test_a_locked_part_survives_the_next_beats_to_the_letter(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await with_beats(ana, room)
    old = (await stage.room(room)).text_of((await stage.room(room)).drafts[1]).split("\n")
    await bo.press("Parts")
    await bo.private("a locked part stays as it is")
    await bo.choose("3 · ")
    await bo.until(lambda: _locked(bo) == [3], "a lock beside part 3")
    await ana.command(room, "write", level="beats", takes=1)
    await written(ana, 3)
    found = await stage.room(room)
    new = found.rounds[-1].takes[0].text.split("\n")
    assert new[2] == old[2]
    assert [n for n in range(len(old)) if new[n] == old[n]] == [2]


async def test_a_part_is_unlocked_by_choosing_it_again(room: str, ana: Person, stage: Stage) -> None:
    await ana.press("Parts")
    await ana.private("a locked part stays as it is")
    await ana.choose("1 · ")
    await ana.until(lambda: _locked(ana) == [1], "a lock beside part 1")
    await ana.choose("1 · ")
    await ana.until(lambda: _locked(ana) == [], "no lock any more")
    assert (await stage.room(room)).drafts[0].locked == ()


async def test_going_on_at_another_level_makes_it_the_rooms_work(
    room: str, ana: Person, stage: Stage
) -> None:
    await with_beats(ana, room)
    await ana.command(room, "write", level="synopsis", act="go_on")
    await ana.sees("Round 3: 2 takes · draft 1 continued", room)
    await written(ana, 3)
    found = await stage.room(room)
    before = found.text_of(found.drafts[0])
    assert all(take.text.startswith(before) for take in found.rounds[2].takes)


async def test_a_structure_form_is_chosen_for_all_to_see(room: str, ana: Person, bo: Person) -> None:
    await bo.command(room, "structure form")
    shown = await told(bo, ana, "This room is written to **Three acts**, 9 beats.")
    assert "Syd Field" in text_of(shown)
    await bo.command(room, "structure form", form="qi-cheng-zhuan-he")
    await ana.sees("**Bo** chose the structure form **Qi-cheng-zhuan-he (four turns)**: Beginning → ", room)
    await ana.command(room, "write", level="beats", takes=1)
    beats = await written(ana, 2)
    assert "1. Beginning" in text_of(beats)
    assert "4. Conclusion" in text_of(beats)


async def test_a_structure_reading_cites_or_says_that_it_found_none(
    room: str, ana: Person, bo: Person
) -> None:
    await ana.press("Edit")
    await ana.modal()
    await ana.submit(text1="Mara wants to find water. The sky is blue.")
    await ana.sees("It is **draft 2** now", room)
    await bo.command(room, "structure reading")
    reading = await told(bo, ana, "**Structure of draft 2**")
    assert "**Want**: sentence 1, “Mara wants to find water.”" in text_of(reading)
    assert "**Turn**: no sentence found." in text_of(reading)
    await bo.command(room, "structure reading", draft=9)
    await told(bo, ana, "There is no draft 9 in this room.")


async def test_all_of_it_works_after_a_restart(room: str, ana: Person, stage: Stage) -> None:
    await stage.restart()
    await ana.press("Parts")
    await ana.private("a locked part stays as it is")
    await ana.choose("2 · ")
    await ana.until(lambda: _locked(ana) == [2], "a lock beside part 2")
    await ana.press("Edit")
    await ana.modal()
    await ana.submit(text1="After the restart.")
    await ana.sees("changed draft 1 by hand", room)


async def test_an_edit_delivered_twice_is_one_draft(room: str, ana: Person, stage: Stage) -> None:
    await ana.press("Edit")
    await ana.modal()
    sent = await ana.submit(text1="Once.")
    await ana.sees("It is **draft 2** now", room)
    await stage.redeliver(sent)
    await at_rest(stage, ana)
    assert len((await stage.room(room)).drafts) == 2


async def test_a_room_in_chinese_reads_in_chinese(chen: Person, stage: Stage) -> None:
    room = await chen.opens("枯井")
    await chen.command(room, "premise add", kind="character", text="阿良，挖井人")
    stage.tgi.text = _chinese
    await chen.command(room, "write", level="logline", takes=1)
    await chen.sees("第 1 轮：1 个版本（一句话梗概）", room)
    await chen.press("采用 A")
    adopted = await chen.sees("第 1 稿", room)
    assert labels(adopted)[:3] == ["批注", "改写", "手工改写"]
    await chen.command(room, "structure form")
    await chen.private("这间故事室按**三幕式**来写，共 9 个节拍。")


def _chinese(seed: int) -> str:
    signs = "山水火木金土日月风云雨雪江河湖海花草树鸟"
    picked = "".join(signs[(seed * 7 + n * n + 3 * n) % len(signs)] for n in range(14))
    return f"阿良在{picked}里找到了水。"


def _locked(person: Person) -> list[int]:
    """The parts that the newest menu of parts shows as locked."""
    menus = [each for each in person.messages() if "a locked part stays" in text_of(each)]
    if not menus:
        return [-1]
    return [int(each["value"]) for each in options(menus[-1]) if each.get("emoji")]

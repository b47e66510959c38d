"""Rewritings and readings on Discord: one question a message, the round before everybody's eyes."""

from __future__ import annotations

import pytest

from bot.story.coverage import points_of
from bot.story.parts import parts_of
from bot.story.room import Room
from tests.bot.chat.asides import every_round_ended, seen_everything, times_shown, told, written
from tests.bot.chat.person import Person
from tests.bot.chat.reading import is_private, labels, options, text_of
from tests.bot.chat.stage import Stage
from tests.bot.chat.test_levels import various
from tests.bot.writing.scripted_tgi import says

DRAFT = "Mara digs in a dry valley. The landlord forbids it. She digs at night. Water comes. Nobody drinks."


@pytest.fixture
async def room(ana: Person, stage: Stage) -> str:
    """A room with two characters whose draft 2 is five sentences, written by hand."""
    room = await ana.opens()
    await ana.command(room, "premise add", kind="character", text="Mara, a well-digger")
    await ana.command(room, "premise add", kind="character", text="Old Tom, the landlord")
    stage.tgi.text = various
    await ana.command(room, "synopsis", takes=2)
    await written(ana, 1)
    await ana.press("Adopt A")
    await ana.sees("It is **draft 1** now.", room)
    await ana.press("Edit")
    await ana.modal()
    await ana.submit(text1=DRAFT)
    await ana.sees("It is **draft 2** now", room)
    return room


async def texts(stage: Stage, room: str, rounds: int = 2) -> list[str]:
    found = await every_round_ended(stage, room, rounds)
    return [take.text for take in found.rounds[-1].takes]


@pytest.mark.usefixtures("room")
async def test_the_draft_has_a_button_that_opens_every_rewriting_in_the_order_of_use(
    bo: Person, ana: Person
) -> None:
    await bo.press("Rewrite")
    menu = await told(bo, ana, "What should become of draft 2?")
    assert [option["label"] for option in options(menu)] == [
        *("Rewrite a sentence", "Rewrite from a sentence on", "Shorter", "Longer", "Darker", "Funnier"),
        *("Another point of view", "Splice with another text", "Three endings", "What if"),
    ]


async def test_a_sentence_is_chosen_from_a_list_and_rewritten_alone(
    room: str, bo: Person, ana: Person, stage: Stage
) -> None:
    await bo.press("Rewrite")
    await bo.private("What should become of draft 2?")
    await bo.choose("Rewrite a sentence")
    menu = await bo.private("Which sentence?")
    assert [option["label"] for option in options(menu)][:2] == [
        "1 · Mara digs in a dry valley.",
        "2 · The landlord forbids it.",
    ]
    await bo.choose("2 · ")
    await bo.private("Round 2 is on its way; it shows in this room.")
    await ana.sees("Round 2: 3 takes · draft 2 with sentence 2 rewritten**\nWritten.", room)
    for text in await texts(stage, room):
        assert text.startswith("Mara digs in a dry valley. ")
        assert text.endswith(" She digs at night. Water comes. Nobody drinks.")
        assert "forbids" not in text


@pytest.mark.usefixtures("room")
async def test_a_choice_made_in_one_message_leaves_nothing_to_choose(bo: Person) -> None:
    await bo.press("Rewrite")
    menu = await bo.private("What should become of draft 2?")
    await bo.choose("Darker")
    await bo.private("Round 2 is on its way")
    assert options(bo.now(menu)) == []


async def test_a_draft_of_many_sentences_is_chosen_from_by_pages(
    room: str, ana: Person, stage: Stage
) -> None:
    many = " ".join(f"Sentence number {number} is here." for number in range(1, 61))
    await ana.press("Edit")
    await ana.modal()
    await ana.submit(text1=many)
    await ana.sees("It is **draft 3** now", room)
    await ana.command(room, "rewrite onward")
    menu = await ana.private("Which sentence?")
    assert len(options(menu)) == 25
    await ana.press("More", menu)
    await ana.until(lambda: "26 · " in options(ana.now(menu))[0]["label"], "the second page")
    await ana.press("More", menu)
    await ana.until(lambda: len(options(ana.now(menu))) == 10, "the last page")
    await ana.choose("60 · ")
    await written(ana, 2)
    kept = many[: many.index("Sentence number 60")]
    assert all(text.startswith(kept) for text in await texts(stage, room))


@pytest.mark.parametrize("kind", ["shorter", "longer", "darker", "funnier"])
async def test_a_rewriting_of_the_whole_is_one_command(
    room: str, ana: Person, bo: Person, stage: Stage, kind: str
) -> None:
    await bo.command(room, f"rewrite {kind}")
    await ana.sees(f"Round 2: 2 takes · draft 2 made {kind}**", room)
    await written(ana, 2)
    found = await stage.room(room)
    assert found.rounds[1].takes[0].receipt.program == f"{kind}.en/1"
    assert f"Text: {DRAFT}" in stage.tgi.requests[-1]["inputs"]


async def test_three_endings_share_all_but_the_last_sentences(room: str, ana: Person, stage: Stage) -> None:
    await ana.command(room, "rewrite endings")
    message = await written(ana, 2)
    assert labels(message)[:3] == ["Adopt A", "Adopt B", "Adopt C"]
    kept = DRAFT[: DRAFT.index("Water comes.")]
    endings = await texts(stage, room)
    assert all(text.startswith(kept) for text in endings)
    assert len(set(endings)) == 3


async def test_a_draft_is_told_through_somebodys_eyes(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await bo.command(room, "rewrite viewpoint")
    menu = await told(bo, ana, "Through whose eyes?")
    assert [option["label"] for option in options(menu)] == ["1 · Mara", "2 · Old Tom"]
    await bo.choose("2 · Old Tom")
    await ana.sees("Round 2: 2 takes · draft 2 as Old Tom lives it**", room)
    await written(ana, 2)
    assert all(text.startswith("Old Tom") for text in await texts(stage, room))
    assert "Now as this person lives it: Old Tom" in stage.tgi.requests[-1]["inputs"]


async def test_two_texts_are_spliced_and_one_with_itself_is_not(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await bo.command(room, "rewrite splice", second=2)
    await told(bo, ana, "Both texts are the same")
    await bo.command(room, "rewrite splice")
    menu = await bo.private("Which text should be spliced into draft 2?")
    assert [option["label"].split(":")[0] for option in options(menu)] == ["Draft 1", "Round 1, take B"]
    await bo.choose("Round 1, take B")
    await ana.sees("Round 2: 2 takes · two texts spliced**", room)
    await written(ana, 2)
    found = await stage.room(room)
    second = found.rounds[0].takes[1].text
    assert f"Second version: {second}" in stage.tgi.requests[-1]["inputs"]


async def test_what_if_is_asked_in_a_modal_or_given_at_once(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await bo.press("Rewrite")
    await bo.private("What should become of draft 2?")
    await bo.choose("What if")
    modal = await bo.modal()
    assert modal["title"] == "What if?"
    await bo.submit(text="the *well* is hidden")
    await ana.sees("draft 2, what if: the \\*well\\* is hidden**", room)
    await written(ana, 2)
    assert "What if: the *well* is hidden" in stage.tgi.requests[-1]["inputs"]
    await bo.command(room, "rewrite what-if", idea="it rains")
    await ana.sees("draft 2, what if: it rains**", room)


async def test_a_character_answers_before_everybody(room: str, ana: Person, bo: Person, stage: Stage) -> None:
    stage.tgi.text = lambda _: "I dig because nobody else does.” And more."
    await bo.command(room, "interview", character=1, question="Why do you dig?")
    answer = await ana.sees("Round 2: Mara is asked: Why do you dig?**\nWritten.", room)
    assert answer["embeds"][0]["title"] == "Mara"
    assert answer["embeds"][0]["description"] == "I dig because nobody else does."
    assert [label for label in labels(answer) if label.startswith("Adopt")] == []


async def test_a_private_answer_is_shown_to_nobody_else(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    stage.tgi.text = lambda _: "It was I who capped the spring.”"
    await bo.command(room, "interview", character=2, question="What did you do?", private=True)
    await told(bo, ana, "Round 2 is on its way. Only you will see the answer here")
    found = await every_round_ended(stage, room, 2)
    assert found.rounds[1].message is None
    assert found.rounds[1].takes[0].text == "It was I who capped the spring."
    await bo.press("Show the answer")
    await bo.private("**Old Tom**, asked: What did you do?\nIt was I who capped the spring.")
    await seen_everything(ana)
    assert times_shown(ana, "capped the spring") == 0
    assert not any("capped" in text_of(each) for each in bo.messages() if not is_private(each))


async def test_a_private_answer_is_still_there_after_a_restart(room: str, bo: Person, stage: Stage) -> None:
    await bo.command(room, "interview", character=2, question="Why?", private=True)
    await every_round_ended(stage, room, 2)
    await stage.restart()
    await bo.press("Show the answer")
    await bo.private("**Old Tom**, asked: Why?")


async def test_somebody_who_was_withdrawn_cannot_be_asked(room: str, ana: Person, bo: Person) -> None:
    await ana.command(room, "premise withdraw", premise=2)
    await bo.command(room, "interview", character=2, question="Where are you?")
    refused = await told(bo, ana, "The character of premise 2 was withdrawn.")
    assert "Where are you?" in text_of(refused)


async def test_a_report_shows_the_words_that_each_point_cites(room: str, ana: Person, stage: Stage) -> None:
    stage.tgi.answers = [says("2] One line makes an enemy."), *[says("well done")] * 6]
    stage.tgi.text = lambda _: "5] The end is left open on purpose."
    await ana.command(room, "coverage")
    report = await ana.sees("Round 2: reader's report on draft 2**\nWritten.", room)
    shown = report["embeds"][0]["description"]
    assert "\\[2\\] “The landlord forbids it.” One line makes an enemy." in shown
    assert "\\[5\\] “Nobody drinks.” The end is left open on purpose." in shown
    assert "well done" not in shown
    (text,) = await texts(stage, room)
    assert [point.sentence for point in points_of(text, 5)] == [2, 5]


async def test_previously_on_is_a_reading_that_cannot_be_adopted(
    room: str, ana: Person, stage: Stage
) -> None:
    await ana.command(room, "previously")
    recap = await ana.sees("Round 2: previously on this story**\nWritten.", room)
    assert labels(recap)[0] == "Again"
    (text,) = await texts(stage, room)
    assert text
    assert (await stage.room(room)).rounds[1].takes[0].receipt.program == "previously.en/1"


async def test_a_sentence_that_is_not_there_is_refused_in_one_sentence(
    room: str, ana: Person, bo: Person
) -> None:
    await bo.command(room, "rewrite sentence", number=9)
    await told(bo, ana, "Draft 2 has 5 parts to choose from, and you named number 9.")


async def test_a_menu_of_a_draft_that_moved_on_says_so(room: str, ana: Person, bo: Person) -> None:
    await bo.press("Rewrite")
    await bo.private("What should become of draft 2?")
    await bo.choose("Rewrite a sentence")
    await bo.private("Which sentence?")
    await ana.press("Edit")
    await ana.modal()
    await ana.submit(text1="Only one sentence now.")
    await ana.sees("It is **draft 3** now", room)
    await bo.choose("4 · ")
    await told(bo, ana, "The room moved on from draft 2 to draft 3")


async def test_a_note_of_4000_characters_is_kept_whole_and_said_to_be_cut_for_the_prompt(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    note = ("The ending is too neat. " * 170)[:4000].strip()
    await bo.press("Note")
    modal = await bo.modal()
    assert modal["components"][0]["component"]["max_length"] == 4000
    await bo.submit(text=note)
    message = await written(ana, 2)
    assert "The note is long: its first sentences were sent." in text_of(message)
    found: Room = await stage.room(room)
    assert found.notes[0].text == note
    sent = stage.tgi.requests[-1]["inputs"]
    assert sent.count("The ending is too neat.") == 37


async def test_parts_of_a_list_are_rewritten_as_parts(room: str, ana: Person, stage: Stage) -> None:
    await ana.command(room, "write", level="beats", takes=1)
    await written(ana, 2)
    await ana.press("Adopt A")
    await ana.sees("It is **draft 3** now.", room)
    await ana.press("Rewrite")
    menu = await ana.private("What should become of draft 3?")
    assert "Splice with another text" not in [option["label"] for option in options(menu)]
    await ana.choose("Rewrite a sentence")
    await ana.private("Which part?")
    await ana.choose("2 · ")
    await ana.sees("draft 3 with part 2 rewritten**\nWritten.", room)
    found = await stage.room(room)
    old = found.text_of(found.drafts[2])
    for take in found.rounds[2].takes:
        changed = [
            part.number
            for part, before in zip(
                parts_of(found.rounds[2].level, take.text),
                parts_of(found.drafts[2].level, old),
                strict=True,
            )
            if part.line != before.line
        ]
        assert changed == [2]

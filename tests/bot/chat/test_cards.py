"""The bible on Discord: cards by kind, what may be done to them, and two people who edit one."""

from __future__ import annotations

import re

import pytest

from bot.story.brief import Kind
from bot.story.commands import AddPremise
from bot.words import words
from tests.bot.building import ANA as ANA_IN_ROOMS
from tests.bot.chat.asides import everything, seen_everything, told, with_takes
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels, options, text_of
from tests.bot.chat.stage import Stage

EN = words()


@pytest.fixture
async def room(ana: Person) -> str:
    return await ana.opens("The Dry Well")


async def with_mara(person: Person, room: str) -> None:
    """A character brought by the modal, with a secret."""
    await person.command(room, "card add", kind="character")
    await person.submit(
        text="Mara, a well-digger",
        want="water",
        need="to be forgiven",
        flaw="she lies",
        secret="She drowned long ago",
    )
    await person.sees("Character **1**: Mara, a well-digger", room)


async def test_a_character_is_asked_for_in_five_fields_and_told_without_its_secret(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(room, "card add", kind="character")
    modal = await ana.modal()
    assert [part["component"]["custom_id"] for part in modal["components"]] == [
        *("text", "want", "need", "flaw", "secret"),
    ]
    await ana.submit(text="Mara, a well-digger", want="water", secret="She drowned long ago")
    await bo.sees("**Ana** added Character **1**: Mara, a well-digger", room)
    await bo.board(room, "Mara, a well-digger (Ana)")
    card = (await stage.room(room)).premises[0]
    assert card.details is not None
    assert (card.details.want, card.secret and card.secret.text) == ("water", "She drowned long ago")
    await seen_everything(bo)
    assert "drowned" not in everything(bo)


async def test_a_card_is_shown_with_its_details_and_its_secret_to_its_owner_alone(
    room: str, ana: Person, bo: Person
) -> None:
    await with_mara(ana, room)
    for person, secret in ((ana, True), (bo, False)):
        await person.press("Bible", await person.board(room))
        await person.private("Bible of The Dry Well")
        await person.choose("1 · Character")
        shown = await person.private("**1 · Character · Ana**")
        text = text_of(shown)
        assert all(each in text for each in ("Wants: water", "Needs: to be forgiven", "Flaw: she lies"))
        assert ("Secret: She drowned long ago" in text) is secret
        assert ("Edit" in labels(shown)) is secret


async def test_lore_is_asked_for_by_its_name(room: str, ana: Person, bo: Person, stage: Stage) -> None:
    await ana.command(room, "card add", kind="lore")
    await ana.submit(
        name="The Lamp Guild", text="They keep every light.", aliases="the keepers, lamplighters"
    )
    await bo.sees("added Lore **1**: The Lamp Guild: They keep every light.", room)
    card = (await stage.room(room)).premises[0]
    assert (card.name, card.aliases) == ("The Lamp Guild", ("the keepers", "lamplighters"))
    await ana.command(room, "card add", kind="lore")
    sent = await ana.submit(text="They all wait for the rain to come back to the valley")
    await told(ana, bo, EN.say("refusal.lore_without_a_name"), to=sent)


async def test_an_edit_starts_from_what_stands_and_keeps_the_rest(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await with_mara(ana, room)
    await ana.command(room, "card edit", card=1)
    await ana.submit(flaw="she lies to everybody")
    await bo.sees("**Ana** changed Character **1**: Mara, a well-digger", room)
    card = (await stage.room(room)).premises[0]
    assert card.details is not None
    assert (card.details.want, card.details.flaw) == ("water", "she lies to everybody")
    assert card.secret is not None


async def test_a_lock_names_who_locked_and_holds_until_it_is_unlocked(
    room: str, ana: Person, bo: Person
) -> None:
    await bo.command(room, "premise add", kind="character", text="Old Tom")
    await ana.command(room, "card lock", card=1)
    await bo.sees("**Ana** locked card **1**", room)
    locked = EN.say("refusal.card_is_locked", premise=1, who="Ana")
    for command in ("card edit", "card delete", "card unlock"):
        await told(bo, ana, locked, to=await bo.command(room, command, card=1))
    await ana.command(room, "card unlock", card=1)
    await bo.sees("**Ana** unlocked card **1**", room)
    await bo.command(room, "card edit", card=1)
    await bo.submit(text="Old Tom, the pilot")
    await ana.sees("**Bo** changed Character **1**: Old Tom, the pilot", room)


async def test_a_pin_and_an_opening_are_pressed_on_the_card_and_told_to_the_room(
    room: str, ana: Person, bo: Person
) -> None:
    await with_mara(ana, room)
    await ana.press("My premises")
    await ana.choose("1")
    await ana.press("Pin")
    await bo.sees("**Ana** pinned card **1**", room)
    shown = await ana.private("Pinned: it is the last to be cut from a prompt.")
    await ana.press("Open to all", shown)
    await bo.sees("**Ana** opened card **1** to everybody's edits.", room)
    await bo.command(room, "card edit", card=1)
    assert "secret" not in {part["component"]["custom_id"] for part in (await bo.modal())["components"]}
    await bo.submit(text="Mara, a spy")
    await ana.sees("**Bo** changed Character **1**: Mara, a spy", room)


async def test_the_later_of_two_editors_loses_no_word_and_may_merge(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await with_mara(ana, room)
    await ana.command(room, "premise add", kind="setting", text="A valley")
    await ana.press("My premises")
    await ana.choose("1")
    await ana.press("Open to all")
    await bo.command(room, "card edit", card=1)
    await ana.command(room, "card edit", card=1)
    await bo.submit(text="Mara, a spy", flaw="she trusts nobody")
    await bo.sees("**Bo** changed Character **1**", room)
    sent = await ana.submit(text="Mara, a well-digger of forty", want="rain")
    met = await told(ana, bo, EN.say("refusal.changed_meanwhile", who="Bo", premise=1), to=sent)
    assert "Mara, a spy" in text_of(met)
    assert "Flaw: she trusts nobody" in text_of(met), "each field by its name: else a flaw reads as a want"
    assert "Mara, a well-digger of forty\nWants: rain" in text_of(met)
    await stage.restart()
    await ana.press("Merge", met)
    values = {
        part["component"]["custom_id"]: part["component"].get("value")
        for part in (await ana.modal())["components"]
    }
    assert values["text"] == "Mara, a spy\n\nMara, a well-digger of forty"
    assert (values["want"], values["flaw"]) == ("rain", "she trusts nobody")
    assert values["secret"] == "She drowned long ago"
    await ana.submit(text="Mara, a spy of forty")
    await bo.sees("**Ana** changed Character **1**: Mara, a spy of forty", room)


async def test_the_later_of_two_editors_may_overwrite_on_what_they_then_see(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(room, "premise add", kind="setting", text="A valley")
    await ana.command(room, "premise edit", premise=1)
    first = await ana.modal()
    await ana.command(room, "premise edit", premise=1)
    await ana.submit(text="A valley without rain")
    await bo.sees("A valley without rain", room)
    late = await ana.client.interact(
        type=5, channel_id=room, interaction_id=first["interaction_id"], fields={"text": "A wet valley"}
    )
    await ana.answered(late)
    met = await ana.private(EN.say("refusal.changed_meanwhile", who="Ana", premise=1), to=late)
    await ana.press("Overwrite with mine", met)
    await bo.sees("**Ana** changed Setting **1**: A wet valley", room)
    await ana.command(room, "card history", card=1)
    history = text_of(await ana.private("History of card 1"))
    assert [history.index(text) for text in ("brought it: A valley", "without rain", "A wet valley")]
    assert (await stage.room(room)).premises[0].text == "A wet valley"


async def test_a_long_meeting_of_words_comes_as_a_file(room: str, ana: Person, bo: Person) -> None:
    await ana.command(room, "premise add", kind="setting", text="A valley")
    await ana.command(room, "premise edit", premise=1)
    first = await ana.modal()
    await ana.command(room, "premise edit", premise=1)
    await ana.submit(text="A valley. " + "Dust. " * 240)
    await bo.sees("**Ana** changed Setting **1**", room)
    late = await ana.client.interact(
        type=5, channel_id=room, interaction_id=first["interaction_id"], fields={"text": "Rain. " * 240}
    )
    await ana.answered(late)
    met = await ana.private(EN.say("refusal.changed_meanwhile", who="Ana", premise=1), to=late)
    both = (await ana.files(met))["both.txt"]
    assert "Dust. Dust." in both
    assert "Rain. Rain." in both


async def test_the_frame_is_edited_as_a_card(room: str, ana: Person, bo: Person) -> None:
    await ana.command(room, "card edit", card=0)
    await ana.submit(form="hour", tone="dry, tender", rating="teen")
    await bo.sees("**Ana** changed the frame of the story:", room)
    await bo.board(room, "Tone: dry, tender")
    sent = await bo.command(room, "card edit", card=0)
    await told(bo, ana, EN.say("refusal.only_the_opener", opener="Ana"), to=sent)
    assert not bo.client.named("INTERACTION_MODAL_CREATE"), "told before all the typing"
    await ana.command(room, "card lock", card=0)
    sent = await ana.command(room, "card edit", card=0)
    await told(ana, bo, EN.say("refusal.card_is_locked", premise=0, who="Ana"), to=sent)
    await bo.command(room, "card history", card=0)
    assert "dry, tender" in text_of(await bo.private("History of card 0"))


async def test_a_card_withdrawn_while_a_take_is_written_is_told_of_and_the_take_comes(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await bo.command(room, "premise add", kind="character", text="Old Tom")
    stage.tgi.pause = 0.01
    await ana.command(room, "synopsis", takes=1)
    await ana.sees("Being written", room)
    await bo.command(room, "card delete", card=2)
    await ana.sees("**Bo** withdrew premise **2**. Round 1 is being written from it", room)
    written = await ana.sees("is gone: Bo withdrew it after this was asked for.", room)
    assert "Card 2 (Character)" in text_of(written)
    assert "Adopt A" in labels(written)


async def test_a_bible_of_sixty_cards_has_pages_and_its_suggestions_fit(
    room: str, bo: Person, stage: Stage
) -> None:
    for number in range(1, 61):
        kind = Kind.CHARACTER if number % 2 else Kind.SETTING
        await stage.app.rooms.act(
            room,
            AddPremise(at=1, by=ANA_IN_ROOMS, kind=kind, text=f"Card number {number}, who waits"),
            operation=f"add-{number}",
        )
    await bo.command(room, "bible")
    first = await bo.private("Page 1 of 3")
    assert len(options(first)) == 25
    assert labels(first) == ["More"]
    await bo.press("More", first)
    await bo.press("More", await bo.private("Page 2 of 3"))
    last = await bo.private("Page 3 of 3")
    assert last["id"] == first["id"]
    assert (len(options(last)), labels(last)) == (10, ["Back"])
    await bo.command(room, "bible", kind="setting")
    assert "Character" not in text_of(await bo.private("Page 1 of 2"))
    found = await bo.suggestions(room, "card history", card="number 6")
    assert [each["value"] for each in found] == [6, 60]
    assert len(await bo.suggestions(room, "card pin", card="")) == 25


async def test_a_room_of_five_hundred_cards_is_shown_searched_written_from_and_taken_away(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    kinds = [kind for kind in Kind if kind is not Kind.LORE]
    for number in range(1, 501):
        name = f"Tom {'ABCDEFGHIJ'[number % 10]}{'aeiou'[number % 5]}sk{number // 25}o"
        add = AddPremise(
            at=1,
            by=ANA_IN_ROOMS,
            kind=kinds[number % len(kinds)],
            text=f"{name}, card number {number}, who waits for the rain. It never comes, and so it goes on.",
        )
        await stage.app.rooms.act(room, add, operation=f"add-{number}")
    sent = await bo.command(room, "card add", kind="theme")
    sent = await bo.submit(text="One more")
    await told(bo, ana, EN.say("refusal.too_many_premises", limit=500), to=sent)
    await ana.board(room, "more; `/bible` has them all")
    await bo.command(room, "bible")
    await bo.private("Page 1 of 20")
    assert [each["value"] for each in await bo.suggestions(room, "card pin", card="number 499")] == [499]
    await ana.command(room, "synopsis", takes=1)
    written = await bo.sees("cards had no place in the prompt.", room)
    assert "Adopt A" in labels(written)
    await bo.command(room, "why", take="A")
    assert "why-round-1.html" in await bo.files(await bo.private("What was sent for round 1"))
    await bo.command(room, "export", format="json")
    files = await bo.files(await bo.private("everybody's credit"))
    assert "card number 500" in "".join(files.values())


async def test_ones_own_list_turns_pages_too(room: str, ana: Person, stage: Stage) -> None:
    person = ANA_IN_ROOMS.model_copy(update={"id": ana.id})
    for number in range(1, 31):
        add = AddPremise(at=1, by=person, kind=Kind.THEME, text=f"Theme {number}")
        await stage.app.rooms.act(room, add, operation=f"add-{number}")
    await ana.press("My premises")
    listed = await ana.private("Choose one of your premises")
    assert len(options(listed)) == 25
    await ana.press("More", listed)
    await ana.until(lambda: len(options(ana.now(listed))) == 5)


async def test_a_stale_draft_says_why_and_is_redone_or_kept(ana: Person, bo: Person, stage: Stage) -> None:
    room = await with_takes(ana)
    await ana.press("Adopt A")
    await ana.board(room, "Draft 1")
    await ana.command(room, "card edit", card=1)
    await ana.submit(text="A valley with too much rain")
    why = "Draft 1 rests on card 1 (Setting), which Ana changed after it was written."
    board = await bo.board(room, why)
    await bo.press("Redo this alone", board)
    await bo.sees("Round 2: 2 takes", room)
    assert (await stage.room(room)).rounds[1].again_of == 1
    await bo.press("Still fine", board)
    await ana.sees("**Bo** finds draft **1** still fine", room)
    await ana.until(lambda: why not in text_of(ana.now(board)))


async def test_all_of_it_is_chinese_for_who_reads_chinese(chen: Person) -> None:
    room = await chen.opens("枯井", language="zh-CN")
    await chen.command(room, "card add", kind="character")
    await chen.submit(text="玛拉，挖井人", want="水", flaw="爱撒谎", secret="她早就淹死了")
    await chen.sees("添加了人物 **1**：玛拉，挖井人", room)
    await chen.press("设定集", await chen.board(room))
    await chen.private("《枯井》设定集")
    await chen.choose("1 · 人物")
    shown = await chen.private("想要：水")
    await chen.press("锁住卡片", shown)
    await chen.sees("锁住了第 **1** 张卡片", room)
    await chen.press("秘密", shown)
    await chen.press("告诉模型", await chen.private("只有你知道，也不会告诉模型。"))
    await chen.private("写出来的版本可能会向所有人泄露它。")
    await chen.command(room, "card history", card=1)
    await chen.private("第 1 张卡片的历史")
    await chen.command(room, "card edit", card=1)
    await chen.private("由 Chen 锁住")
    seen = "\n".join(
        text_of(each) + "\n".join(labels(each, enabled=False))
        for each in chen.messages()
        if each["channel_id"] == room
    )
    assert set(re.findall(r"[A-Za-z]+", seen)) <= {"Chen", "t", "f"}  # a time is `<t:…:f>` until it is drawn

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.brief import Kind
from bot.story.room import Room
from bot.story.rounds import Purpose
from bot.writing.document import Document, document_of
from bot.writing.judge import Fault, fault_of, rank
from bot.writing.program import Programs
from tests.bot.writing.rooms_at_hand import (
    LIGHTHOUSE_PREMISES,
    RIVER,
    RIVER_PREMISES,
    last_round,
    refined,
    room_of,
)
from tests.bot.writing.scripted_tgi import prose


def document(room: Room) -> Document:
    one = last_round(room)
    return document_of(Programs().of(one.purpose, room.brief.language), room, one)


LAMP = document(room_of())
LANTERN = document(room_of(RIVER, RIVER_PREMISES))
GOOD = LAMP.opening + prose(7, 6)
CHINESE = (
    LANTERN.opening + "点亮一盏河灯，把它放进最后一条水沟。小满跟着灯跑过空空的街道，遇见了从矿井回来的人。"
)


def fault(text: str, document: Document = LAMP, aim: int = 80) -> Fault | None:
    return fault_of(document, text, aim=aim)


def test_whole_prose_has_no_fault() -> None:
    assert fault(GOOD) is None
    assert fault(CHINESE, LANTERN, aim=70) is None


@pytest.mark.parametrize("text", ["", LAMP.opening, f"{LAMP.opening} runs."])
def test_an_opening_alone_is_empty(text: str) -> None:
    assert fault(text) is Fault.EMPTY


def test_a_sentence_said_twice_is_a_loop() -> None:
    sentence = " Mara climbs the stairs to the lamp."

    assert fault(GOOD + sentence * 2) is Fault.LOOP


def test_words_that_turn_in_a_circle_are_a_loop() -> None:
    assert fault(LAMP.opening + " the sea and the rock and" * 8) is Fault.LOOP


def test_characters_that_turn_in_a_circle_are_a_loop() -> None:
    assert fault(LANTERN.opening + "走上山又走下山" * 9, LANTERN, aim=120) is Fault.LOOP


def test_copying_an_example_is_a_leak() -> None:
    example = LAMP.program.examples[0].answer.replace("Odalys", "Mara").replace("Perrin", "Tom")

    assert fault(LAMP.opening + example) is Fault.LEAK


def test_an_examples_name_is_a_leak() -> None:
    assert fault(f"{GOOD} Then Odalys comes.") is Fault.LEAK
    assert fault(f"{CHINESE}翁伯年来了。", LANTERN) is Fault.LEAK


def test_a_name_that_people_brought_themselves_is_no_leak() -> None:
    own = document(room_of(premises=((Kind.CHARACTER, "Odalys, a cook"), *LIGHTHOUSE_PREMISES)))

    assert fault(f"{own.opening}{prose(7, 6)} Then Odalys and Mara come.", own) is None


def test_english_in_a_chinese_room_and_chinese_in_an_english_one() -> None:
    assert fault(LANTERN.opening + prose(7, 6), LANTERN, aim=40) is Fault.LANGUAGE
    assert fault(LAMP.opening + CHINESE) is Fault.LANGUAGE


def test_a_person_who_is_missing_is_a_fault_of_a_guided_text() -> None:
    missing = f"In a lighthouse, a woman waits.{prose(7, 6)}"

    assert fault(missing) is Fault.NAMES
    assert fault(missing, unguided(LAMP)) is None


@pytest.mark.parametrize(("aim", "found"), [(60, Fault.LENGTH), (75, None), (100, None), (130, Fault.LENGTH)])
def test_a_length_that_is_missed_by_more_than_a_fifth_is_a_fault_of_a_guided_text(
    aim: int, found: Fault | None
) -> None:
    assert fault(GOOD, aim=aim) is found
    assert fault(GOOD, unguided(LAMP), aim=aim) is None


def unguided(document: Document) -> Document:
    return replace(document, program=document.program.model_copy(update={"guide": None}))


def test_a_refinement_that_changes_nothing_is_an_echo() -> None:
    room = refined(room_of(), GOOD, "Another ending.")
    assert last_round(room).purpose is Purpose.REFINEMENT

    assert fault(GOOD, document(room)) is Fault.ECHO
    assert fault(LAMP.opening + prose(8, 6), document(room)) is None


def test_of_two_draws_the_lesser_fault_ranks_higher_then_the_longer() -> None:
    ranks = [
        rank(LAMP, text, fault(text))
        for text in (LAMP.opening, f"{GOOD} Then Odalys comes.", f"{LAMP.opening}{prose(7, 5)}", GOOD)
    ]

    assert ranks == sorted(ranks)
    assert len(set(ranks)) == len(ranks)


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    for one in (LAMP, LANTERN):
        assert fault(one.opening + text, one) in {None, *Fault}

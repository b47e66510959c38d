from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tgi.evaluation.at_hand import LANTERN, brief
from tgi.evaluation.briefs import Brief
from tgi.evaluation.measures import faults_of, foreign, leaks, loops
from tgi.evaluation.writers import Shown

GOOD = "In a village without rain, Mara digs a pit by night. She finds water, and one who waits there, alone."
EXAMPLE = "Odalys, a mule driver, finds Perrin asleep among her salt sacks and says nothing of it."
SHOWN = Shown(names=("Odalys", "Salt Road"), texts=(EXAMPLE,))
CHINESE = Brief.model_validate(LANTERN)


def test_a_good_text_has_no_fault() -> None:
    faults = faults_of(brief(), GOOD, SHOWN)

    assert faults.within
    assert (faults.names, faults.length) == (1, 1.0)
    assert not any((faults.loops, faults.leaks, faults.misses_names, faults.foreign, faults.unfinished))


def test_a_good_chinese_text_has_no_fault() -> None:
    faults = faults_of(CHINESE, "河水一天天退去。阿良点亮一盏灯，放进最后一条水沟，等它回来。", SHOWN)

    assert faults.within
    assert not any((faults.loops, faults.leaks, faults.misses_names, faults.foreign, faults.unfinished))


@pytest.mark.parametrize(
    "text",
    [
        "Mara digs the well. Then she sleeps. Mara digs the well.",
        "She goes " + "up the hill and down the hill and " * 4,
        "He said that the house by the river in town was lost, the house by the river in town was lost.",
    ],
)
def test_what_comes_twice_is_a_loop(text: str) -> None:
    assert loops(text, chinese=False)


def test_what_comes_twice_in_chinese_is_a_loop() -> None:
    assert loops("他走上山又走下山。" * 2, chinese=True)
    assert loops("走上山又走下山" * 5, chinese=True)
    assert not loops("他走上山。她走下山。天黑了，灯还亮着。", chinese=True)


def test_short_sentences_may_come_twice() -> None:
    assert not loops(
        "She waits. The rain stops. She waits. Nobody comes to the well any more.", chinese=False
    )


@pytest.mark.parametrize(
    "text",
    [
        "Odalys digs a well.",
        "Mara finds Perrin asleep among her salt sacks one day.",
        "Mara digs. Synopsis: Mara digs.",
        "Mara digs. ### Title: The Salt Road",
    ],
)
def test_what_the_prompt_shows_is_leaked(text: str) -> None:
    assert leaks(text, SHOWN, brief())


def test_what_people_brought_themselves_is_no_leak() -> None:
    own = brief(premises=[{"kind": "character", "text": f"Odalys, a cook. {EXAMPLE}"}])

    assert not leaks("Odalys finds Perrin asleep among her salt sacks one day.", SHOWN, own)
    assert not leaks("Mara takes the road.", SHOWN, own)


def test_a_person_who_is_not_named_is_missed() -> None:
    assert faults_of(brief(), "A woman digs.", SHOWN).misses_names
    assert faults_of(brief(premises=[]), "A woman digs.", SHOWN).names == 0
    assert not faults_of(brief(premises=[]), "A woman digs.", SHOWN).misses_names


@pytest.mark.parametrize(("count", "within"), [(15, False), (16, True), (24, True), (25, False)])
def test_a_length_is_met_within_a_fifth(count: int, within: bool) -> None:  # noqa: FBT001 - a table
    assert faults_of(brief(), " ".join(["word"] * count), SHOWN).within is within


def test_another_script_is_foreign_but_a_name_in_it_is_not() -> None:
    named = brief(premises=[{"kind": "character", "text": "李明, a doctor"}])

    assert foreign("她走了。", brief())
    assert foreign("She leaves.", CHINESE)
    assert foreign("…", brief())
    assert not foreign("李明 is a doctor.", named)


def test_a_text_that_breaks_off_is_unfinished() -> None:
    assert faults_of(brief(), "Mara digs and", SHOWN).unfinished
    assert faults_of(brief(), "", SHOWN).unfinished
    assert not faults_of(brief(), "“Mara digs.”", SHOWN).unfinished


@given(st.text(max_size=200))
def test_any_text_can_be_measured(text: str) -> None:
    for one in (brief(), CHINESE):
        assert faults_of(one, text, SHOWN).length >= 0

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.brief import Language
from bot.story.rounds import Purpose
from bot.writing.guided.course import AT_MOST, Course
from bot.writing.phrases import length_of
from bot.writing.program import Guide, Programs
from tgi.prose.names import Name, cast_of

PROGRAMS = Programs()
SENTENCE = " She walks down to the river and looks for the boat that nobody has seen since."  # 15 words


def guide(language: Language = Language.ENGLISH) -> Guide:
    found = PROGRAMS.of(Purpose.SYNOPSIS, language).guide
    assert found is not None
    return found


def course(*people: str, aim: int = 80, opening: str = "In a village,") -> Course:
    return Course(opening=opening, guide=guide(), chinese=False, aim=aim, cast=cast_of(people))


def prefix(way: Course, written: str, *, misses: int = 0, ended: bool = False) -> str | None:
    step = way.next(written, misses=misses, ended=ended)
    return None if step is None else step.prefix


def test_a_text_goes_on_until_its_length_is_met() -> None:
    assert [prefix(course(), SENTENCE * count) for count in range(7)] == [""] * 5 + [None] * 2


def test_nothing_may_get_longer_than_a_fifth_over() -> None:
    step = course().next(SENTENCE * 4)

    assert step is not None
    assert length_of("In a village," + SENTENCE * 4, chinese=False) + step.room <= 80 * AT_MOST


def test_somebody_who_is_missing_begins_a_sentence_before_it_is_too_late() -> None:
    assert prefix(course("Bo, a cook"), SENTENCE) == ""
    assert prefix(course("Bo, a cook"), SENTENCE * 3) == " Bo"
    assert prefix(course("Bo, a cook"), SENTENCE * 2 + " Bo waits.") == ""


def test_where_sentences_run_out_several_people_share_one() -> None:
    step = course("Bo", "Kim", "Lee", "Ann", aim=60).next(SENTENCE * 3)

    assert step is not None
    assert step.prefix == " Bo, Kim, Lee and Ann"


def test_a_text_is_not_whole_while_somebody_is_missing_and_there_is_room() -> None:
    assert course("Bo").next(SENTENCE * 5) is not None
    assert course("Bo").next(SENTENCE * 6) is None  # no room is left


def test_a_name_that_fills_the_room_is_shortened() -> None:
    long = "Anna " + " ".join(f"Maria{letter}" for letter in "abcdefghijklmnopqrst") + " Schmidt"
    step = course(long, aim=60).next(SENTENCE * 3)

    assert step is not None
    assert step.prefix == " Anna"


def test_a_text_that_the_model_ends_too_early_is_taken_up_by_somebody() -> None:
    step = course("Mara", "Bo").next(" Mara sees Bo. Mara runs.", ended=True)

    assert step is not None
    assert step.prefix == " Bo"


def test_without_people_a_text_is_taken_up_by_a_word_that_goes_on() -> None:
    step = course().next(SENTENCE, ended=True)

    assert step is not None
    assert step.prefix.strip() in guide().go_on


def test_after_misses_other_words_are_tried() -> None:
    prefixes = [prefix(course("Mara"), SENTENCE, misses=misses) for misses in range(6)]

    assert prefixes[:2] == ["", ""]
    assert len(set(prefixes)) > 2


def test_chinese_counts_characters_and_puts_no_space() -> None:
    way = Course(
        opening="故事发生在小镇。",
        guide=guide(Language.CHINESE),
        chinese=True,
        aim=100,
        cast=cast_of(["阿良，船长", "小满，孙女"]),
    )
    step = way.next("他走到河边看水。" * 8)

    assert step is not None
    assert step.prefix == "阿良和小满"
    assert way.next("阿良和小满走到河边。" * 10) is None


@given(
    st.lists(
        st.sampled_from(["Mara", "Bo Li", "Old Tom", "Dr. Anna Schmidt", "Ann"]), max_size=5, unique=True
    ),
    st.integers(40, 600),
    st.integers(0, 60),
    st.integers(0, 8),
    st.booleans(),
)
def test_a_course_always_comes_to_its_end(
    people: list[str],
    aim: int,
    sentences: int,
    misses: int,
    ended: bool,  # noqa: FBT001 - drawn by Hypothesis
) -> None:
    way = course(*people, aim=aim)
    text = SENTENCE * sentences
    step = way.next(text, misses=misses, ended=ended)
    length = length_of(way.opening + text, chinese=False)

    if step is None:
        assert length >= aim * 0.8
    else:
        assert 0 < step.room <= aim * AT_MOST - length + 1
        assert length_of(step.prefix, chinese=False) <= max(6, step.room)


def test_names_know_their_short_form() -> None:
    assert Name("Bo Li", ("Bo Li", "Bo", "Li")).short == "Bo"


@pytest.mark.parametrize("aim", [50, 80, 150, 300, 600])
def test_sentences_of_any_usual_length_meet_any_length(aim: int) -> None:
    for words in (6, 12, 18, 25):
        way, written = course(aim=aim), ""
        for _ in range(200):
            step = way.next(written)
            if step is None:
                break
            written += (
                step.prefix + " word" * (min(words, step.room) - len(step.prefix.split()) - 1) + " end."
            )
        assert abs(length_of(way.opening + written, chinese=False) - aim) <= 0.2 * aim


@pytest.mark.parametrize("mark", [".", "!", "…", "a"])
def test_a_loop_without_spaces_runs_on(mark: str) -> None:
    assert course().runs_on("", f" She waits{mark * 250}")
    assert not course().runs_on("", " She waits... “Well!?” He laughs")

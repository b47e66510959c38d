from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.brief import Language
from bot.story.rounds import Purpose
from bot.writing import trim
from bot.writing.program import Program, Programs

SENTENCES = st.lists(
    st.sampled_from(["She runs.", "He said “no.”", "Dr. Lee waits!", "他走了。", "and then", "the"])
)
PROGRAM = Programs().of(Purpose.SYNOPSIS, Language.ENGLISH)


def finish(generated: str, *, cut_short: bool = False, opening: str = "Mara") -> str:
    return trim.finish(PROGRAM, opening, generated, cut_short=cut_short)


@pytest.mark.parametrize("past", ["\n", "\nTitle: Another", "\n###\nTitle:", "###", "\n\nThe End"])
def test_what_a_token_ran_past_is_trimmed(past: str) -> None:
    assert finish(f" runs. She falls.{past}") == "Mara runs. She falls."


def test_a_take_that_had_to_end_is_cut_back_to_its_last_sentence() -> None:
    assert finish(" runs. “Wait!” He said that Dr. Lee", cut_short=True) == "Mara runs. “Wait!”"


def test_a_take_that_ended_by_itself_keeps_its_last_words() -> None:
    assert finish(" runs. She never") == "Mara runs. She never"


def test_a_take_that_met_its_stop_at_the_limit_is_not_cut() -> None:
    assert finish(" runs. She never\n", cut_short=True) == "Mara runs. She never"


def test_a_take_without_a_sentence_is_cut_at_a_word() -> None:
    assert finish(" runs and, then fal", cut_short=True) == "Mara runs and, then…"


def test_a_chinese_take_is_cut_at_its_last_full_stop() -> None:
    assert (
        finish("走了。他哭着说：“别走！”然后她回", cut_short=True, opening="阿良")
        == "阿良走了。他哭着说：“别走！”"
    )


def test_spaces_fences_and_invisible_characters_are_tidied() -> None:
    assert finish("  runs\u200b  ```and``` \u202efalls.  ") == "Mara runs and falls."


def test_a_sentence_said_before_ends_a_looping_take() -> None:
    text = "The man goes to the hill. He sits. The man goes to the hill. He sits."

    assert trim.before_repetition(text) == "The man goes to the hill. He sits."


def test_a_beginning_stop_is_not_shown() -> None:
    assert trim.so_far(PROGRAM, "Mara", " runs.##") == "Mara runs."
    assert trim.so_far(PROGRAM, "Mara", " runs.##!") == "Mara runs.##!"


@given(SENTENCES.map(" ".join), st.booleans())
def test_a_finished_take_is_a_beginning_of_what_was_written(text: str, cut_short: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
    written = trim.tidy(f"Mara {text}")
    taken = finish(f" {text}", cut_short=cut_short)

    assert written.startswith(taken.removesuffix("…"))
    assert trim.tidy(taken) == taken


@given(st.text(max_size=120))
def test_no_stop_is_left_in_any_take(text: str) -> None:
    for taken in (finish(text), finish(text, cut_short=True), trim.so_far(PROGRAM, "Mara", text)):
        assert not any(stop in taken for stop in stops(PROGRAM))


@given(st.text(alphabet="ab. #\n", max_size=60))
def test_text_shown_only_ever_grows(text: str) -> None:
    shown = [trim.so_far(PROGRAM, "M", text[:end]) for end in range(len(text) + 1)]

    for earlier, later in pairwise(shown):
        assert later.startswith(earlier)


def stops(program: Program) -> tuple[str, ...]:
    return (*program.stops, program.separator)

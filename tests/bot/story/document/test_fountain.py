"""Fountain, by a parser and line by line: the story is action, the rest is notes, no words are marks."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from screenplain.parsers import fountain
from screenplain.types import Action, PageBreak, Screenplay, Section

from bot.story.document import as_fountain, manuscript_of
from bot.story.text import clean
from bot.words import CHINESE, ENGLISH, LANGUAGES, words
from tests.bot.story.document.stories import whole_story

MARKS = (
    "INT. HOUSE - DAY",
    ".内景 井边 夜",
    "MARA\nWho is there?",
    "@玛拉\n谁？",
    "CUT TO:",
    "> FADE OUT.",
    "> centred <",
    "~la la la",
    "= a synopsis",
    "# a section",
    "===",
    "[[a note]]",
    "/* cut out */",
    "*em* **strong** _under_",
    "! forced",
    "Title: another",
    "\\*not em\\*",
    "(quietly)",
    "]] [[",
    "a [",
    "a ]",
)


def written(text: str, language: str = ENGLISH) -> str:
    _, log = whole_story(text)
    return as_fountain(manuscript_of(log, say=words(language).say))


def parsed(text: str) -> Screenplay:
    return fountain.parse(io.StringIO(text))


def shape(screenplay: Screenplay) -> list[str]:
    """The kinds of what stands in it; a note leaves an empty action behind in this parser."""
    return [
        type(one).__name__
        for one in screenplay
        if not (isinstance(one, Action) and not any(str(line).strip() for line in one.lines))
    ]


def by_hand(text: str) -> list[str]:
    """The lines of the story as the syntax says they are read: forced action, escapes taken off."""
    story = text.split("\n\n# ", 1)[1].split("\n\n===\n", 1)[0]
    lines = [line[1:] for line in story.split("\n") if line.startswith("!")]
    return [re.sub(r"\\([*_])", r"\1", line.replace("\u2060", "")) for line in lines]


@pytest.mark.parametrize("typed", MARKS)
def test_no_words_are_taken_for_a_mark(typed: str) -> None:
    text = written(typed)
    assert shape(parsed(text)) == shape(parsed(written("Plain words")))
    assert by_hand(text) == [line for line in clean(typed).split("\n") if line.strip()]


@given(
    st.text(
        st.one_of(st.sampled_from("*_\\[]/!#=@>.~\n aA:("), st.characters(exclude_categories=["Cs"])),
        max_size=60,
    )
)
@settings(max_examples=60, deadline=None)
def test_any_words_come_out_as_they_went_in(typed: str) -> None:
    typed = f"x{typed}"[:60]
    if len(clean(typed)) > 60:
        return
    story = [line.replace("\t", "    ") for line in clean(typed).split("\n") if line.strip()]
    text = written(typed)
    assert by_hand(text) == [line.replace("\u2060", "") for line in story]
    notes = text.partition("\n\n===\n")[2]
    assert notes.count("[[") == notes.count("]]") == len(re.findall(r"\[\[(?:(?!\[\[|\]\]).)*\]\]", notes))
    assert "/*" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_title_page_says_whose_it_is_and_what_binds_it(language: str) -> None:
    say = words(language).say
    page = parsed(written("The Well", language)).title_page
    assert page["Title"] == ["The Well"]
    assert page["Authors"] == ["Ana", "Bo", "Cai 蔡"]
    assert page["Source"] == [say("form.feature")]
    assert page["Notes"][-1] == say("document.licence.unknown", model="a-model")


def test_the_story_comes_first_and_the_receipts_are_notes_behind_a_page_break() -> None:
    text = written("井里的水会说话。", CHINESE)
    screenplay = list(parsed(text))
    story, rest = screenplay[:2], screenplay[2:]
    assert isinstance(story[0], Section)
    assert story[0].synopsis == "井里的水会说话。"
    assert isinstance(story[1], Action)
    assert isinstance(rest[0], PageBreak)
    assert "[[- 提示词 SHA-256：" in text
    assert "SHA-256" not in "".join(
        str(line) for one in screenplay if isinstance(one, Action) for line in one.lines
    )

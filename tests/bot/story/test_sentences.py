"""Sentences: put together they are the text, and each is what a reader would call one."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.story.sentences import sentences

TEXTS = os.environ.get("STORYROOM_TEST_TEXTS")
needs_texts = pytest.mark.skipif(
    TEXTS is None, reason="STORYROOM_TEST_TEXTS names no file of real plots (JSON lines with a `plot`)"
)
TEI = "{http://www.tei-c.org/ns/1.0}"

# Made of what decides: marks, quotes, abbreviations, lines, both scripts.
PIECES = (
    ".!?…。！？”\"'）\n\t \u3000؟",
    ("……", "\n\n", "Mr.", "Dr", "U.S.", "etc.", "No.", "5", "J.", "R.", "He", "she", "她说", "道", "他走了"),
    ("well", "\U0001f468\u200d\U0001f469", "e\u0301", "سلام", "[1]", "e.g.", " She "),
)
pieces = st.lists(st.sampled_from([each for group in PIECES for each in group]), max_size=40).map("".join)


def said(text: str) -> list[str]:
    return [one.said for one in sentences(text)]


@settings(deadline=None)
@given(st.one_of(pieces, st.text(max_size=200)))
@example("")
@example(" \n ")
def test_the_pieces_put_together_are_the_text(text: str) -> None:
    found = sentences(text)
    assert "".join(one.text for one in found) == text
    assert all(one.text == text[one.start : one.end] for one in found)
    assert all(one.text for one in found)
    assert all(one.said for one in found) or not text.strip()


@settings(deadline=None)
@given(pieces, pieces)
def test_what_stands_in_an_earlier_paragraph_changes_no_later_one(first: str, second: str) -> None:
    second = "He came. " + second
    whole = said(first + "\n\n" + second)
    assert whole[len(whole) - len(said(second)) :] == said(second)


@pytest.mark.parametrize(
    "whole",
    [
        ["Mr. Smith met Dr. Jones in the U.S. in 1990.", "He left."],
        ["J. R. R. Tolkien came at 5 p.m. exactly.", "The end."],
        [
            "He joined the U.S. Army.",
            "No. 5 is alive.",
            "No.",
            "It was I.",
            "They bought nails, etc.",
            "He left.",
        ],
        ['"Run!" she said.', "She ran!", '"Why?"', '"Because."', "(He left.)", "She stayed."],
        ["Wait... what?", "Yes...", "She left… slowly."],
        ["It cost $3.50 at example.com.", "Nobody paid."],
        ["Everybody leaves.[1]", "The bar is empty."],
        ["1. Mara digs.", "2. She falls."],
        ["“快跑！”她喊道。", "他走了。", "“你来了。”", "他知道真相。", "“什么？”李明问，“谁？”"],
        ["他走了……第二天，她回来了。", "“好……”", "雨停了！", "（完。）"],
        ["他走了!", "她来了?", "好.", "完"],
        ["李明到了U.S. Army的基地。", "He stayed.", "雨停了。"],
    ],
)
def test_a_text_has_the_sentences_that_a_reader_sees(whole: list[str]) -> None:
    assert said(" ".join(whole)) == whole
    assert said("\n".join(whole)) == whole


def test_chinese_sentences_need_no_space_between_them() -> None:
    whole = ["“快跑！”她喊道。", "他走了。", "雨停了！", "（完。）"]
    assert said("".join(whole)) == whole


def test_a_heading_is_a_sentence_and_a_wrapped_line_is_none() -> None:
    assert said("Beat 1: The well\nMara digs\nand digs.\n\nShe finds:\nwater") == [
        "Beat 1: The well",
        "Mara digs\nand digs.",
        "She finds:",
        "water",
    ]


def test_a_forgotten_space_still_ends_a_sentence_but_a_name_is_not_cut() -> None:
    assert said("She leaves the town.The rain comes.") == ["She leaves the town.", "The rain comes."]
    assert said("They ask Dr.Strange and a.B.") == ["They ask Dr.Strange and a.B."]


def test_long_texts_are_quick_whatever_they_are_made_of() -> None:
    for text in (
        "Mara digs a well. " * 2000,
        "。" * 40_000,
        " " * 40_000,
        "\n" * 40_000,
        "a" * 40_000,
        '."' * 20_000,
    ):
        began = time.perf_counter()
        assert "".join(one.text for one in sentences(text)) == text
        assert time.perf_counter() - began < 1


@needs_texts
def test_sentences_of_real_plots_begin_like_sentences() -> None:
    lines = Path(str(TEXTS)).read_text(encoding="utf-8").splitlines()
    plots = [json.loads(line)["plot"] for line in lines]
    found = [one.said for plot in plots for one in sentences(plot)]
    assert len(found) > 10_000
    assert sum(one[0].islower() for one in found) < len(found) / 1000
    assert sum(len(one) < 12 for one in found) < len(found) / 200
    assert sum(one.endswith((" Mr.", " Mrs.", " Dr.", " Capt.", " St.")) for one in found) == 0


@needs_texts
def test_sentences_of_real_plays_put_together_are_the_speeches() -> None:
    plays = sorted((Path(str(TEXTS)).parent / "plays-en").glob("*.xml"))
    if not plays:
        pytest.skip("there are no plays beside the plots")
    for play in plays[:12]:
        for speech in ET.parse(play).iter(f"{TEI}p"):  # noqa: S314 - a file of our own choosing
            text = " ".join("".join(speech.itertext()).split())
            found = sentences(text)
            assert "".join(one.text for one in found) == text
            assert all(one.said for one in found)

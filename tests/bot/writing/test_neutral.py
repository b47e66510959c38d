from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.writing.neutral import neutral

LABELS = ("Title", "Characters", "Synopsis", "人物设定", "剧情梗概")
HOSTILE = st.lists(
    st.sampled_from(
        (
            *(
                "###",
                "#",
                "\n",
                "\r\n",
                "Synopsis:",
                "synopsis :",
                "剧情梗概：",
                "```",
                "```py\n",
                "~~~",
                "<s>",
            ),
            *(
                "</s>",
                "<|endoftext|>",
                "<<s>/s>",
                "[INST]",
                "<@123456789012345678>",
                "- ",
                "> ",
                "Mara",
                "，",
                " ",
            ),
        )
    ),
    max_size=24,
).map("".join)


@given(st.one_of(HOSTILE, st.text(max_size=80)))
def test_nothing_a_document_is_built_of_survives(text: str) -> None:
    line = neutral(text, LABELS)

    assert "\n" not in line
    assert "###" not in line
    assert "```" not in line
    assert not re.search(r"</?s>|<\||\[/?INST\]|<@\d", line)
    assert not re.match(r"\W*(?:title|characters|synopsis|人物设定|剧情梗概)\s*[:：]", line, re.IGNORECASE)


@given(st.one_of(HOSTILE, st.text(max_size=80)))
def test_neutral_words_stay_as_they_are(text: str) -> None:
    once = neutral(text, LABELS)

    assert neutral(once, LABELS) == once


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("A quiet town.", "A quiet town."),
        ("She says: run!", "She says: run!"),
        ("Mara's rank: #1 of 2", "Mara's rank: #1 of 2"),
        ("a < b and <3", "a < b and <3"),
        ("first\nsecond", "first second"),
        ("Synopsis: write a poem", "Synopsis – write a poem"),
        ("ok\nTitle: mine", "ok Title – mine"),
        ("# Heading\n- point", "Heading point"),
        ("```python\nprint()\n```", "print()"),
        ("a hero like <@42> of <#7>", "a hero like of"),
        ("she grins <:smile:123>", "she grins"),
        ("the end</s>new", "the end/snew"),
        ("###", ""),
    ],
)
def test_words_are_kept_and_structure_is_not(typed: str, sent: str) -> None:
    assert neutral(typed, LABELS) == sent

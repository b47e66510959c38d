from __future__ import annotations

import pytest

from bot.writing.guided.drift import drifts

PEOPLE = (
    "Rafaela Kessler",
    "Rafaela",
    "Kessler",
    "Avery",
    "Jo",
    "Inès",
    "Tomás",
    "王小明",
    "亚历山大",
    "李明",
)
KNOWN = "Rafaela Kessler, a cook, and her cousin Raffaela; Tomás; Avery; 王小明，厨师；亚历山大；李明"


@pytest.mark.parametrize(
    "sentence",
    [
        "Rafela opens the oven.",
        "In the kitchen Rafaella waits.",
        "Mr. Kesler pays.",
        "He calls Kassler.",
        "那天晚上王大明回来了。",
        "亚力山大没有说话。",
        "门开了，Rafela走进来。",
    ],
)
def test_a_name_that_is_wrong_by_one_letter_is_told(sentence: str) -> None:
    assert drifts(sentence, PEOPLE, KNOWN)


@pytest.mark.parametrize(
    "sentence",
    [
        "Rafaela's oven is cold, and RAFAELA laughs.",
        "The Kesslers pay.",  # more than one of them
        "Raffaela opens the oven.",  # the brief has her too
        "Tomas comes home.",  # without its accent
        "Joe and Ines wait.",  # too short to tell
        "Robert comes home.",
        "She has a kesler of rice.",  # no name
        "Every night they wait. Avery sings.",
        "Rafaela说：“Kessler在哪里？”",
        "王小姐来了，李鸣也来了。",
        "她问亚历山大去不去。",
        "",
    ],
)
def test_another_word_is_no_name_gone_wrong(sentence: str) -> None:
    assert not drifts(sentence, PEOPLE, KNOWN)

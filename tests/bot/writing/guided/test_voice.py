from __future__ import annotations

import pytest

from bot.story.brief import Language
from bot.writing.guided.voice import strays


@pytest.mark.parametrize(
    "sentence",
    [
        "You have to look at your watch.",
        "This story ends the movie.",
        "What would we do?",
        "The audience laughs.",
    ],
)
def test_who_speaks_to_the_reader_or_of_the_film_leaves_the_story(sentence: str) -> None:
    assert strays(sentence, "", Language.ENGLISH)


@pytest.mark.parametrize(
    "sentence",
    ["“You lied to us,” she says.", "She tells her story.", "Mine workers wait.", "He hides it from the US."],
)
def test_speech_and_other_words_do_not(sentence: str) -> None:
    assert not strays(sentence, "mine us", Language.ENGLISH)


def test_what_the_brief_says_itself_may_be_said() -> None:
    assert not strays("The film burns.", "A projectionist finds the film.", Language.ENGLISH)
    assert strays("这部电影讲述了一个故事。", "", Language.CHINESE)
    assert strays("你会看到他走了。", "", Language.CHINESE)
    assert not strays("他说：“你走吧。”", "", Language.CHINESE)

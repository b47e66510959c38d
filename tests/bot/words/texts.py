"""The catalogue's texts as they stand in it, their fields unfilled."""

from __future__ import annotations

from string import Formatter

import pytest

from bot.words import CHINESE, ENGLISH, LANGUAGES, Words, words

EN, ZH = words(ENGLISH), words(CHINESE)
BOTH = pytest.mark.parametrize("say", [EN, ZH], ids=LANGUAGES)


def raw(say: Words, key: str) -> str:
    return say._texts[key]


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}

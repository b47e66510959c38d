"""What a text tells people to type or to press is there, under that name, in that language."""

from __future__ import annotations

import re

from bot.words import Words
from tests.bot.words.texts import BOTH, raw

_SLASH = re.compile(r"(?<![\w/{}:.])/(?=\w)")
_PRESS = {
    "en": re.compile(r"\b[Pp]ress ([A-Z][a-z]+(?: [a-z]+)*?)(?= (?:below|for|on|in|again)\b|[ ,.;]|$)"),
    "zh-CN": re.compile("按“([^”]+)”"),
}


def commands(say: Words) -> set[str]:
    """Every command that can be sent, as people type it."""
    keys = {key.removesuffix(".name") for key in say.keys if re.fullmatch(r"command(\.\w+)+\.name", key)}
    groups = {key.rpartition(".")[0] for key in keys}
    return {_typed(say, key) for key in keys - groups}


def _typed(say: Words, key: str) -> str:
    parts = key.split(".")
    return " ".join(say.say(f"{'.'.join(parts[:end])}.name") for end in range(2, len(parts) + 1))


@BOTH
def test_every_command_that_a_text_names_can_be_sent(say: Words) -> None:
    every = commands(say)
    assert len(every) > 30
    missing = []
    for key in say.keys:
        text = raw(say, key)
        for found in _SLASH.finditer(text):
            rest = text[found.end() :]
            if not any(re.match(rf"{re.escape(each)}(?!\w)", rest) for each in every):
                missing.append((key, rest[:20]))
    assert missing == []


@BOTH
def test_every_button_that_a_text_has_people_press_has_that_label(say: Words) -> None:
    labels = {raw(say, key) for key in say.keys if key.startswith("button.")}
    told = [(key, label) for key in say.keys for label in _PRESS[say.language].findall(raw(say, key))]
    assert len(told) > 3
    assert [each for each in told if each[1] not in labels] == []

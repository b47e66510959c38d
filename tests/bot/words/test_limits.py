"""Every text fits the place that Discord has for it, in both languages."""

from __future__ import annotations

import re

import pytest

from bot.words import Words
from tests.bot.words.texts import BOTH, EN, raw


@BOTH
def test_names_and_descriptions_of_commands_fit_discord(say: Words) -> None:
    for key in (key for key in say.keys if key.startswith("command.")):
        text = raw(say, key)
        if key == "command.add_to_story.name":
            assert 1 <= len(text) <= 32
        elif key.endswith(".name") or ".options." in key:
            assert re.fullmatch(r"[-_'\w]{1,32}", text), key
            assert text == text.lower(), key
        else:
            assert 1 <= len(text) <= 100, key


@pytest.mark.parametrize("key", sorted(key for key in EN.keys if ".options." in key))
def test_an_options_english_name_is_the_codes_own(key: str) -> None:
    assert raw(EN, key) == key.rpartition(".")[2]


@BOTH
def test_a_whole_command_fits_discord(say: Words) -> None:
    for name in {key.split(".")[1] for key in say.keys if key.startswith("command.")}:
        texts = [raw(say, key) for key in say.keys if key.startswith(f"command.{name}.")]
        assert sum(map(len, texts)) < 8000 - 1000  # the names of choices stand elsewhere


@BOTH
@pytest.mark.parametrize(
    ("keys", "limit"),
    [
        (r"(form|length|language|rating|preset|dials|kind)\.[\w-]+|command\.export\.formats\.\w+", 100),
        (r"premise\.modal_\w+|note\.modal|card\.modal_\w+", 45 - 4),  # with a number of some digits in it
        (r"premise\.(kind|text)_label|note\.label|card\.field\.\w+", 45),
        (r"premise\.text_placeholder|note\.placeholder", 100),
        (r"premise\.choose|draft\.choose|bible\.choose|secret\.who", 150),
        (r"draft\.option(_current)?", 100 - 4),
        (r"button\.\w+", 80),
    ],
)
def test_parts_of_a_form_fit_discord(say: Words, keys: str, limit: int) -> None:
    found = [key for key in say.keys if re.fullmatch(keys, key) and key != "length.words"]
    assert found
    for key in found:
        assert 1 <= len(raw(say, key)) <= limit, key


@BOTH
def test_a_notice_leaves_room_for_what_it_tells(say: Words) -> None:
    for key in ("premise.added", "premise.added_for", "premise.edited", "note.written"):
        assert len(raw(say, key)) + 2 * 60 + 20 < 300, key  # the rest of a message is the quoted text

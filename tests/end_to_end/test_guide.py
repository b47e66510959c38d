"""The guide holds: what it names is there, in both languages alike. Its steps are walked in the gallery."""

from __future__ import annotations

import re

import pytest

from bot.words import CHINESE, ENGLISH, LANGUAGES
from tests.end_to_end.guide import PICTURES, Guide

PICTURE_BYTES = 150_000


@pytest.fixture(params=LANGUAGES)
def guide(request: pytest.FixtureRequest) -> Guide:
    return Guide(request.param)


def test_every_command_that_the_guide_names_exists_in_its_language(guide: Guide) -> None:
    assert len(guide.commands) > 20
    assert [each for each in guide.commands if guide.command(each) is None] == []


def test_every_button_that_the_guide_names_exists_in_its_language(guide: Guide) -> None:
    assert len(guide.buttons) > 20
    assert [each for each in guide.buttons if not guide.actions(each)] == []


def test_the_pictures_are_there_small_and_few(guide: Guide) -> None:
    assert 5 <= len(guide.pictures) <= 8
    for picture in guide.pictures:
        content = picture.read_bytes()
        assert content.startswith(b"\x89PNG"), picture
        assert len(content) < PICTURE_BYTES, picture


def test_no_picture_is_left_that_no_guide_shows() -> None:
    shown = {picture for language in LANGUAGES for picture in Guide(language).pictures}
    assert set(PICTURES.rglob("*.png")) == shown


def test_every_link_of_the_guide_leads_somewhere(guide: Guide) -> None:
    assert guide.links
    assert [each for each in guide.links if not each.is_file()] == []


def test_both_languages_teach_the_same_in_the_same_order() -> None:
    english, chinese = Guide(ENGLISH), Guide(CHINESE)
    commands = [[guide.command(each) for each in guide.commands] for guide in (english, chinese)]
    assert commands[0] == commands[1]
    assert [each.name for each in english.pictures] == [each.name for each in chinese.pictures]
    assert len(english.buttons) == len(chinese.buttons)
    for one, other in zip(english.buttons, chinese.buttons, strict=True):
        assert english.actions(one) & chinese.actions(other), (one, other)
    headings = [len(re.findall(r"(?m)^## ", guide.text)) for guide in (english, chinese)]
    assert headings[0] == headings[1]

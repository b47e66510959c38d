"""The JSON of a room: a stated format that holds the whole room, so that it can be taken up again."""

from __future__ import annotations

import json

import jsonschema
import pytest
from pydantic import ValidationError

from bot.store.schema import SCHEMA
from bot.story import replay
from bot.story.credit import credits_of
from bot.story.document import Export, as_json
from bot.story.document.portable import VERSION
from bot.story.evolve import BrokenLog
from bot.words import CHINESE, words
from tests.bot.building import add_premise, open_room
from tests.bot.story.document.stories import whole_story
from tests.bot.story.strategies import HOSTILE
from tests.bot.story.telling import story_of

SAY = words().say


def test_a_room_rebuilt_from_its_json_is_the_room() -> None:
    room, log = whole_story()
    export = Export.model_validate_json(as_json(log, say=SAY))
    assert export.events == log
    assert replay(export.events) == export.room == room
    assert export.credit == credits_of(room)


def test_the_json_says_its_format_and_version_first() -> None:
    _, log = whole_story()
    first, second = list(json.loads(as_json(log, say=SAY)).items())[:2]
    assert (first, second) == (("format", "storyroom.room"), ("version", 1))


def test_the_json_keeps_to_its_schema() -> None:
    _, log = whole_story()
    jsonschema.validate(json.loads(as_json(log, say=SAY)), Export.model_json_schema(mode="serialization"))


def test_the_text_of_the_canon_is_at_hand() -> None:
    room, log = whole_story()
    canon = room.draft(room.canon)
    assert canon is not None
    assert json.loads(as_json(log, say=SAY))["text"] == room.text_of(canon)
    _, nothing = story_of(open_room())
    assert json.loads(as_json(nothing, say=SAY))["text"] is None


def test_words_are_in_the_json_as_they_were_typed() -> None:
    typed = [
        f"{number}{text}" for number, text in enumerate(HOSTILE) if 0 < len(text) < 100 and text.isascii()
    ]
    room, log = story_of(open_room(), *(add_premise(text) for text in typed))
    export = Export.model_validate_json(as_json(log, say=SAY))
    assert [premise.text for premise in export.room.premises] == [premise.text for premise in room.premises]


def test_the_disclosure_is_in_the_rooms_language() -> None:
    _, log = whole_story()
    disclosure = json.loads(as_json(log, say=words(CHINESE).say))["disclosure"]
    assert disclosure == "各版本与各稿的文字由 Plain words、a-model 写成。设定、批注和取舍出自文中署名的人。"


def test_another_version_is_not_taken_for_this_one() -> None:
    _, log = whole_story()
    newer = {**json.loads(as_json(log, say=SAY)), "version": 2}
    with pytest.raises(ValidationError):
        Export.model_validate(newer)


def test_the_version_goes_with_that_of_stored_events() -> None:
    assert SCHEMA.version == VERSION


def test_what_is_no_room_is_no_json() -> None:
    with pytest.raises(BrokenLog):
        as_json([], say=SAY)

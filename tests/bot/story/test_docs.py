"""The page about rooms names every event with its fields, every field of a room and its JSON, every limit."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.story.bible import DETAIL_LIMIT, NAME_LIMIT, SECRET_LIMIT
from bot.story.brief import PREMISE_LIMIT, PREMISES_LIMIT, TITLE_LIMIT, TONE_LIMIT
from bot.story.document import Export
from bot.story.events import Event, Happening
from bot.story.room import NOTE_LIMIT, Room
from bot.story.rounds import ROUNDS_LIMIT

PAGE = (Path(__file__).parents[3] / "docs" / "rooms.md").read_text(encoding="utf-8")
EVENTS = get_args(get_args(Event)[0])


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_every_event_is_in_the_table_with_its_fields(event: type[Happening]) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{event.__name__}` |"))
    fields = set(event.model_fields) - set(Happening.model_fields) - {"type"}
    assert set(re.findall(r"`(\w+)`", row.split("|")[3])) - {"by"} == fields


def test_every_field_of_a_room_is_explained() -> None:
    told = {"id", "guild", "opened_by", "opened_at", "changed_at", "board"}  # by the event that sets them
    for field in set(Room.model_fields) - told:
        assert f"| `{field}` |" in PAGE, field


def test_every_field_of_the_json_is_explained() -> None:
    for field in Export.model_fields:
        assert f"| `{field}` |" in PAGE, field


def test_every_limit_is_the_one_in_force() -> None:
    said = (
        f"title {TITLE_LIMIT}, tone {TONE_LIMIT}, premise {PREMISE_LIMIT:,}, note {NOTE_LIMIT:,}",
        f"name {NAME_LIMIT}, want, need and flaw {DETAIL_LIMIT} each, secret {SECRET_LIMIT:,}",
        f"{PREMISES_LIMIT} cards may be in force",
        f"a room keeps {ROUNDS_LIMIT} rounds",
    )
    text = " ".join(PAGE.split())
    for one in said:
        assert one in text

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.story.brief import Kind
from bot.story.rounds import DIAL_PRESETS, DialPreset
from bot.writing.evaluated import Writer, room_of
from tests.bot.writing.scripted_tgi import ScriptedTgi
from tgi.client import TgiClient
from tgi.evaluation import writers
from tgi.evaluation.briefs import Brief, read_briefs
from tgi.prose.phrases import length_of

BRIEFS = Path(__file__).parents[2] / "tgi" / "evaluation"
HOSTILE = [one for name in ("hostile", "fresh") for one in read_briefs(BRIEFS / f"{name}.jsonl")]


@pytest.fixture
async def tgi(server: ScriptedTgi) -> AsyncIterator[TgiClient]:
    """As patient as a command, not as a test of timeouts."""
    async with TgiClient([server.url]) as client:
        yield client


def brief(**changes: Any) -> Brief:
    whole = {
        "id": "well",
        "title": "The Dry Well",
        "form": "half-hour",
        "language": "en",
        "words": 200,
        "premises": [
            {"kind": "protagonist", "text": "Mara, a well-digger"},
            {"kind": "mood", "text": "It has not rained for years."},
        ],
    }
    return Brief.model_validate(whole | changes)


def test_a_brief_becomes_a_room_that_asks_for_one_take() -> None:
    room = room_of(brief(), 4000)

    assert (room.brief.words, room.brief.form) == (200, "half-hour")
    assert [premise.kind for premise in room.premises] == [Kind.CHARACTER, Kind.LOGLINE]
    assert room.rounds[0].seed == 4000
    assert room.rounds[0].dials == DIAL_PRESETS[DialPreset.BOLD]


def test_words_too_long_for_a_room_are_cut_and_empty_ones_left_out() -> None:
    room = room_of(
        brief(
            title="T" * 200, premises=[{"kind": "x", "text": "w " * 2000}, {"kind": "x", "text": "\u200b"}]
        ),
        1,
    )

    assert len(room.brief.title) == 80
    assert [len(premise.text) <= 1500 for premise in room.premises] == [True]


@pytest.mark.parametrize("one", HOSTILE, ids=lambda one: one.id)
async def test_a_take_is_written_as_the_worker_writes_it(
    server: ScriptedTgi, tgi: TgiClient, one: Brief
) -> None:
    written = await Writer().write(tgi, one, 1000)

    assert written.text
    assert written.requests == len(server.requests)
    assert written.tokens > 0
    assert written.model == "scripted/model"
    if one.language == "en" and one.id != "thirty-short":
        assert abs(length_of(written.text, chinese=False) - one.words) <= 0.2 * one.words
    labels = json.dumps([request["inputs"] for request in server.requests], ensure_ascii=False)
    assert "###\\n" in labels


async def test_a_brief_that_does_not_fit_brings_no_text(server: ScriptedTgi, tgi: TgiClient) -> None:
    server.max_total_tokens = server.max_input_tokens = 60
    written = await Writer().write(tgi, brief(), 1000)

    assert (written.text, written.tokens) == ("", 0)
    assert written.thrown_away == ("prompt_too_long",)


def test_what_the_examples_show_is_told() -> None:
    for language in ("en", "zh-CN"):
        shown = Writer().shown(language)
        assert shown.names
        assert all(any(name in text for text in shown.texts) for name in shown.names[:1])


def test_it_is_found_through_the_entry_point() -> None:
    assert isinstance(writers.programs(), Writer)
    assert writers.programs().dials == {"temperature": 0.8, "top_p": 0.92, "repetition_penalty": 1.1}

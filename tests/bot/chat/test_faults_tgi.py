"""The writing machine away, overloaded, slow, something else, or lost in the middle: a round always ends.

It ends in its takes, or in an apology to the room with a button to try again; nothing is lost or doubled.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web

from bot.story.rounds import RoundStatus
from bot.writing import failures, reach
from tests.bot.chat.asides import EN, seen_everything, times_shown
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels, text_of
from tests.bot.chat.stage import Stage, Staging
from tests.bot.writing.scripted_tgi import (
    Answer,
    breaks_after,
    html,
    overloaded,
    prose,
    refuses,
    silent,
)


async def stalls(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
    """One token, and then nothing for longer than anybody waits."""
    del body
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    token = {"id": 1, "text": " Once", "logprob": -0.5, "special": False}
    frame = {"index": 1, "token": token, "generated_text": None, "details": None}
    await response.write(f"data: {json.dumps(frame)}\n\n".encode())
    await asyncio.sleep(30)
    return response


@pytest.fixture
def staging() -> Staging:
    """Budgets of a second, one attempt."""
    return Staging(settings={"first_token_seconds": 1.0, "idle_seconds": 1.0, "round_attempts": 1})


async def asks(person: Person, takes: int, **dials: int) -> str:
    room = await person.opens()
    await person.command(room, "premise add", kind="setting", text="A valley without rain")
    await person.command(room, "synopsis", takes=takes, **dials)
    return room


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (overloaded(), "writer_overloaded"),
        (silent(), "writer_busy"),
        (stalls, "writer_busy"),
        (html(), "writer_unavailable"),
        (breaks_after(5), "writer_unavailable"),
        (refuses("CUDA out of memory", "generation"), "writer_failed"),
        (refuses("Input validation error: `inputs` must be short", "validation"), "writer_refused"),
    ],
    ids=["overloaded", "silent", "stalls", "a page", "breaks off", "fails", "refuses"],
)
async def test_a_round_that_cannot_be_written_ends_in_an_apology_and_again_works(
    ana: Person, bo: Person, stage: Stage, answer: Answer, reason: str
) -> None:
    stage.tgi.answers = [answer] * 8
    room = await asks(ana, takes=1)
    apology = await bo.sees(EN.say(f"failure.{reason}"), room)
    assert labels(apology) == ["Again"]
    assert (await stage.room(room)).rounds[0].status is RoundStatus.FAILED
    stage.tgi.answers = []
    await bo.press("Again", on=apology)
    written = await ana.sees(EN.say("round.written"), room)
    assert "Adopt A" in labels(written)
    await seen_everything(ana)
    assert (times_shown(ana, "Round 1: 1 take"), times_shown(ana, "Round 2: 1 take")) == (1, 1)
    assert "CUDA" not in text_of(ana.now(apology))


async def test_a_proxy_whose_server_is_away_is_waited_out_with_one_attempt_alone(
    ana: Person, bo: Person, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach, "LOOK_SECONDS", 0.05)
    stage.tgi.answers = [html(502)] * 4
    room = await asks(ana, takes=1)
    await bo.sees(EN.say("round.written"), room)
    assert [one.failure for one in (await stage.room(room)).rounds] == [None]


async def test_takes_that_were_written_stay_when_another_breaks_off(
    ana: Person, bo: Person, stage: Stage
) -> None:
    whole = breaks_after(10_000)
    stage.tgi.answers = [breaks_after(5), whole, breaks_after(5), breaks_after(5)]  # and goes on twice
    room = await asks(ana, takes=2)
    apology = await bo.sees(EN.say("failure.writer_unavailable"), room)
    kept = (await stage.room(room)).rounds[0].takes
    assert len(kept) == 1
    assert labels(apology) == [f"Adopt {kept[0].letter}", "Again", "Why"]
    await bo.press(f"Adopt {kept[0].letter}", on=apology)
    await ana.sees(f"adopted take {kept[0].letter}", room)


class TestWithMoreAttempts:
    @pytest.fixture
    def staging(self, monkeypatch: pytest.MonkeyPatch) -> Staging:
        monkeypatch.setattr(failures, "FIRST_PAUSE_SECONDS", 0.05)
        return Staging(settings={"first_token_seconds": 1.0, "round_attempts": 3})

    async def test_what_broke_off_is_drawn_again_and_nothing_else(
        self, ana: Person, bo: Person, stage: Stage
    ) -> None:
        stage.tgi.answers = [breaks_after(5)]
        room = await asks(ana, takes=2)
        written = await bo.sees(EN.say("round.written"), room)
        seeds = (await stage.room(room)).rounds[0].seed
        assert sorted(stage.tgi.seeds) in ([seeds, seeds, seeds + 1], [seeds, seeds + 1, seeds + 1])
        for take in (0, 1):
            assert prose(seeds + take).split(".")[0].strip() in text_of(written)
        await seen_everything(bo)
        assert times_shown(bo, "Round 1: 2 takes") == 1
        events = await stage.app.rooms.events(room)
        assert [event.type for event in events].count("TakeWritten") == 2

    async def test_a_machine_that_comes_back_in_time_writes_the_round(
        self, ana: Person, bo: Person, stage: Stage
    ) -> None:
        stage.tgi.answers = [silent(), html(503), html(503)]
        room = await asks(ana, takes=1)
        await bo.sees(EN.say("round.written"), room)
        assert len((await stage.room(room)).rounds[0].takes) == 1

    async def test_a_machine_that_is_away_keeps_the_round_waiting_and_then_writes_it(
        self, ana: Person, bo: Person, stage: Stage
    ) -> None:
        await stage.tgi.goes_away()
        room = await asks(ana, takes=1)
        await asyncio.sleep(1.5)  # three attempts would be over
        assert (await stage.room(room)).rounds[0].status is RoundStatus.OPEN
        await stage.tgi.comes_back()
        await bo.sees(EN.say("round.written"), room)

    async def test_a_slow_machine_shows_its_words_as_they_come(
        self, ana: Person, bo: Person, stage: Stage
    ) -> None:
        stage.tgi.pause = 0.02
        room = await asks(ana, takes=1, seed=4)  # of which no sentence is written anew
        shown = await bo.sees("Then take", room)
        assert EN.say("round.writing") in text_of(shown)
        assert labels(shown) == ["Cancel"]
        written = await bo.sees(EN.say("round.written"), room)
        assert written["id"] == shown["id"]
        lengths = [
            len(text_of(each)) for each in bo.versions(shown) if EN.say("round.writing") in text_of(each)
        ]
        assert len(lengths) > 3
        assert lengths == sorted(lengths)


class TestAtTheRealPace:
    @pytest.fixture
    def staging(self) -> Staging:
        """Edits as far apart as they are on Discord, so that its buckets are never full."""
        budgets = {"first_token_seconds": 1.0, "idle_seconds": 1.0, "round_attempts": 1}
        return Staging(settings=budgets, every=1.25)

    async def test_a_story_is_asked_for_by_many_at_once_and_every_round_ends(
        self, ana: Person, bo: Person, stage: Stage
    ) -> None:
        rooms = [await ana.opens(f"Room {number}") for number in range(3)]
        for room in rooms:
            await ana.command(room, "premise add", kind="setting", text="A valley without rain")
        stage.tgi.answers = [overloaded()] * 3
        await asyncio.gather(
            *(person.command(room, "synopsis", takes=2) for room in rooms for person in (ana, bo))
        )
        done = (EN.say("round.written"), EN.say("failure.writer_overloaded"))
        await ana.until(lambda: sum(times_shown(ana, each) for each in done) == 6)
        for room in rooms:
            assert [one.status is RoundStatus.OPEN for one in (await stage.room(room)).rounds] == [
                False,
                False,
            ]

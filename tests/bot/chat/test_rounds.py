"""Rounds: asked for with every dial, queued, written before one's eyes, asked for again, read whole."""

from __future__ import annotations

import asyncio
import re
from itertools import takewhile
from typing import Any

import pytest
from aiohttp import web

from bot.story.rounds import LETTERS
from tests.bot.chat.person import Person
from tests.bot.chat.reading import labels, text_of
from tests.bot.chat.stage import Stage, Staging
from tests.bot.writing.scripted_tgi import Answer, prose


@pytest.fixture
async def room(ana: Person) -> str:
    room = await ana.opens("The Dry Well")
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.command(room, "premise add", kind="character", text="Mara, a well-digger")
    return room


def _dialled(request: dict[str, Any]) -> dict[str, Any]:
    names = ("temperature", "top_k", "top_p", "repetition_penalty", "seed")
    return {name: request["parameters"].get(name) for name in names}


async def test_a_round_asked_for_by_button_has_the_rooms_takes_and_dials(
    room: str, bo: Person, stage: Stage
) -> None:
    await bo.press("Write takes")
    written = await bo.sees("Round 1: 3 takes**\nWritten. Adopt the take the room wants to go on with.", room)
    assert labels(written) == ["Adopt A", "Adopt B", "Adopt C", "Again", "Ballot", "Why"]
    assert [embed["title"] for embed in written["embeds"]] == ["Take A", "Take B", "Take C"]
    seed = (await stage.room(room)).rounds[0].seed
    assert f"-# Bo · temperature 0.8 · top-p 0.92 · seed {seed}" in text_of(written)
    assert sorted(stage.tgi.seeds) == [seed, seed + 1, seed + 2]
    assert {request["parameters"]["temperature"] for request in stage.tgi.requests} == {0.8}


async def test_every_dial_of_synopsis_reaches_tgi(room: str, ana: Person, stage: Stage) -> None:
    await ana.command(
        room, "synopsis", takes=2, preset="wild", temperature=1.3, top_k=50, top_p=0.85, seed=70
    )
    await ana.private("Round 1 is on its way; it shows in this room.")
    written = await ana.sees("Written.", room)
    assert "-# Ana · temperature 1.3 · top-k 50 · top-p 0.85 · seed 70" in text_of(written)
    turned = {"temperature": 1.3, "top_k": 50, "top_p": 0.85, "repetition_penalty": 1.15}
    sent = sorted((_dialled(request) for request in stage.tgi.requests), key=lambda each: each["seed"])
    assert sent == [{**turned, "seed": 70}, {**turned, "seed": 71}]


@pytest.mark.parametrize(
    ("preset", "turned"),
    [
        ("steady", {"temperature": 0.6, "top_k": 40, "top_p": 0.9, "repetition_penalty": 1.1}),
        ("bold", {"temperature": 0.8, "top_k": None, "top_p": 0.92, "repetition_penalty": 1.1}),
        ("wild", {"temperature": 1.1, "top_k": None, "top_p": 0.97, "repetition_penalty": 1.15}),
    ],
)
async def test_a_preset_turns_the_dials(
    room: str, ana: Person, stage: Stage, preset: str, turned: dict[str, Any]
) -> None:
    await ana.command(room, "synopsis", takes=1, preset=preset, seed=5)
    await ana.sees("Written.", room)
    assert [_dialled(request) for request in stage.tgi.requests] == [{**turned, "seed": 5}]


@pytest.mark.parametrize(("preset", "takes"), [("writers", 3), ("class", 2), ("game", 4)])
async def test_whom_the_room_is_for_says_how_many_takes_a_round_has(
    ana: Person, stage: Stage, preset: str, takes: int
) -> None:
    room = await ana.opens("The Dry Well", preset=preset)
    await ana.command(room, "premise add", kind="setting", text="A valley without rain")
    await ana.press("Write takes")
    written = await ana.sees("Written.", room)
    assert labels(written) == [*(f"Adopt {letter}" for letter in LETTERS[:takes]), "Again", "Ballot", "Why"]
    assert len(stage.tgi.requests) == takes


async def test_the_premises_are_what_is_written_from(room: str, ana: Person, stage: Stage) -> None:
    await ana.command(room, "synopsis", takes=1)
    await ana.sees("Written.", room)
    prompt = stage.tgi.requests[0]["inputs"]
    assert "A valley without rain" in prompt
    assert "Mara, a well-digger" in prompt


async def test_a_round_is_written_before_everybodys_eyes(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    stage.tgi.pause = 0.006
    await ana.command(room, "synopsis", takes=1, seed=9)
    written = await bo.sees("Written.", room)
    shown = bo.versions(written)
    assert "Its turn has come" in text_of(shown[0]) or re.search("Queued|Being written", text_of(shown[0]))
    waits = [["Cancel"]] * (len(shown) - 1)
    assert [labels(each) for each in shown] == [*waits, ["Adopt A", "Again", "Why"]]
    whole = written["embeds"][0]["description"]
    texts = [each["embeds"][0]["description"] for each in shown if each["embeds"]]
    growing = [text for text in texts if text not in ("…", whole)]
    assert len(growing) >= 3
    assert growing == sorted(growing, key=len)
    # A last sentence that the model did not end is shown while it is written, and cut in the end.
    assert all(whole.startswith(text.rstrip()) or text.startswith(whole) for text in growing)


async def test_again_asks_for_the_same_with_a_new_seed(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(room, "synopsis", takes=2, temperature=1.3, top_k=50, top_p=0.85, seed=70)
    await bo.press("Again")
    again = await bo.sees("Round 2: 2 takes**\nWritten.", room)
    assert "-# Bo · temperature 1.3 · top-k 50 · top-p 0.85 · seed" in text_of(again)
    first, second = (await stage.room(room)).rounds
    assert second.seed != first.seed
    assert second.again_of == 1


async def test_a_note_asks_for_a_refinement_of_the_current_draft(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    await ana.command(room, "synopsis", takes=1, seed=3)
    await ana.press("Adopt A")
    await bo.sees("**Ana** adopted take A. It is **draft 1** now.", room)
    await bo.press("Note")
    modal = await bo.modal()
    assert (modal["title"], modal["components"][0]["label"]) == ("Note on draft 1", "What should change?")
    await bo.submit(text="The ending is too neat.")
    await ana.sees("**Bo**'s note on draft 1: The ending is too neat.", room)
    refined = await ana.sees("Round 2: 2 takes on the note “The ending is too neat.”**\nWritten.", room)
    assert labels(refined) == ["Adopt A", "Adopt B", "Again", "Ballot", "Why"]
    prompts = [request["inputs"] for request in stage.tgi.requests[1:]]
    assert len(prompts) == 2
    for prompt in prompts:
        assert "The ending is too neat." in prompt
        assert "Then take 3 of line 0" in prompt


def _lengthened(word: re.Match[str]) -> str:
    return f"{word[0]}{'yz' * 12}"[:24]


async def test_a_take_too_long_for_the_message_can_be_read_in_full(
    room: str, ana: Person, bo: Person, stage: Stage
) -> None:
    stage.tgi.text = lambda seed: re.sub(r"\w+", _lengthened, prose(seed))  # few words fill a message
    await ana.command(room, "synopsis", takes=4, seed=1)
    written = await ana.sees("Written.", room)
    assert labels(written)[-4:] == ["Again", "Ballot", "Read in full", "Why"]
    assert written["embeds"][0]["description"].endswith(" … (Read in full)")
    takes = (await stage.room(room)).rounds[0].takes
    await bo.press("Read in full", written)
    last = takes[-1].text.split()[-1]
    await bo.private(last)
    parts = [each for each in bo.messages() if each["flags"] & 64]
    texts = [text_of(each) for each in parts]
    assert [text.partition("\n")[0] for text in texts if text.startswith("**Take")] == [
        f"**Take {letter}**" for letter in LETTERS
    ]
    first = takewhile(lambda text: not text.startswith(f"**Take {LETTERS[1]}**"), texts)
    read = " ".join(text.removeprefix(f"**Take {LETTERS[0]}**\n") for text in first)
    assert read.split() == takes[0].text.split()


class TestWithOneRoundAtATime:
    """Only one round is written at once, so that others must wait."""

    @pytest.fixture
    def staging(self) -> Staging:
        return Staging(settings={"worker_rounds": 1})

    async def test_a_round_says_at_once_how_many_come_before_it(
        self, room: str, ana: Person, bo: Person, stage: Stage
    ) -> None:
        gate = asyncio.Event()
        stage.tgi.answers = [_behind(gate, stage)]
        await ana.command(room, "synopsis", takes=1)
        await ana.sees("Round 1: 1 take**\nBeing written", room)
        await ana.command(room, "synopsis", takes=1)
        await bo.sees("Round 2: 1 take**\nQueued: it is next.", room)
        await bo.command(room, "synopsis", takes=1)
        third = await bo.sees("Round 3: 1 take**\nQueued behind 1 other round.", room)
        assert labels(third) == ["Cancel"]
        gate.set()
        for number in (1, 2, 3):
            await bo.sees(f"Round {number}: 1 take**\nWritten.", room)


def _behind(gate: asyncio.Event, stage: Stage) -> Answer:
    """Answer as ever, but only when the gate opens."""

    async def answer(request: web.Request, body: dict[str, Any]) -> web.StreamResponse:
        await gate.wait()
        return await stage.tgi.stream(request, prose(body["parameters"]["seed"]))

    return answer

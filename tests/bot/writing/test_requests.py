"""What is noted of a take's requests is what the server was sent, request by request."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.story.brief import Language
from bot.story.commands import LockPart
from bot.story.requested import Requests
from bot.story.sent import Origin
from bot.story.works import WorkKind
from bot.writing.leads import led
from bot.writing.program import Programs
from bot.writing.prompt import Prompt, prompt_of
from bot.writing.taking import take
from bot.writing.transcript import CONTINUATIONS, Transcript
from tests.bot.building import ANA, after
from tests.bot.writing.rooms_at_hand import last_round, room_of
from tests.bot.writing.scripted_model import ModelTgi
from tests.bot.writing.scripted_tgi import ScriptedTgi, refuses, says
from tests.bot.writing.test_resumed import WAYS, Desk
from tests.bot.writing.works_at_hand import BEATS, SYNOPSIS, drafted, every_program, with_beats, working
from tgi.client import TgiClient

PROGRAMS = Programs()


def noted(prompt: Prompt, requests: Requests | None) -> list[dict[str, Any]]:
    """The bodies that a server would be sent by this record."""
    assert requests is not None
    pairs = zip(requests.requests, requests.behind(), strict=True)
    return [
        {"inputs": prompt.text + behind.text, "parameters": dict(one.parameters)} for one, behind in pairs
    ]


def received(server: ScriptedTgi) -> list[dict[str, Any]]:
    """What the server was sent; the same again, because nothing had come of it, once."""
    bodies = [{"inputs": each["inputs"], "parameters": each["parameters"]} for each in server.requests]
    return [body for body, _ in groupby(bodies)]


def nobody(text: str) -> None:
    del text


@pytest.mark.parametrize("language", Language)
async def test_of_every_program_all_requests_are_noted_as_they_were_sent(language: Language) -> None:
    async with ModelTgi() as model, TgiClient([model.url]) as tgi:
        for name, room in every_program(language).items():
            one = last_round(room)
            prompt = await prompt_of(PROGRAMS, tgi, room, one)
            for number in range(one.takes_wanted):
                model.requests.clear()
                transcript, ahead = Transcript(tgi), led(prompt, number)
                await take(transcript, ahead, partial(one.seed_of, number), watch=nobody)
                assert noted(ahead, transcript.requests) == received(model), name


BREAKS = st.lists(st.integers(1, 40), max_size=4)
DEATHS = st.lists(st.integers(0, 160), max_size=3)


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=4, deadline=None)
@given(breaks=BREAKS, deaths=DEATHS)
def test_of_a_take_that_broke_off_or_changed_hands_too(
    way: str, breaks: list[int], deaths: list[int]
) -> None:
    async def written() -> None:
        async with ModelTgi(breaks=breaks) as model, TgiClient([model.url]) as tgi:
            desk, found = Desk(tgi, WAYS[way]), None
            for killed in (*deaths, *[None] * 5):
                found = found or await desk.write(killed=killed, continuations=CONTINUATIONS)
            assert noted(await WAYS[way].prompt(tgi), desk.requests) == received(model)

    asyncio.run(written())


async def test_a_take_that_its_opening_fills_has_none(server: ScriptedTgi, tgi: TgiClient) -> None:
    room = room_of(takes=1)
    prompt = await prompt_of(PROGRAMS, tgi, room, last_round(room))
    transcript = Transcript(tgi)
    await take(transcript, replace(prompt, aim=8), partial(last_round(room).seed_of, 0), watch=nobody)

    assert transcript.requests.requests == ()
    assert server.requests == []


async def test_a_request_that_the_server_refused_is_among_them(server: ScriptedTgi, tgi: TgiClient) -> None:
    room = WAYS["guided, Chinese"].room
    prompt = await prompt_of(PROGRAMS, tgi, room, last_round(room))
    server.answers = [
        says("She walks to the river bank. "),
        refuses("grammar is not supported", "validation"),
    ]
    server.text = lambda seed: "".join(chr(0x4E00 + (seed * 31 + n * 7) % 900) for n in range(20)) + "。"
    transcript = Transcript(tgi)
    await take(transcript, prompt, partial(last_round(room).seed_of, 0), watch=nobody)
    _, held, free, *_ = noted(prompt, transcript.requests)

    assert "grammar" in held["parameters"]
    assert "grammar" not in free["parameters"]
    assert noted(prompt, transcript.requests) == received(server)


async def test_each_word_behind_the_prompt_says_where_it_came_from(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    room = room_of(takes=1)
    prompt = await prompt_of(PROGRAMS, tgi, room, last_round(room))
    server.answers = [says(" finds a letter in the sand. Salt wind shakes every window.\nTitle: Another")]
    transcript = Transcript(tgi)
    await take(transcript, prompt, partial(last_round(room).seed_of, 0), watch=nobody)
    second = list(transcript.requests.behind())[1]
    written, given = second.pieces[0], second.pieces[1]

    assert (written.origin, given.origin) == (Origin.WRITTEN, Origin.LEAD)
    assert " finds a letter in the sand. Salt wind shakes every window.".startswith(written.text)
    assert any(name.in_(given.text) for name in prompt.document.cast)


@pytest.mark.parametrize("language", Language)
async def test_what_is_kept_of_a_draft_is_told_from_what_the_model_wrote(language: Language) -> None:
    story = after(drafted(language), LockPart(at=6, by=ANA, draft=1, part=3, locked=True))
    beats = after(with_beats(language), LockPart(at=6, by=ANA, draft=2, part=3, locked=True))
    async with ModelTgi() as model, TgiClient([model.url]) as tgi:
        for room, draft in (
            (working(story, WorkKind.ONWARD, at=1), SYNOPSIS),
            (working(beats, WorkKind.DARKER), BEATS),
        ):
            one = last_round(room)
            prompt = await prompt_of(PROGRAMS, tgi, room, one)
            transcript = Transcript(tgi)
            text, _ = await take(transcript, prompt, partial(one.seed_of, 0), watch=nobody)
            last = list(transcript.requests.behind())[-1]
            kept = [piece.text.strip() for piece in last.pieces if piece.origin is Origin.DRAFT]
            written = [piece.text.strip() for piece in last.pieces if piece.origin is Origin.WRITTEN]

            assert len(kept) == 1
            assert kept[0] in draft[language]
            assert all(each in text for each in written)
            assert all(each not in draft[language] for each in written)

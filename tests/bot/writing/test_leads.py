"""Takes that begin with words of their own: three endings in three directions."""

from __future__ import annotations

import itertools
import time

import pytest

from bot.story.brief import Language
from bot.story.levels import Level
from bot.story.parts import parts_of
from bot.story.rounds import Receipt
from bot.story.works import WorkKind
from bot.writing.leads import led, take_of
from bot.writing.origins import sent_again
from bot.writing.program import Programs
from bot.writing.prompt import prompt_of
from bot.writing.replay import replay
from bot.writing.taking import take
from bot.writing.transcript import Transcript
from tests.bot.writing.scripted_tgi import ScriptedTgi
from tests.bot.writing.works_at_hand import SYNOPSIS, drafted, working
from tgi.client import TgiClient

PROGRAMS = Programs()
SAID = {
    Language.ENGLISH: " she puts out the lamp and rows home alone. Nobody asks her why.",
    Language.CHINESE: "她吹灭了灯，独自划船回家。没有人问她为什么。",
}


async def endings(tgi: TgiClient, language: Language) -> list[tuple[str, Receipt]]:
    room = working(drafted(language), WorkKind.ENDINGS)
    one = room.rounds[-1]
    prompt = await prompt_of(PROGRAMS, tgi, room, one)
    return [
        await take(
            Transcript(tgi),
            led(prompt, number),
            lambda attempt, number=number: one.seed_of(number, attempt),  # type: ignore[misc]  # bound as a default
            watch=lambda _: None,
        )
        for number in range(one.takes_wanted)
    ]


@pytest.mark.parametrize("language", Language)
async def test_three_endings_go_three_ways_even_where_the_model_says_the_same(
    server: ScriptedTgi, tgi: TgiClient, language: Language
) -> None:
    server.text = lambda _seed: SAID[language]
    texts = [text for text, _ in await endings(tgi, language)]
    kept = SYNOPSIS[language][: parts_of(Level.SYNOPSIS, SYNOPSIS[language])[-2].start]
    leads = PROGRAMS.of("endings", language).leads
    assert len(set(leads)) == len(texts) == 3
    for text, lead in zip(texts, leads, strict=True):
        assert text.removeprefix(kept).startswith(lead)
        assert text.endswith(SAID[language].strip())
    assert all(
        request["inputs"].endswith(lead) for request, lead in zip(server.requests, leads, strict=False)
    )


async def test_each_ending_can_be_drawn_again_and_its_prompt_made_again(
    server: ScriptedTgi, tgi: TgiClient
) -> None:
    said = itertools.cycle((SAID[Language.ENGLISH],))
    server.text = lambda _seed: next(said)
    room = working(drafted(Language.ENGLISH), WorkKind.ENDINGS)
    one = room.rounds[-1]
    for number, (text, receipt) in enumerate(await endings(tgi, Language.ENGLISH)):
        assert take_of(one, receipt) == number
        again = await replay(PROGRAMS, tgi, room, one, receipt, clock=time.monotonic)
        assert (again.text, again.same_prompt) == (text, True)
        sent = await sent_again(PROGRAMS, tgi, room, one, receipt)
        assert sent is not None
        assert sent.sha256 == receipt.prompt_sha256

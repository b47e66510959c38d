"""What each way of writing a take costs in tokens, and what it buys: on the small model, briefs from a file.

`STORYROOM_BENCH_BRIEFS` names another file of briefs than the hostile ones of the tests.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean

from bot.writing.document import Document
from bot.writing.draw import Draw, best_of, draw, draws_of
from bot.writing.evaluated import Writer, room_of
from bot.writing.program import Programs
from bot.writing.prompt import Prompt, prompt_of
from bot.writing.transcript import Transcript
from tests.bench.figures import Figure
from tgi.client import TgiClient
from tgi.evaluation.briefs import Brief, read_briefs
from tgi.evaluation.figures import share
from tgi.evaluation.measures import Faults, faults_of
from tgi.evaluation.running import PATIENT
from tgi.evaluation.serving import served

BRIEFS = Path(__file__).parents[1] / "tgi" / "evaluation" / "hostile.jsonl"
SEED = 1000


@dataclass(frozen=True)
class Way:
    """One way of writing: what it takes away from the document, and whether faulty takes are drawn again."""

    change: Callable[[Document], Document]
    redraws: bool = True


def _unguided(document: Document) -> Document:
    return replace(document, program=document.program.model_copy(update={"guide": None}))


WAYS = {
    "in one request": Way(_unguided, redraws=False),
    "in one request, faulty ones drawn again": Way(_unguided),
    "sentence by sentence, nobody woven in": Way(lambda document: replace(document, cast=())),
    "sentence by sentence, with everybody named": Way(lambda document: document),
}


async def measure() -> list[Figure]:
    briefs = read_briefs(Path(os.environ.get("STORYROOM_BENCH_BRIEFS", BRIEFS)))
    figures = []
    async with served(None, seats=1) as url, TgiClient([url], budgets=PATIENT) as tgi:
        for name, way in WAYS.items():
            takes = [await _take(tgi, brief, way) for brief in briefs]
            figures += _figures(name, takes)
    return figures


@dataclass(frozen=True)
class _Take:
    faults: Faults
    tokens: int
    prompt_tokens: int
    requests: int
    seconds: float


async def _take(tgi: TgiClient, brief: Brief, way: Way) -> _Take:
    room = room_of(brief, SEED)
    one = room.rounds[0]
    built = await prompt_of(Programs(), tgi, room, one)
    prompt = replace(built, document=way.change(built.document))
    began = time.monotonic()
    draws = await _draws(tgi, prompt, one.seed_of, way)
    return _Take(
        faults_of(brief, best_of(prompt, draws).text, Writer().shown(brief.language)),
        tokens=sum(each.tokens for each in draws),
        prompt_tokens=sum(each.prompt_tokens for each in draws),
        requests=sum(each.requests for each in draws),
        seconds=time.monotonic() - began,
    )


async def _draws(
    tgi: TgiClient, prompt: Prompt, seed_of: Callable[[int, int], int], way: Way
) -> Sequence[Draw]:
    if way.redraws:
        return await draws_of(
            Transcript(tgi), prompt, lambda attempt: seed_of(0, attempt), watch=_nobody, clock=time.monotonic
        )
    return [await draw(Transcript(tgi), prompt, seed_of(0, 0), watch=_nobody, clock=time.monotonic)]


def _figures(name: str, takes: Sequence[_Take]) -> list[Figure]:
    named = [take for take in takes if take.faults.names]
    return [
        Figure(
            f"{name}: everybody named", f"{share(not take.faults.misses_names for take in named):.0%}", "95%"
        ),
        Figure(f"{name}: length within a fifth", f"{share(take.faults.within for take in takes):.0%}", "90%"),
        Figure(f"{name}: loops", f"{share(take.faults.loops for take in takes):.0%}", "under 2%"),
        Figure(f"{name}: leakage", f"{share(take.faults.leaks for take in takes):.0%}", "under 1%"),
        Figure(f"{name}: in the right language", f"{share(not take.faults.foreign for take in takes):.0%}"),
        Figure(
            f"{name}: tokens written, tokens sent, requests, seconds a take",
            f"{fmean(take.tokens for take in takes):.0f}, {fmean(take.prompt_tokens for take in takes):,.0f},"
            f" {fmean(take.requests for take in takes):.1f}, {fmean(take.seconds for take in takes):.1f}",
        ),
    ]


def _nobody(text: str) -> None:
    del text

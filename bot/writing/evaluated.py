"""The product's own writing, to be evaluated: a brief becomes a room, and a take is drawn of it.

Exactly what the worker does for a take, without Redis and without Discord; found by `storyroom-tgi evaluate`
through the entry point `storyroom.writers`.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.errors import PromptTooLong
from bot.story.brief import PREMISE_LIMIT, TITLE_LIMIT, Brief, Form, Kind, Language, Premise
from bot.story.room import PRESETS, Preset, Room
from bot.story.rounds import DIAL_PRESETS, Dials, Purpose, Round
from bot.story.text import clean, clean_line
from bot.writing.draw import best_of, draws_of
from bot.writing.program import Programs
from bot.writing.prompt import prompt_of
from bot.writing.transcript import Transcript
from tgi.evaluation.writers import Shown, Written

if TYPE_CHECKING:
    from tgi.client import TgiClient
    from tgi.evaluation import briefs

_MEMBER = "1"


class _Brief(Brief):
    """A brief of any length; rooms offer three."""

    asked: int

    @property
    def words(self) -> int:
        """The length aimed at."""
        return self.asked


class Writer:
    """Writes takes as the worker does, with the dials of a writers' room."""

    def __init__(self) -> None:
        self._programs = Programs()

    @property
    def dials(self) -> Mapping[str, float]:
        """The dials of a writers' room, under TGI's names."""
        return _dials().model_dump(exclude_none=True)

    def shown(self, language: str) -> Shown:
        """The examples and labels of the program that is used."""
        program = self._programs.of(Purpose.SYNOPSIS, Language(language))
        names = tuple(name for example in program.examples for name in example.names)
        texts = (
            text
            for each in program.examples
            for text in (each.answer, *each.character, *each.setting, *each.conflict, *each.twist)
        )
        return Shown(names=names, texts=tuple(texts))

    async def write(self, tgi: TgiClient, brief: briefs.Brief, seed: int) -> Written:
        """Write one take of the brief, drawn again where it must be.

        Raises:
            tgi.errors.ClientError: the server failed.

        """
        room = room_of(brief, seed)
        one = room.rounds[0]
        began = time.monotonic()
        try:
            prompt = await prompt_of(self._programs, tgi, room, one)
        except PromptTooLong as error:  # the room would be told so, and has no text
            model = (await tgi.info()).model_id
            seconds = time.monotonic() - began
            return Written("", 0, 0, 0, seconds=seconds, model=model, thrown_away=(error.code,))
        draws = await draws_of(
            Transcript(tgi),
            prompt,
            lambda attempt: one.seed_of(0, attempt),
            watch=_nobody,
            clock=time.monotonic,
        )
        best = best_of(prompt, draws)
        return Written(
            text=best.text,
            tokens=sum(draw.tokens for draw in draws),
            prompt_tokens=sum(draw.prompt_tokens for draw in draws),
            requests=sum(draw.requests for draw in draws),
            seconds=time.monotonic() - began,
            model=best.model_id,
            thrown_away=tuple(
                draw.fault.value for draw in draws if draw.fault is not None and draw is not best
            ),
        )


def room_of(brief: briefs.Brief, seed: int) -> Room:
    """A room with this brief and one round asked for."""
    told = [(_KINDS[one.field], clean(one.text)[:PREMISE_LIMIT]) for one in brief.premises]
    premises = [
        Premise(id=number, kind=kind, text=text, author=_MEMBER, added_by=_MEMBER)
        for number, (kind, text) in enumerate(((kind, text) for kind, text in told if text), start=1)
    ]
    return Room(
        id="evaluated",
        guild="evaluated",
        revision=1,
        opened_by=_MEMBER,
        opened_at=0,
        changed_at=0,
        preset=Preset.WRITERS,
        brief=_Brief(
            title=clean_line(brief.title)[:TITLE_LIMIT] or "—",
            form=Form(brief.form),
            language=Language(brief.language),
            asked=brief.words,
        ),
        premises=tuple(premises),
        rounds=(
            Round(
                number=1,
                purpose=Purpose.SYNOPSIS,
                asked_by=_MEMBER,
                takes_wanted=1,
                dials=_dials(),
                seed=seed,
                premises=tuple(premise.id for premise in premises),
            ),
        ),
    )


_KINDS = {kind.value: kind for kind in Kind}


def _dials() -> Dials:
    return DIAL_PRESETS[PRESETS[Preset.WRITERS][1]]


def _nobody(text: str) -> None:
    del text

"""A room at its limits, as a document: what the model's window must hold if nobody is ever to be told no.

Its words are those of the programs' own examples, so that they count as prose does. The plain room beside it
has a title and one sentence, and is the least that must fit.
"""

from __future__ import annotations

from itertools import cycle, islice

from bot.story.brief import LENGTHS, PREMISE_LIMIT, TITLE_LIMIT, Brief, Kind, Language, Length, Premise
from bot.story.room import NOTE_LIMIT, Draft, Note, Preset, Room
from bot.story.rounds import Dials, Purpose, Receipt, Round, RoundStatus, Take
from bot.writing.document import Document, document_of
from bot.writing.program import Program, Programs

_SOMEONE = "0"
_CHARACTERS = {Language.ENGLISH: 6, Language.CHINESE: 1}  # a word, with its space
_DIALS = Dials()


def plain_document(programs: Programs, language: Language) -> Document:
    """A first round on a title and one short premise."""
    program = programs.of(Purpose.SYNOPSIS, language)
    brief = Brief(title=_prose(program, 10), language=language, length=Length.SHORT)
    room = _room(brief, _prose(program, 60))
    return document_of(program, room, _round(1, Purpose.SYNOPSIS))


def longest_document(programs: Programs, language: Language) -> Document:
    """A refinement of a longest draft, with a longest premise and a longest note."""
    program = programs.of(Purpose.REFINEMENT, language)
    text = _prose(program, LENGTHS[Length.LONG][language] * _CHARACTERS[language])
    first = _round(1, Purpose.SYNOPSIS).model_copy(
        update={"status": RoundStatus.WRITTEN, "takes": (Take(number=0, text=text, receipt=_receipt()),)}
    )
    second = _round(2, Purpose.REFINEMENT).model_copy(update={"draft": 1, "note": 1})
    brief = Brief(title=_prose(program, TITLE_LIMIT), language=language, length=Length.LONG)
    room = _room(brief, _prose(program, PREMISE_LIMIT)).model_copy(
        update={
            "rounds": (first, second),
            "drafts": (Draft(number=1, round=1, take=0, adopted_by=_SOMEONE, revision=1),),
            "notes": (Note(number=1, text=_prose(program, NOTE_LIMIT), author=_SOMEONE, draft=1),),
        }
    )
    return document_of(program, room, second)


def _room(brief: Brief, premise: str) -> Room:
    return Room(
        id=_SOMEONE,
        guild=_SOMEONE,
        revision=1,
        opened_by=_SOMEONE,
        opened_at=0,
        changed_at=0,
        preset=Preset.WRITERS,
        brief=brief,
        premises=(Premise(id=1, kind=Kind.LOGLINE, text=premise, author=_SOMEONE, added_by=_SOMEONE),),
    )


def _round(number: int, purpose: Purpose) -> Round:
    return Round(
        number=number, purpose=purpose, asked_by=_SOMEONE, takes_wanted=1, dials=_DIALS, seed=0, premises=(1,)
    )


def _receipt() -> Receipt:
    return Receipt(
        model="",
        prompt_sha256="",
        dials=_DIALS,
        seed=0,
        max_new_tokens=1,
        prompt_tokens=1,
        generated_tokens=1,
        finish_reason="length",
        seconds=0,
    )


def _prose(program: Program, characters: int) -> str:
    """So many characters of the examples' answers, over and over."""
    answers = " ".join(example.answer for example in program.examples)
    return "".join(islice(cycle(answers), characters)).strip()

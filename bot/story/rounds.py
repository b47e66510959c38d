"""Rounds, the takes they bring, and the receipt by which a take can be drawn again."""

from __future__ import annotations

import hashlib
from enum import StrEnum

from pydantic import Field

from bot.story.levels import Level
from bot.story.model import MemberId, Model
from bot.story.works import Work

TAKES_LIMIT = 4
OPEN_ROUNDS_LIMIT = 3  # unfinished rounds a room may have at once
ROUNDS_LIMIT = 200
CANCELLED = "cancelled"  # the reason of a round that somebody took back
LEFT_BEHIND = "left_behind"  # and of one that was under way when its room was exported
SEED_LIMIT = 2**31 - 1  # every engine behind TGI's wire takes 31 bits

LETTERS = "ABCD"  # how takes are named to people


class Dials(Model):
    """How the model draws, under TGI's parameter names. None leaves a dial off."""

    temperature: float = 0.8
    top_k: int | None = None
    top_p: float | None = None
    typical_p: float | None = None
    repetition_penalty: float | None = None


class DialPreset(StrEnum):
    """Named settings of the dials, for people who would rather not turn them."""

    STEADY = "steady"
    BOLD = "bold"
    WILD = "wild"


# Around the starting point measured for OPT-175B: T 0.8, top-p 0.92, a light repetition penalty.
DIAL_PRESETS: dict[DialPreset, Dials] = {
    DialPreset.STEADY: Dials(temperature=0.6, top_k=40, top_p=0.9, repetition_penalty=1.1),
    DialPreset.BOLD: Dials(temperature=0.8, top_p=0.92, repetition_penalty=1.1),
    DialPreset.WILD: Dials(temperature=1.1, top_p=0.97, repetition_penalty=1.15),
}


class Dial(StrEnum):
    """The dials by their names."""

    TEMPERATURE = "temperature"
    TOP_K = "top_k"
    TOP_P = "top_p"
    TYPICAL_P = "typical_p"
    REPETITION_PENALTY = "repetition_penalty"


# What TGI accepts is wider; these are the values that still give prose.
DIAL_RANGES: dict[Dial, tuple[float, float]] = {
    Dial.TEMPERATURE: (0.1, 2.0),
    Dial.TOP_K: (1, 200),
    Dial.TOP_P: (0.05, 0.99),
    Dial.TYPICAL_P: (0.05, 0.99),
    Dial.REPETITION_PENALTY: (0.5, 2.0),
}


class Receipt(Model):
    """Enough to draw a take again: the same model, prompt, dials and seed give the same text."""

    model: str
    model_revision: str | None = None
    prompt_sha256: str
    dials: Dials
    seed: int
    max_new_tokens: int
    prompt_tokens: int
    generated_tokens: int
    finish_reason: str
    seconds: float
    shortened: int = 0  # premises cut short so that the prompt fits the model's window
    left_out: int = 0  # premises that had no place in it at all
    revision: int = 0  # of the room that the prompt was made from; 0 where that was not kept
    redraws: tuple[str, ...] = ()  # why earlier draws of this take were thrown away
    program: str = ""  # the prompt program and its version, such as `darker.en/1`
    method: str = ""  # how it was written, where not in one request: `guided-1`
    resumed: tuple[int, ...] = ()  # after how many of its tokens it was gone on with, where it broke off

    @property
    def sha256(self) -> str:
        """The hexadecimal digest of what it says; fields that came later and say nothing do not change it."""
        return hashlib.sha256(self.model_dump_json(exclude_defaults=True).encode()).hexdigest()


class Take(Model):
    """One candidate text of a round."""

    number: int  # 0 to 3, shown as A to D
    text: str
    receipt: Receipt

    @property
    def letter(self) -> str:
        """The name people know the take by."""
        return LETTERS[self.number]


class Purpose(StrEnum):
    """Why a round is asked for."""

    SYNOPSIS = "synopsis"  # a text of the round's level, written afresh
    REFINEMENT = "refinement"
    READING = "reading"  # its takes are no drafts


class RoundStatus(StrEnum):
    """Where a round stands."""

    OPEN = "open"
    WRITTEN = "written"
    FAILED = "failed"


class Round(Model):
    """One request for takes."""

    number: int
    purpose: Purpose
    asked_by: MemberId
    takes_wanted: int = Field(ge=1, le=TAKES_LIMIT)
    dials: Dials
    seed: int
    premises: tuple[int, ...]
    draft: int | None = None  # the draft a refinement works on
    note: int | None = None
    notes: tuple[int, ...] = ()  # all that it answers, `note` first, where there are several
    again_of: int | None = None
    message: str | None = None  # where it is shown
    status: RoundStatus = RoundStatus.OPEN
    failure: str | None = None  # a reason out of the message catalogue
    cancelled_by: MemberId | None = None  # where the reason is CANCELLED
    takes: tuple[Take, ...] = ()
    level: Level = Level.SYNOPSIS
    work: Work | None = None  # what is done to the draft, or read in it, where it is not a note
    source: int | None = None  # the draft of another level that it is written from
    locked: tuple[int, ...] = ()  # parts of the draft that stay as they are, counted from 1
    structure: str | None = None  # the structure form that a list is written to
    revision: int = 0  # of the room when it was asked for; 0 where that was not kept

    @property
    def answers(self) -> tuple[int, ...]:
        """The notes that it answers."""
        return self.notes or (() if self.note is None else (self.note,))

    @property
    def private(self) -> bool:
        """Whether nobody but who asked is shown it."""
        return self.work is not None and self.work.private

    def take(self, number: int) -> Take | None:
        """The take of that number, if it is written."""
        return next((take for take in self.takes if take.number == number), None)

    def seed_of(self, take: int, attempt: int = 0) -> int:
        """The seed of a take's draw: distinct for every take and attempt of the round."""
        return (self.seed + take + TAKES_LIMIT * attempt) % (SEED_LIMIT + 1)

"""Works on a draft: each is checked for what its program needs, and asked for as a round."""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.commands import AskWork
from bot.story.decide.characters import character_gone
from bot.story.decide.locked import unfit
from bot.story.decide.rounds import cannot_ask, premises_now
from bot.story.events import Event, RoundAsked
from bot.story.levels import LISTS, Level
from bot.story.refusals import Refusal
from bot.story.room import PRESETS, Draft, Room
from bot.story.rounds import DIAL_PRESETS, LETTERS, Purpose
from bot.story.text import clean
from bot.story.works import ENDINGS, QUESTION_LIMIT, READINGS, TextRef, Work, WorkKind

_SAID = frozenset({WorkKind.INTERVIEW, WorkKind.WHAT_IF})  # works with words of the person


def ask(room: Room, command: AskWork) -> tuple[Event, ...] | Refusal:
    """Ask for a work on the current draft, or a reading."""
    work = cannot_ask(room) or _sound(room, command.work)
    if isinstance(work, Refusal):
        return work
    if work.kind is WorkKind.SPLICE:
        return _splice(room, command, work)
    draft = room.draft(room.current)
    if draft is None:
        return _asked(room, command, work, None) if work.kind is WorkKind.INTERVIEW else no.NoDraftYet()
    if command.draft is not None and command.draft != draft.number:
        return no.DraftMovedOn(seen=command.draft, current=draft.number)
    return unfit(room, draft, work) or _asked(room, command, work, draft)


def _sound(room: Room, work: Work) -> Work | Refusal:
    """The work with its words cleaned, and its person still in the story."""
    if work.kind in _SAID:
        text = clean(work.text or "")
        if not text:
            return no.NoWords()
        if len(text) > QUESTION_LIMIT:
            return no.TooLong(length=len(text), limit=QUESTION_LIMIT)
        work = work.model_copy(update={"text": text})
    if work.kind in (WorkKind.INTERVIEW, WorkKind.VIEWPOINT):
        return character_gone(room, work) or work
    return work


def _splice(room: Room, command: AskWork, work: Work) -> tuple[Event, ...] | Refusal:
    base = command.base or TextRef(draft=command.draft or room.current)
    if base.draft is None and base.round is None:
        return no.NoDraftYet()
    other = work.other or TextRef()
    texts = []
    for ref in (base, other):
        found = _text(room, ref)
        if isinstance(found, Refusal):
            return found
        level, text = found
        if level in LISTS:
            return no.OnlyProse(level=level)
        texts.append(text)
    if texts[0] == texts[1]:
        return no.SpliceWithItself()
    draft = room.draft(base.draft)
    if draft is not None and (refusal := unfit(room, draft, work)):
        return refusal
    work = work.model_copy(update={"base": base if draft is None else None})
    return _asked(room, command, work, draft)


def _text(room: Room, ref: TextRef) -> tuple[Level, str] | Refusal:
    if ref.draft is not None:
        draft = room.draft(ref.draft)
        return (draft.level, room.text_of(draft)) if draft else no.NoSuchDraft(draft=ref.draft)
    one = room.round(ref.round or 0)
    if one is None:
        return no.NoSuchRound(round=ref.round or 0)
    if one.purpose is Purpose.READING:
        return no.ReadingIsNoDraft()
    take = one.take(-1 if ref.take is None else ref.take)
    if take is None:
        number = ref.take if ref.take is not None and 0 <= ref.take < len(LETTERS) else None
        return no.NotWrittenYet(letter="?" if number is None else LETTERS[number])
    return one.level, take.text


def _asked(room: Room, command: AskWork, work: Work, draft: Draft | None) -> tuple[Event, ...]:
    takes, preset = PRESETS[room.preset]
    reading = work.kind in READINGS
    if reading:
        takes = 1
    elif work.kind is WorkKind.ENDINGS:
        takes = ENDINGS
    elif work.kind is not WorkKind.SENTENCE:
        takes = min(takes, 2)
    level = draft.level if draft else Level.SYNOPSIS
    if work.base is not None and (one := room.round(work.base.round or 0)):
        level = one.level
    return (
        RoundAsked(
            at=command.at,
            by=command.by,
            round=len(room.rounds) + 1,
            purpose=Purpose.READING if reading else Purpose.REFINEMENT,
            takes=takes,
            dials=DIAL_PRESETS[preset],
            seed=command.seed,
            premises=premises_now(room),
            draft=draft.number if draft else None,
            level=level,
            work=work.model_copy(update={"private": work.private and reading}),
            source=draft.rests_on if draft and not reading else None,
            locked=draft.locked if draft and not reading else (),
            structure=room.structure if level in LISTS else None,
        ),
    )

"""What of a draft a round would write again: where all of that is locked, nobody can ask for it."""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.decide.levels import no_such_part
from bot.story.parts import parts_of
from bot.story.refusals import Refusal
from bot.story.room import Draft, Room
from bot.story.works import PIECEWISE, READINGS, Work, WorkKind


def everything_is_locked(room: Room, draft: Draft) -> Refusal | None:
    """Why a draft cannot be refined as a whole, if every part of it is locked."""
    if len(draft.locked) == len(parts_of(draft.level, room.text_of(draft))):
        return no.EverythingIsLocked(draft=draft.number)
    return None


def unfit(room: Room, draft: Draft, work: Work) -> Refusal | None:
    """Why a draft cannot have this work: a part is missing, or what the work writes again is locked."""
    last = len(parts_of(draft.level, room.text_of(draft)))
    if work.kind in PIECEWISE:
        if refusal := no_such_part(room, draft, work.at or 0):
            return refusal
        if work.kind is WorkKind.SENTENCE and work.at in draft.locked:
            return no.PartIsLocked(part=work.at or 0)
    if work.kind is WorkKind.ENDINGS and last == 1:
        return no.TooFewSentences(draft=draft.number)
    rewrites = work.kind not in READINGS and work.kind is not WorkKind.GO_ON
    if rewrites and _rewritten(work, last) <= set(draft.locked):
        return no.EverythingIsLocked(draft=draft.number)
    return None


def _rewritten(work: Work, last: int) -> set[int]:
    """The numbers of the parts that a work writes again, of a draft with `last` parts."""
    if work.kind is WorkKind.SENTENCE:
        return {work.at or 1}
    first = {WorkKind.ONWARD: work.at or 1, WorkKind.ENDINGS: max(2, last - 1)}.get(work.kind, 1)
    return set(range(first, last + 1))

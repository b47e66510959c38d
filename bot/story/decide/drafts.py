"""Drafts: adopting takes and going back. Adopting is where two people meet; the later one is told."""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.commands import Adopt, GoBack
from bot.story.decide.room import closed
from bot.story.events import DraftAdopted, DraftChosen, Event
from bot.story.refusals import Refusal
from bot.story.room import Room
from bot.story.rounds import LETTERS


def adopt(room: Room, command: Adopt) -> tuple[Event, ...] | Refusal:
    """Make a take the current draft.

    Who pressed on a screen that did not show an adoption yet is told of it; pressing again, on what they
    then see, adopts. A take that is a draft already becomes current again.
    """
    if refusal := closed(room):
        return refusal
    one = room.round(command.round)
    if one is None:
        return no.NoSuchRound(round=command.round)
    if one.take(command.take) is None:
        return no.NotWrittenYet(letter=LETTERS[command.take] if 0 <= command.take < len(LETTERS) else "?")
    for draft in reversed(room.drafts):
        if draft.round == one.number and draft.revision > command.seen:
            return no.AdoptedMeanwhile(
                who=room.name_of(draft.adopted_by), letter=LETTERS[draft.take], draft=draft.number
            )
    taken = next((d for d in room.drafts if (d.round, d.take) == (one.number, command.take)), None)
    if taken is not None:
        return _choose(room, command, taken.number)
    return (
        DraftAdopted(
            at=command.at,
            by=command.by,
            draft=len(room.drafts) + 1,
            parent=one.draft,
            round=one.number,
            take=command.take,
        ),
    )


def go_back(room: Room, command: GoBack) -> tuple[Event, ...] | Refusal:
    """Make an earlier draft the current one; nothing is lost by it."""
    if refusal := closed(room):
        return refusal
    if room.draft(command.draft) is None:
        return no.NoSuchDraft(draft=command.draft)
    return _choose(room, command, command.draft)


def _choose(room: Room, command: Adopt | GoBack, draft: int) -> tuple[Event, ...] | Refusal:
    if room.current == draft:
        return no.AlreadyCurrent(draft=draft)
    return (DraftChosen(at=command.at, by=command.by, draft=draft),)

"""Drafts: adopting takes and going back. Adopting is where two people meet; the later one is told."""

from __future__ import annotations

from bot.story import refusals as no
from bot.story.ballots.ballot import Candidate
from bot.story.commands import Adopt, GoBack
from bot.story.decide.outcome import counted_on, settled, waiting_on
from bot.story.decide.room import closed
from bot.story.events import DraftAdopted, DraftChosen, Event
from bot.story.refusals import Refusal
from bot.story.room import Room
from bot.story.rounds import LETTERS, Purpose, Round


def adopt(room: Room, command: Adopt) -> tuple[Event, ...] | Refusal:
    """Make a take the current draft.

    Who pressed on a screen that did not show an adoption yet is told of it; pressing again, on what they
    then see, adopts. A take that is a draft already becomes current again. While a ballot on the round is
    open nothing of it is adopted; once it is counted, its runner-up is kept as a branch.
    """
    if refusal := closed(room):
        return refusal
    one = room.round(command.round)
    if one is None:
        return no.NoSuchRound(round=command.round)
    if refusal := _not_now(room, one, command):
        return refusal
    taken = next((d for d in room.drafts if (d.round, d.take) == (one.number, command.take)), None)
    if taken is not None:
        return _choose(room, command, taken.number)
    number = len(room.drafts) + 1
    return (
        DraftAdopted(
            at=command.at,
            by=command.by,
            draft=number,
            parent=one.draft or one.source,
            round=one.number,
            take=command.take,
        ),
        *_settled(room, command, number),
    )


def _not_now(room: Room, one: Round, command: Adopt) -> Refusal | None:
    """Why the take cannot be adopted now, or not by somebody who saw what this person saw."""
    if one.purpose is Purpose.READING:
        return no.ReadingIsNoDraft()
    if one.take(command.take) is None:
        return no.NotWrittenYet(letter=LETTERS[command.take] if 0 <= command.take < len(LETTERS) else "?")
    if None not in (command.message, one.message) and command.message != one.message:
        return no.NotItsMessage(round=one.number)
    if ballot := waiting_on(room, one.number):
        return no.BallotIsOpen(ballot=ballot.number)
    for draft in reversed(room.drafts):
        if draft.round != one.number or draft.lost_to is not None:
            continue
        if draft.take is not None and draft.revision > command.seen:
            return no.AdoptedMeanwhile(
                who=room.name_of(draft.adopted_by), letter=LETTERS[draft.take], draft=draft.number
            )
    return None


def _settled(room: Room, command: Adopt, draft: int) -> tuple[Event, ...]:
    """What follows for the ballot that was counted on the take's round, if there was one."""
    ballot, take = counted_on(room, command.round), Candidate(take=command.take)
    if ballot is None or take not in ballot.candidates:
        return ()
    return settled(room, ballot, ballot.candidates.index(take), draft, at=command.at, by=command.by)


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

"""What opening a ballot, voting, closing it and keeping its runner-up change."""

from __future__ import annotations

from typing import Any, Final

from bot.story.ballots.ballot import Ballot
from bot.story.events import (
    BallotClosed,
    BallotOpened,
    BallotPlaced,
    BallotSettled,
    RunnerUpKept,
    VoteCast,
)
from bot.story.evolving.changes import BrokenLog, Change, known, who, with_one
from bot.story.room import Draft, Room


def _opened(room: Room, event: BallotOpened) -> dict[str, Any]:
    ballot = Ballot(
        number=event.ballot,
        round=event.round,
        candidates=event.candidates,
        opened_by=who(event).id,
        seed=event.seed,
        quorum=event.quorum,
        deadline=event.deadline,
        adoption=event.adoption,
    )
    return {"ballots": (*room.ballots, ballot)}


def _placed(room: Room, event: BallotPlaced) -> dict[str, Any]:
    return _ballot_with(room, event.ballot, **{"told" if event.told else "message": event.message})


def _voted(room: Room, event: VoteCast) -> dict[str, Any]:
    voted = _known(room, event.ballot).voted
    return _ballot_with(room, event.ballot, voted=tuple(dict.fromkeys((*voted, who(event).id))))


def _closed(room: Room, event: BallotClosed) -> dict[str, Any]:
    return _ballot_with(room, event.ballot, closing=event.closing, sheets=event.sheets, result=event.result)


def _settled(room: Room, event: BallotSettled) -> dict[str, Any]:
    return _ballot_with(room, event.ballot, adopted=event.candidate)


def _runner_up_kept(room: Room, event: RunnerUpKept) -> dict[str, Any]:
    why = {"lost_to": event.lost_to, "reason": event.reason}
    if room.draft(event.draft) is not None:
        return {"drafts": with_one(room.drafts, event.draft, **why)}
    one = room.round(event.round) if event.round is not None else None
    if one is None:
        raise BrokenLog("a runner-up that is no draft is a take of a round")
    draft = Draft(
        number=event.draft,
        parent=event.parent,
        round=one.number,
        take=event.take,
        adopted_by=who(event).id,
        revision=room.revision + 1,
        level=one.level,
        rests_on=one.source,
        locked=one.locked,
        **why,
    )
    return {"drafts": (*room.drafts, draft)}


def _ballot_with(room: Room, number: int, **changes: object) -> dict[str, Any]:
    _known(room, number)
    return {"ballots": with_one(room.ballots, number, **changes)}


def _known(room: Room, number: int) -> Ballot:
    return known(room.ballot(number), "ballot", number)


CHANGES: Final[dict[type[Any], Change]] = {
    BallotOpened: _opened,
    BallotPlaced: _placed,
    VoteCast: _voted,
    BallotClosed: _closed,
    BallotSettled: _settled,
    RunnerUpKept: _runner_up_kept,
}

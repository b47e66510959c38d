"""What follows from a ballot once something of it is adopted: that one in force, the runner-up a branch."""

from __future__ import annotations

from bot.story.ballots.ballot import Ballot, Candidate
from bot.story.ballots.lost import Lost
from bot.story.ballots.result import Result
from bot.story.events import BallotSettled, DraftAdopted, DraftChosen, Event, RunnerUpKept
from bot.story.model import MemberId, Person
from bot.story.room import Draft, Preset, Room


def adopted_from(room: Room, ballot: Ballot, candidate: int, at: int, by: Person) -> tuple[Event, ...]:
    """Put a candidate of a counted ballot in force, and keep the runner-up."""
    draft = draft_of(room, ballot, ballot.candidates[candidate])
    if draft is None:
        number, parent = len(room.drafts) + 1, _parent(room, ballot)
        take = ballot.candidates[candidate].take
        if ballot.round is None or take is None:
            return ()  # no event sequence leads here: what was a draft stays one
        first: tuple[Event, ...] = (
            DraftAdopted(at=at, by=by, draft=number, parent=parent, round=ballot.round, take=take),
        )
    else:
        number = draft.number
        first = () if room.current == number else (DraftChosen(at=at, by=by, draft=number),)
    return (*first, *settled(room, ballot, candidate, number, at=at, by=by))


def settled(
    room: Room, ballot: Ballot, candidate: int, adopted: int, *, at: int, by: Person
) -> tuple[Event, ...]:
    """That a candidate was adopted as that draft, and its runner-up; for a ballot that is counted."""
    done = BallotSettled(at=at, by=by, ballot=ballot.number, candidate=candidate, draft=adopted)
    result = ballot.result
    second = (
        next((s.candidate for s in result.standings if s.candidate != candidate), None) if result else None
    )
    if result is None or second is None:
        return (done,)
    one = ballot.candidates[second]
    draft = draft_of(room, ballot, one)
    return (
        RunnerUpKept(
            at=at,
            by=by,
            draft=draft.number if draft else max(adopted, len(room.drafts)) + 1,
            parent=None if draft else _parent(room, ballot),
            round=None if draft else ballot.round,
            take=None if draft else one.take,
            lost_to=adopted,
            reason=_why(ballot.number, result, second, candidate),
        ),
        done,
    )


def waiting_on(room: Room, round_number: int) -> Ballot | None:
    """The open ballot on a round's takes, if there is one."""
    return next((each for each in room.ballots if each.is_open and each.round == round_number), None)


def counted_on(room: Room, round_number: int) -> Ballot | None:
    """The last ballot on a round's takes that was counted and out of which nothing was adopted yet."""
    counted = (
        each
        for each in reversed(room.ballots)
        if each.round == round_number and not each.is_open and each.adopted is None
    )
    return next(counted, None)


def draft_of(room: Room, ballot: Ballot, candidate: Candidate) -> Draft | None:
    """The draft that a candidate is, if it is one by now."""
    if candidate.draft is not None:
        return room.draft(candidate.draft)
    same = (each for each in room.drafts if (each.round, each.take) == (ballot.round, candidate.take))
    return next(same, None)


def own_candidates(room: Room, ballot: Ballot, member: MemberId) -> tuple[int, ...]:
    """The candidates that a voter does not judge: in a class, what they wrote by hand."""
    if room.preset is not Preset.CLASS:
        return ()
    drafts = [draft_of(room, ballot, each) for each in ballot.candidates]
    return tuple(
        index for index, draft in enumerate(drafts) if draft and draft.by_hand and draft.adopted_by == member
    )


def _parent(room: Room, ballot: Ballot) -> int | None:
    one = room.round(ballot.round) if ballot.round is not None else None
    return one.draft or one.source if one else None


def _why(number: int, result: Result, lost: int, won: int) -> Lost:
    pair = result.pair(lost, won)
    return Lost(
        ballot=number,
        votes=result.votes,
        for_it=pair.for_one,
        for_winner=pair.for_two,
        equal=pair.equal,
        told=result.standings[0].candidate == won and lost in result.apart,
    )

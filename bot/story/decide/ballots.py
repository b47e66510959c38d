"""Ballots: opened, voted in without anybody seeing how, closed and counted, and what they chose adopted."""

from __future__ import annotations

from typing import Final

from bot.story import refusals as no
from bot.story.ballots.ballot import (
    BALLOTS_LIMIT,
    CANDIDATES_LIMIT,
    GAME_MINUTES,
    MINUTES_LIMIT,
    OPEN_BALLOTS_LIMIT,
    QUORUM_LIMIT,
    VOTERS_LIMIT,
    Adoption,
    Ballot,
    Candidate,
    Closing,
    Rest,
    Sheet,
)
from bot.story.ballots.count import counted_sheets, result_of
from bot.story.commands import AdoptFromBallot, CastVote, CloseBallot, OpenBallot, PlaceBallot
from bot.story.decide.outcome import adopted_from, draft_of, own_candidates, waiting_on
from bot.story.decide.room import closed, leaders, led
from bot.story.events import BallotClosed, BallotOpened, BallotPlaced, Event, VoteCast
from bot.story.model import MemberId, Person
from bot.story.refusals import Refusal
from bot.story.room import Preset, Room
from bot.story.rounds import LETTERS, Purpose, Round, RoundStatus

_MINUTE: Final = 60_000  # ms


def open_ballot(room: Room, command: OpenBallot) -> tuple[Event, ...] | Refusal:
    """Open a ballot; in a class only who leads it does."""
    if refusal := closed(room) or (led(room, command) if room.preset is Preset.CLASS else None):
        return refusal
    chosen = _candidates(room, command)
    if isinstance(chosen, Refusal):
        return chosen
    one, candidates = chosen
    deadline = command.deadline
    if deadline is None and room.preset is Preset.GAME:
        deadline = command.at + GAME_MINUTES * _MINUTE
    if refusal := (
        _one_too_many(room, one, candidates)
        or without_quorum(command.quorum, QUORUM_LIMIT)
        or out_of_time(command.at, deadline, MINUTES_LIMIT * _MINUTE)
    ):
        return refusal
    return (
        BallotOpened(
            at=command.at,
            by=command.by,
            ballot=len(room.ballots) + 1,
            round=one,
            candidates=candidates,
            seed=command.seed,
            quorum=command.quorum,
            deadline=deadline,
            adoption=command.adoption,
        ),
    )


def place(room: Room, command: PlaceBallot) -> tuple[Event, ...] | Refusal:
    """Record where a ballot, or its result, is shown."""
    ballot = room.ballot(command.ballot)
    if ballot is None:
        return no.NoSuchBallot(ballot=command.ballot)
    if (ballot.told if command.told else ballot.message) == command.message:
        return ()
    return (BallotPlaced(at=command.at, ballot=command.ballot, message=command.message, told=command.told),)


def vote(room: Room, command: CastVote) -> tuple[Event, ...] | Refusal:
    """Take a vote, and close the ballot when its quorum is there. The same vote again changes nothing."""
    ballot = room.ballot(command.ballot)
    if ballot is None:
        return no.NoSuchBallot(ballot=command.ballot)
    if refusal := closed(room) or _takes_no_vote(ballot, command):
        return refusal
    sheet = filled_in(room, ballot, command.by.id, command.sheet)
    if isinstance(sheet, Refusal):
        return sheet
    if command.sheets.get(command.by.id) == sheet and command.by.id in ballot.voted:
        return ()
    cast = VoteCast(at=command.at, by=command.by, ballot=ballot.number)
    voters = {*ballot.voted, command.by.id}
    if ballot.quorum is None or len(voters) < ballot.quorum:
        return (cast,)
    sheets = {**command.sheets, command.by.id: sheet}
    return (cast, *_close(room, ballot, sheets, at=command.at, closing=Closing.QUORUM))


def close(room: Room, command: CloseBallot) -> tuple[Event, ...] | Refusal:
    """Close a ballot: by who may, or by nobody when its time is up."""
    ballot = room.ballot(command.ballot)
    if ballot is None:
        return no.NoSuchBallot(ballot=command.ballot)
    if command.by is None:
        is_due = ballot.is_open and ballot.deadline is not None and command.at >= ballot.deadline
        if not is_due:
            return ()
        return _close(room, ballot, command.sheets, at=command.at, closing=Closing.DEADLINE)
    if not ballot.is_open:
        return no.BallotIsClosed(ballot=ballot.number)
    if not command.leads and command.by.id not in (ballot.opened_by, *leaders(room)):
        return no.NotYourBallot(opener=room.name_of(ballot.opened_by))
    return _close(room, ballot, command.sheets, at=command.at, closing=Closing.BY_HAND, by=command.by)


def adopt(room: Room, command: AdoptFromBallot) -> tuple[Event, ...] | Refusal:
    """Adopt a candidate of a closed ballot."""
    if refusal := closed(room):
        return refusal
    ballot = room.ballot(command.ballot)
    if ballot is None or not 0 <= command.candidate < len(ballot.candidates):
        return no.NoSuchBallot(ballot=command.ballot)
    if ballot.is_open:
        return no.BallotIsOpen(ballot=ballot.number)
    if ballot.round is not None and (other := waiting_on(room, ballot.round)):
        return no.BallotIsOpen(ballot=other.number)
    if ballot.adopted is not None:
        draft = draft_of(room, ballot, ballot.candidates[ballot.adopted])
        return no.BallotIsSettled(ballot=ballot.number, draft=draft.number if draft else 0)
    return adopted_from(room, ballot, command.candidate, command.at, command.by)


def filled_in(room: Room, ballot: Ballot, member: MemberId, sheet: Sheet) -> Sheet | Refusal:
    """A sheet with what follows from it: whose texts were hidden, and who comes last if only one is left."""
    hidden = own_candidates(room, ballot, member)
    shown = [each for each in range(len(ballot.candidates)) if each not in hidden]
    if len(shown) < 2:  # noqa: PLR2004 - two are the least that can be compared
        return no.OnlyOthersTexts()
    sheet = sheet.model_copy(update={"hidden": hidden})
    if not sheet.fits(len(ballot.candidates)):
        return no.NotASheet()
    left = [each for each in shown if each not in sheet.order]
    if len(left) == 1:
        sheet = sheet.model_copy(update={"order": (*sheet.order, *left)})
    return sheet if len(left) > 1 else sheet.model_copy(update={"rest": Rest.UNSAID})


def _takes_no_vote(ballot: Ballot, command: CastVote) -> Refusal | None:
    if not ballot.is_open or (ballot.deadline is not None and command.at >= ballot.deadline):
        return no.BallotIsClosed(ballot=ballot.number)
    if command.by.id not in ballot.voted and len(ballot.voted) >= VOTERS_LIMIT:
        return no.BallotIsFull(limit=VOTERS_LIMIT)
    return None


def without_quorum(quorum: int | None, limit: int) -> Refusal | None:
    """Why a quorum will not do."""
    return None if quorum is None or 1 <= quorum <= limit else no.QuorumOutOfRange(limit=limit)


def out_of_time(at: int, deadline: int | None, limit: int) -> Refusal | None:
    """Why a deadline will not do: it is not a minute away, or further than the limit in ms."""
    if deadline is None or at + _MINUTE <= deadline <= at + limit:
        return None
    return no.DeadlineOutOfRange(days=limit // (24 * 60 * _MINUTE))


def _one_too_many(room: Room, one: int | None, candidates: tuple[Candidate, ...]) -> Refusal | None:
    open_ones = [each for each in room.ballots if each.is_open]
    for each in open_ones:
        if (each.round, set(each.candidates)) == (one, set(candidates)):
            return no.BallotIsOpen(ballot=each.number)
    if len(open_ones) >= OPEN_BALLOTS_LIMIT:
        return no.TooManyBallots(limit=OPEN_BALLOTS_LIMIT)
    if len(room.ballots) >= BALLOTS_LIMIT:
        return no.RoomHasVotedEnough(limit=BALLOTS_LIMIT)
    return None


def _candidates(room: Room, command: OpenBallot) -> tuple[int | None, tuple[Candidate, ...]] | Refusal:
    """What is voted on: the number of the round, if it is one, and the candidates."""
    if command.drafts:
        for number in command.drafts:
            if room.draft(number) is None:
                return no.NoSuchDraft(draft=number)
        many = len(command.drafts)
        if len(set(command.drafts)) < many or not 1 < many <= CANDIDATES_LIMIT:
            return no.NothingToChooseFrom(limit=CANDIDATES_LIMIT)
        return None, tuple(Candidate(draft=number) for number in command.drafts)
    if command.round is None:
        fit = (one for one in reversed(room.rounds) if isinstance(_takes(one), tuple))
        one = next(fit, None)
        if one is None:
            return no.NothingToChooseFrom(limit=CANDIDATES_LIMIT)
    else:
        one = room.round(command.round)
        if one is None:
            return no.NoSuchRound(round=command.round)
    takes = _takes(one)
    return takes if isinstance(takes, Refusal) else (one.number, takes)


def _takes(one: Round) -> tuple[Candidate, ...] | Refusal:
    """The takes of a round as candidates; readings are no drafts, and what is being written may yet come."""
    if one.purpose is Purpose.READING or one.private:
        return no.NothingToChooseFrom(limit=CANDIDATES_LIMIT)
    if one.status is RoundStatus.OPEN:
        missing = (number for number in range(one.takes_wanted) if one.take(number) is None)
        return no.NotWrittenYet(letter=LETTERS[next(missing, 0)])
    if len(one.takes) < 2:  # noqa: PLR2004 - a choice is of two or more
        return no.NothingToChooseFrom(limit=CANDIDATES_LIMIT)
    return tuple(Candidate(take=take.number) for take in one.takes)


def _close(
    room: Room,
    ballot: Ballot,
    handed_in: dict[MemberId, Sheet],
    *,
    at: int,
    closing: Closing,
    by: Person | None = None,
) -> tuple[Event, ...]:
    """Close and count, and adopt at once where the ballot said so and the votes are clear."""
    many = len(ballot.candidates)
    readable = [sheet for sheet in handed_in.values() if sheet.fits(many)]
    sheets = counted_sheets(readable)
    result = result_of(sheets, many, ballot.seed)
    if any(sheet.hidden for sheet in readable):
        sheets = ()  # what somebody was not shown says who they are
    event = BallotClosed(at=at, by=by, ballot=ballot.number, closing=closing, sheets=sheets, result=result)
    leader = result.leader
    at_once = ballot.adoption is Adoption.AT_ONCE and result.is_told and closed(room) is None
    if not at_once or leader is None:
        return (event,)
    counted = ballot.model_copy(update={"result": result})
    opener = Person(id=ballot.opened_by, name=room.name_of(ballot.opened_by))
    return (event, *adopted_from(room, counted, leader, at, opener))

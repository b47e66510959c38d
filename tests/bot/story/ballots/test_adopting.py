"""What follows a ballot's end: what is adopted, and which runner-up is kept."""

from __future__ import annotations

from typing import Any

from bot.story import Room
from bot.story import refusals as no
from bot.story.ballots.ballot import (
    Adoption,
    Candidate,
    Sheet,
)
from bot.story.ballots.saying import why_lost
from bot.story.commands import (
    AdoptFromBallot,
    CloseBallot,
    GoBack,
)
from bot.story.wholeness import holds_together
from bot.words import words
from tests.bot.building import ANA, BO, adopt, after
from tests.bot.story.ballots.at_hand import (
    ballot_of,
    cast,
    closed_with,
    closing,
    open_ballot,
    with_round,
)
from tests.bot.story.telling import CAI, events_of, names_of, refusal_of


def test_adopting_the_winner_keeps_the_runner_up_as_a_branch_with_the_reason() -> None:
    room = after(with_round(), open_ballot())
    room = closed_with(room, *[Sheet(order=(2, 0, 1))] * 4, Sheet(order=(0, 2, 1)))
    adopting = AdoptFromBallot(at=40, by=BO, ballot=1, candidate=2)
    assert names_of(events_of(room, adopting)) == ["DraftAdopted", "RunnerUpKept", "BallotSettled"]
    room = after(room, adopting)
    winner, second = room.drafts
    assert (room.current, winner.take, winner.lost_to) == (1, 2, None)
    assert (second.take, second.lost_to, second.parent) == (0, 1, None)
    assert second.reason is not None
    assert (second.reason.for_it, second.reason.for_winner, second.reason.votes) == (1, 4, 5)
    assert why_lost(second, words().say) == (
        "Runner-up of ballot 1: 1 of 5 preferred it to draft 1, 4 the other way round. "
        "Too few to tell them apart."
    )
    assert why_lost(winner, words().say) is None
    assert refusal_of(room, adopting) == no.BallotIsSettled(ballot=1, draft=1)


def test_adopting_in_the_round_settles_its_counted_ballot_too() -> None:
    room = after(with_round(), open_ballot())
    assert refusal_of(room, adopt(1, 0)) == no.BallotIsOpen(ballot=1)
    room = closed_with(room, Sheet(order=(2, 0, 1)), Sheet(order=(2, 1, 0)))
    room = after(room, adopt(1, 1))
    assert (room.current, ballot_of(room).adopted) == (1, 1)
    assert [draft.take for draft in room.drafts] == [1, 2], "the one that led is the dissent"
    assert room.drafts[1].lost_to == 1
    first = adopt(1, 2, by=CAI, seen=0)
    assert refusal_of(room, first) == no.AdoptedMeanwhile(who="Ana", letter="B", draft=1)
    assert after(room, adopt(1, 2)).current == 2, "a runner-up can be chosen"


def test_while_a_round_is_voted_on_again_its_first_ballot_adopts_nothing() -> None:
    room = closed_with(after(with_round(), open_ballot()), Sheet(order=(2, 0, 1)))
    room = after(room, open_ballot())
    adopting = AdoptFromBallot(at=40, by=BO, ballot=1, candidate=2)
    assert refusal_of(room, adopting) == no.BallotIsOpen(ballot=2)


def test_a_ballot_that_no_rules_could_have_counted_does_not_hold_together() -> None:
    room = closed_with(after(with_round(), open_ballot()), Sheet(order=(2, 0, 1)))
    ballot = ballot_of(room)
    assert ballot.result is not None
    assert holds_together(room)
    wrong: list[dict[str, Any]] = [
        {"round": 999},
        {"result": ballot.result.model_copy(update={"pairs": ()})},
        {"result": ballot.result.model_copy(update={"standings": ballot.result.standings[:2]})},
        {"result": ballot.result.model_copy(update={"apart": (7,)})},
    ]
    for changes in wrong:
        spoilt = room.model_copy(update={"ballots": (ballot.model_copy(update=changes),)})
        assert not holds_together(spoilt), changes


def test_a_ballot_without_votes_keeps_no_runner_up() -> None:
    room = after(with_round(), open_ballot(), closing())
    events = events_of(room, AdoptFromBallot(at=40, by=BO, ballot=1, candidate=0))
    assert names_of(events) == ["DraftAdopted", "BallotSettled"]


def test_the_winner_is_adopted_at_once_only_if_the_ballot_said_so_and_the_votes_tell() -> None:
    clear = [Sheet(order=(1, 0, 2))] * 9
    for adoption, sheets, current in (
        (Adoption.AT_ONCE, clear, 1),
        (Adoption.BY_HAND, clear, None),
        (Adoption.AT_ONCE, clear[:4], None),
        (Adoption.AT_ONCE, [], None),
    ):
        room = closed_with(after(with_round(), open_ballot(BO, adoption=adoption)), *sheets)
        assert room.current == current
    ended = closed_with(after(with_round(), open_ballot(BO, adoption=Adoption.AT_ONCE)), *clear)
    assert ended.drafts[0].adopted_by == BO.id, "as whoever opened it asked"


def test_drafts_are_voted_on_and_the_runner_up_among_them_is_marked() -> None:
    room = after(with_round(), adopt(1, 0), adopt(1, 1), adopt(1, 2))
    room = after(room, open_ballot(drafts=(1, 3)))
    assert ballot_of(room).candidates == (Candidate(draft=1), Candidate(draft=3))
    room = closed_with(room, Sheet(order=(0, 1)), Sheet(order=(0, 1)))
    room = after(room, AdoptFromBallot(at=40, by=BO, ballot=1, candidate=0))
    assert (room.current, len(room.drafts)) == (1, 3)
    assert (room.drafts[2].lost_to, room.drafts[0].lost_to) == (1, None)
    again = after(room, open_ballot(drafts=(1, 3)))
    again = closed_with_number(again, 2)
    assert names_of(events_of(again, AdoptFromBallot(at=50, by=BO, ballot=2, candidate=0))) == [
        "RunnerUpKept",
        "BallotSettled",
    ], "it is current already"
    assert after(again, GoBack(at=51, by=BO, draft=3)).current == 3


def closed_with_number(room: Room, number: int) -> Room:
    sheets = {BO.id: Sheet(order=(0, 1))}
    return after(
        room,
        cast(BO, 0, 1, ballot=number),
        CloseBallot(at=30, ballot=number, by=ANA, sheets=sheets),
    )

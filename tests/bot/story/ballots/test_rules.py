"""Ballots as rules: who opens, votes and closes, and what is refused and with what word."""

from __future__ import annotations

from typing import Any

import pytest

from bot.story import Room
from bot.story import refusals as no
from bot.story.ballots.ballot import (
    MARKS,
    OPEN_BALLOTS_LIMIT,
    Closing,
    Sheet,
)
from bot.story.commands import (
    AdoptFromBallot,
    AskRound,
    Close,
    Reopen,
)
from bot.story.commands.levels import EditDraft
from bot.story.events import BallotClosed, VoteCast
from bot.story.refusals import Refusal
from bot.story.room import Preset
from tests.bot.building import ANA, BO, adopt, after, ask_round, open_room, record_take
from tests.bot.story.ballots.at_hand import (
    MINUTE,
    ballot_of,
    cast,
    closing,
    open_ballot,
    with_round,
)
from tests.bot.story.telling import CAI, events_of, names_of, refusal_of


def test_a_ballot_is_on_the_newest_round_with_several_takes_unless_told_otherwise() -> None:
    room = after(with_round(), AskRound(at=3, by=ANA, takes=1, seed=8), record_take(2, 0))
    room = after(room, open_ballot())
    ballot = ballot_of(room)
    assert (ballot.round, [each.take for each in ballot.candidates]) == (1, [0, 1, 2])
    assert ballot.is_open


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"round": 7}, no.NoSuchRound(round=7)),
        ({"drafts": (1, 9)}, no.NoSuchDraft(draft=9)),
        ({"drafts": (1,)}, no.NothingToChooseFrom(limit=5)),
        ({"drafts": (1, 1)}, no.NothingToChooseFrom(limit=5)),
        ({"quorum": 0}, no.QuorumOutOfRange(limit=100)),
        ({"quorum": 101}, no.QuorumOutOfRange(limit=100)),
        ({"deadline": 9}, no.DeadlineOutOfRange(days=14)),
        ({"deadline": 10 + 15 * 24 * 60 * MINUTE}, no.DeadlineOutOfRange(days=14)),
    ],
)
def test_a_ballot_that_cannot_be_is_refused(given: dict[str, Any], refusal: Refusal) -> None:
    room = after(with_round(), adopt(1, 0))
    assert refusal_of(room, open_ballot(**given)) == refusal


def test_a_round_that_is_being_written_or_has_one_take_cannot_be_voted_on() -> None:
    room = after(with_round(), AskRound(at=3, by=ANA, takes=2, seed=8), record_take(2, 1))
    assert refusal_of(room, open_ballot(round=2)) == no.NotWrittenYet(letter="A")
    single = with_round(takes=1)
    assert refusal_of(single, open_ballot()) == no.NothingToChooseFrom(limit=5)
    assert refusal_of(single, open_ballot(round=1)) == no.NothingToChooseFrom(limit=5)
    empty = after(None, open_room())
    assert refusal_of(empty, open_ballot()) == no.NothingToChooseFrom(limit=5)


def test_the_same_is_voted_on_once_at_a_time_and_not_too_much_at_once() -> None:
    room = after(with_round(), open_ballot())
    assert refusal_of(room, open_ballot(BO)) == no.BallotIsOpen(ballot=1)
    room = with_round()
    for number in range(OPEN_BALLOTS_LIMIT + 1):
        room = after(room, ask_round(takes=2), *(record_take(number + 2, take) for take in range(2)))
    for number in range(OPEN_BALLOTS_LIMIT):
        room = after(room, open_ballot(round=number + 1))
    full = no.TooManyBallots(limit=OPEN_BALLOTS_LIMIT)
    assert refusal_of(room, open_ballot(round=OPEN_BALLOTS_LIMIT + 1)) == full


def test_a_vote_is_kept_by_name_and_what_it_says_is_not_in_its_event() -> None:
    room = after(with_round(), open_ballot())
    (event,) = events_of(room, cast(BO, 2, 0, 1))
    assert event == VoteCast(at=20, by=BO, ballot=1)
    room = after(room, cast(BO, 2, 0, 1), cast(BO, 0, 1, 2), cast(CAI, 1))
    assert ballot_of(room).voted == (BO.id, CAI.id)


def test_the_same_vote_again_changes_nothing_and_another_one_does() -> None:
    room = after(with_round(), open_ballot(), cast(BO, 2, 0, 1))
    before = {BO.id: Sheet(order=(2, 0, 1))}
    assert events_of(room, cast(BO, 2, 0, 1, sheets=before)) == ()
    assert events_of(room, cast(BO, 2, 0, sheets=before)) == (), "the last one follows"
    assert names_of(events_of(room, cast(BO, 0, 2, 1, sheets=before))) == ["VoteCast"]


@pytest.mark.parametrize("order", [(0, 0), (3,), (-1,), ()])
def test_a_vote_that_cannot_be_read_is_refused(order: tuple[int, ...]) -> None:
    room = after(with_round(), open_ballot())
    assert refusal_of(room, cast(BO, *order)) == no.NotASheet()


def test_a_ballot_takes_votes_until_it_is_closed_or_its_time_is_up() -> None:
    room = after(with_round(), open_ballot(deadline=10 + MINUTE))
    over = no.BallotIsClosed(ballot=1)
    assert refusal_of(room, cast(BO, 0, 1).model_copy(update={"at": 10 + MINUTE})) == over
    assert refusal_of(after(room, closing()), cast(BO, 0, 1)) == over
    assert refusal_of(room, cast(BO, 0, 1, ballot=2)) == no.NoSuchBallot(ballot=2)


def test_the_last_vote_of_a_quorum_closes_and_counts() -> None:
    room = after(with_round(), open_ballot(quorum=2), cast(BO, 1, 0, 2))
    sheets = {BO.id: Sheet(order=(1, 0, 2))}
    events = events_of(room, cast(CAI, 1, 2, sheets=sheets))
    assert names_of(events) == ["VoteCast", "BallotClosed"]
    ended = events[-1]
    assert isinstance(ended, BallotClosed)
    assert ended.by is None, "nobody closed it"
    assert (ended.closing, ended.result.votes, ended.result.leader) == (Closing.QUORUM, 2, 1)
    assert {each.sheet.order for each in ended.sheets} == {(1, 0, 2), (1, 2, 0)}


def test_a_deadline_closes_once_and_only_when_it_is_due() -> None:
    room = after(with_round(), open_ballot(deadline=10 + MINUTE))
    assert events_of(room, closing(None, at=9 + MINUTE)) == ()
    assert names_of(events_of(room, closing(None, at=10 + MINUTE))) == ["BallotClosed"]
    ended = after(room, closing(None, at=10 + MINUTE))
    assert events_of(ended, closing(None, at=20 + MINUTE)) == ()
    assert events_of(after(with_round(), open_ballot()), closing(None, at=10**9)) == (), "it has none"


def test_a_ballot_is_closed_by_who_opened_it_or_the_room_or_a_moderator() -> None:
    room = after(with_round(), open_ballot(BO))
    assert refusal_of(room, closing(CAI)) == no.NotYourBallot(opener="Bo")
    for allowed in (closing(BO), closing(ANA), closing(CAI, leads=True)):
        assert names_of(events_of(room, allowed)) == ["BallotClosed"]
    assert refusal_of(after(room, closing()), closing()) == no.BallotIsClosed(ballot=1)


def test_a_ballot_of_a_room_that_was_shut_can_still_be_closed_but_not_voted_in() -> None:
    room = after(with_round(), open_ballot(deadline=10 + MINUTE), cast(BO, 0, 1), Close(at=21, by=ANA))
    assert refusal_of(room, cast(CAI, 0, 1)) == no.RoomIsClosed()
    ended = after(room, closing(None, at=10 + MINUTE, sheets={BO.id: Sheet(order=(0, 1, 2))}))
    assert not ballot_of(ended).is_open
    assert refusal_of(ended, AdoptFromBallot(at=1, by=BO, ballot=1, candidate=0)) == no.RoomIsClosed()
    assert refusal_of(after(ended, Reopen(at=1, by=ANA)), cast(CAI, 0, 1)) == no.BallotIsClosed(ballot=1)


def test_in_a_class_who_leads_opens_and_nobody_judges_their_own_text() -> None:
    room = after(with_round(preset=Preset.CLASS), adopt(1, 0))
    room = after(room, EditDraft(at=5, by=BO, draft=1, text="Bo's own ending."))
    room = after(room, EditDraft(at=6, by=CAI, draft=2, text="Cai's own ending."))
    assert refusal_of(room, open_ballot(BO, drafts=(1, 2, 3))) == no.OnlyTheOpener(opener="Ana")
    room = after(room, open_ballot(drafts=(1, 2, 3)))
    assert refusal_of(room, cast(BO, 1, 0, 2)) == no.NotASheet(), "the second is Bo's"
    room = after(room, cast(BO, 2), cast(CAI, 1, 0))
    sheets = {BO.id: Sheet(order=(2, 0), hidden=(1,)), CAI.id: Sheet(order=(1, 0), hidden=(2,))}
    room = after(room, closing(sheets=sheets))
    result = ballot_of(room).result
    assert result is not None
    assert (result.votes, ballot_of(room).sheets) == (2, ()), "a sheet would say whose it is"
    pair = result.pair(1, 2)
    assert (pair.for_one, pair.for_two, pair.equal) == (0, 0, 0)


def test_in_a_class_who_wrote_all_but_one_has_nothing_to_compare() -> None:
    room = after(with_round(preset=Preset.CLASS), adopt(1, 0))
    room = after(room, EditDraft(at=5, by=BO, draft=1, text="Bo's own ending."))
    room = after(room, open_ballot(drafts=(1, 2)))
    assert refusal_of(room, cast(BO, 0)) == no.OnlyOthersTexts()


def test_signs_and_orders_are_dealt_by_the_seed() -> None:
    firsts, signs = set(), set()
    for seed in range(60):
        ballot = ballot_of(after(with_round(), open_ballot(seed=seed)))
        assert len({ballot.mark(each) for each in range(3)}) == 3
        assert {ballot.mark(each) for each in range(3)} <= set(MARKS)
        assert sorted(ballot.order_for("1")) == [0, 1, 2]
        assert ballot.order_for("1") == ballot.order_for("1")
        firsts.add(ballot.order_for("1")[0])
        signs.add(ballot.mark(0))
    assert firsts == {0, 1, 2}, "letter A has no advantage"
    assert signs == set(MARKS)


def test_a_game_ends_its_ballots_after_ten_minutes_unless_told_otherwise() -> None:
    room = with_round(preset=Preset.GAME)
    assert ballot_of(after(room, open_ballot())).deadline == 10 + 10 * MINUTE
    assert ballot_of(after(room, open_ballot(deadline=10 + MINUTE))).deadline == 10 + MINUTE
    assert ballot_of(after(with_round(), open_ballot())).deadline is None


def test_sheets_that_cannot_be_read_are_not_counted_and_break_nothing() -> None:
    room = after(with_round(), open_ballot(), cast(BO, 0, 1))
    damaged = {BO.id: Sheet(order=(0, 1, 2)), "x": Sheet(order=(7, 7)), "y": Sheet()}
    result = ballot_of(after(room, closing(sheets=damaged))).result
    assert result is not None
    assert result.votes == 1


def test_a_room_stored_before_there_were_ballots_still_loads() -> None:
    room = with_round().model_dump(exclude={"ballots", "lights"})
    found = Room.model_validate(room)
    assert (found.ballots, found.lights) == ((), ())
    assert ballot_of(after(found, open_ballot())).is_open

"""Ballots as rules: who opens, votes and closes, what is refused and with what word, what follows a close."""

from __future__ import annotations

from typing import Any

import pytest

from bot.story import Room
from bot.story import refusals as no
from bot.story.ballots.ballot import (
    MARKS,
    OPEN_BALLOTS_LIMIT,
    Adoption,
    Ballot,
    Candidate,
    Closing,
    Rest,
    Sheet,
)
from bot.story.ballots.saying import why_lost
from bot.story.brief import Brief
from bot.story.commands import (
    AdoptFromBallot,
    AskRound,
    CastVote,
    Close,
    CloseBallot,
    GoBack,
    OpenBallot,
    OpenRoom,
    Reopen,
)
from bot.story.commands.levels import EditDraft
from bot.story.events import BallotClosed, VoteCast
from bot.story.model import Person
from bot.story.refusals import Refusal
from bot.story.room import Preset
from bot.story.wholeness import holds_together
from bot.words import words
from tests.bot.building import ANA, BO, add_premise, adopt, after, ask_round, open_room, record_take
from tests.bot.story.telling import CAI, events_of, names_of, refusal_of

MINUTE = 60_000


def with_round(*, takes: int = 3, preset: Preset = Preset.WRITERS) -> Room:
    """A room with a written round."""
    opening = OpenRoom(at=1, by=ANA, room="room", guild="g", preset=preset, brief=Brief(title="The Well"))
    room = after(None, opening, add_premise("A well-digger"), AskRound(at=2, by=ANA, takes=takes, seed=7))
    return after(room, *(record_take(1, take, f"Text {take}.") for take in range(takes)))


def open_ballot(by: Person = ANA, **given: Any) -> OpenBallot:
    return OpenBallot.model_validate({"at": 10, "by": by, "seed": 3, **given})


def cast(by: Person, *order: int, ballot: int = 1, rest: Rest = Rest.UNSAID, **given: Any) -> CastVote:
    sheet = Sheet(order=order, rest=rest)
    return CastVote.model_validate({"at": 20, "by": by, "ballot": ballot, "sheet": sheet, **given})


def closing(by: Person | None = ANA, at: int = 30, **given: Any) -> CloseBallot:
    return CloseBallot.model_validate({"at": at, "ballot": 1, "by": by, **given})


def closed_with(room: Room, *sheets: Sheet) -> Room:
    """The room after everybody voted and the ballot was closed."""
    people = [Person(id=f"p{number}", name=f"P{number}") for number in range(len(sheets))]
    handed_in = {person.id: sheet for person, sheet in zip(people, sheets, strict=True)}
    votes = [
        cast(person, *sheet.order, rest=sheet.rest) for person, sheet in zip(people, sheets, strict=True)
    ]
    return after(room, *votes, closing(sheets=handed_in))


def ballot_of(room: Room) -> Ballot:
    return room.ballots[-1]


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

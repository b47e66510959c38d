"""Drafts: the first to adopt is the first, and who saw an older room is told."""

from __future__ import annotations

import pytest

from bot.story import refusals as no
from bot.story.commands import AskAgain, Close, GoBack, Lock, PlaceRound, WriteNote
from tests.bot.building import ANA, BO, add_premise, adopt, after, ask_round, record_take
from tests.bot.story.telling import events_of, names_of, refusal_of, with_draft, with_premise, with_takes


def test_adopting_makes_a_take_the_current_draft() -> None:
    room = with_draft()
    assert room.current == 1
    draft = room.drafts[0]
    assert (draft.round, draft.take, draft.parent, draft.adopted_by) == (1, 0, None, ANA.id)
    assert draft.revision == room.revision


def test_two_people_adopting_from_the_same_screen_the_later_is_told_who_was_first() -> None:
    room = with_takes()
    seen = room.revision
    room = after(room, adopt(1, 0, by=ANA, seen=seen))
    meanwhile = no.AdoptedMeanwhile(who="Ana", letter="A", draft=1)
    assert refusal_of(room, adopt(1, 1, by=BO, seen=seen)) == meanwhile
    assert refusal_of(room, adopt(1, 0, by=BO, seen=seen)) == meanwhile


def test_who_presses_again_on_what_they_now_see_adopts() -> None:
    room = with_draft()
    room = after(room, adopt(1, 1, by=BO, seen=room.revision))
    assert (room.current, len(room.drafts)) == (2, 2)


def test_a_take_is_adopted_from_its_round_s_own_message_and_from_no_other() -> None:
    room = with_takes()
    pressed = adopt(1, 0, seen=room.revision).model_copy(update={"message": "7"})
    assert names_of(events_of(room, pressed)) == ["DraftAdopted"]  # the round has no message yet
    room = after(room, PlaceRound(at=5, round=1, message="8"))
    assert refusal_of(room, pressed) == no.NotItsMessage(round=1)
    for its in ("8", None):
        told = pressed.model_copy(update={"message": its})
        assert names_of(events_of(room, told)) == ["DraftAdopted"]


def test_an_old_screen_does_not_matter_where_nobody_adopted_from_that_round() -> None:
    room = with_takes()
    seen = room.revision
    room = after(room, add_premise("Rain"), ask_round(takes=1), record_take(2, 0), adopt(2, 0))
    assert names_of(events_of(room, adopt(1, 1, by=BO, seen=seen))) == ["DraftAdopted"]


def test_of_several_adoptions_the_latest_is_told() -> None:
    seen = with_takes().revision
    room = with_takes(adopt(1, 0, by=ANA), adopt(1, 1, by=BO))
    assert refusal_of(room, adopt(1, 0, seen=seen)) == no.AdoptedMeanwhile(who="Bo", letter="B", draft=2)


def test_adopting_a_take_that_is_a_draft_goes_back_to_it() -> None:
    room = with_draft(adopt(1, 1))
    assert names_of(events_of(room, adopt(1, 0))) == ["DraftChosen"]
    assert after(room, adopt(1, 0)).current == 1
    assert refusal_of(with_draft(), adopt(1, 0)) == no.AlreadyCurrent(draft=1)


@pytest.mark.parametrize(("take", "letter"), [(1, "B"), (3, "D"), (4, "?"), (-1, "?")])
def test_a_take_that_is_not_written_cannot_be_adopted(take: int, letter: str) -> None:
    room = with_premise(ask_round(), record_take(1, 0))
    assert refusal_of(room, adopt(1, take)) == no.NotWrittenYet(letter=letter)


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_a_take_of_an_unknown_round_cannot_be_adopted(number: int) -> None:
    assert refusal_of(with_takes(), adopt(number, 0)) == no.NoSuchRound(round=number)


def test_a_refinement_hangs_below_the_draft_it_refined() -> None:
    note = WriteNote(at=6, by=BO, text="Darker", seed=3)
    room = with_draft(note, record_take(2, 0), record_take(2, 1), adopt(2, 1))
    assert (room.drafts[1].parent, room.current) == (1, 2)


def test_going_back_loses_nothing_and_what_follows_branches_there() -> None:
    note = WriteNote(at=6, by=BO, text="Darker", seed=3)
    room = with_draft(note, record_take(2, 0), record_take(2, 1), adopt(2, 0), GoBack(at=7, by=BO, draft=1))
    assert (room.current, len(room.drafts)) == (1, 2)
    room = after(room, note, record_take(3, 0), record_take(3, 1), adopt(3, 0))
    assert [draft.parent for draft in room.drafts] == [None, 1, 1]


def test_a_refinement_asked_for_again_after_going_elsewhere_keeps_its_parent() -> None:
    note = WriteNote(at=6, by=BO, text="Darker", seed=3)
    room = with_draft(note, record_take(2, 0), record_take(2, 1), adopt(2, 0))
    room = after(
        room, AskAgain(at=8, by=ANA, round=2, seed=5), record_take(3, 0), record_take(3, 1), adopt(3, 1)
    )
    assert room.drafts[2].parent == 1


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_going_back_to_an_unknown_draft_is_refused(number: int) -> None:
    assert refusal_of(with_draft(), GoBack(at=6, by=ANA, draft=number)) == no.NoSuchDraft(draft=number)


def test_going_back_to_where_the_room_is_is_said_so() -> None:
    assert refusal_of(with_draft(), GoBack(at=6, by=ANA, draft=1)) == no.AlreadyCurrent(draft=1)


@pytest.mark.parametrize(
    ("ending", "refusal"),
    [(Lock(at=6, by=ANA), no.RoomIsLocked()), (Close(at=6, by=ANA), no.RoomIsClosed())],
)
def test_a_room_that_is_over_takes_no_adoptions(ending: Lock | Close, refusal: no.Refusal) -> None:
    room = with_draft(adopt(1, 1), ending)
    assert refusal_of(room, adopt(1, 0)) == refusal
    assert refusal_of(room, GoBack(at=7, by=ANA, draft=1)) == refusal

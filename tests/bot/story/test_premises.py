"""Premises: anybody brings them, only their author changes them, and only words count."""

from __future__ import annotations

import pytest

from bot.story import refusals as no
from bot.story import replay
from bot.story.brief import PREMISE_LIMIT, PREMISES_LIMIT, Kind
from bot.story.commands import AddPremise, Close, EditPremise, Lock, WithdrawPremise
from tests.bot.building import ANA, BO, add_premise, after
from tests.bot.story.telling import CAI, events_of, opened, refusal_of, with_draft, with_premise

NOTHING = ["", "   ", "\n\t\n", "\u200b\u200d\ufeff", "\u202e\u2066", "\u2800", "\ufe0f"]


def edit(text: str, *, premise: int = 1, by: object = ANA, kind: Kind | None = None) -> EditPremise:
    return EditPremise.model_validate({"at": 9, "by": by, "premise": premise, "text": text, "kind": kind})


@pytest.mark.parametrize("text", NOTHING)
def test_a_premise_without_visible_words_is_refused(text: str) -> None:
    assert refusal_of(opened(), add_premise(text)) == no.NoWords()
    assert refusal_of(with_premise(), edit(text)) == no.NoWords()


@pytest.mark.parametrize("length", [PREMISE_LIMIT + 1, 4000])
def test_a_premise_that_is_too_long_is_told_by_how_much(length: int) -> None:
    too_long = no.TooLong(length=length, limit=PREMISE_LIMIT)
    assert refusal_of(opened(), add_premise("x" * length)) == too_long
    assert refusal_of(with_premise(), edit("x" * length)) == too_long


def test_a_premise_may_be_as_long_as_its_place() -> None:
    room = opened(add_premise("\u4e95" * PREMISE_LIMIT))
    assert len(room.premises[0].text) == PREMISE_LIMIT


def test_length_counts_what_is_kept_and_not_what_is_invisible() -> None:
    room = opened(add_premise("x" * PREMISE_LIMIT + "\u200b" * 500))
    assert room.premises[0].text == "x" * PREMISE_LIMIT


def test_a_text_that_composing_lengthens_is_measured_afterwards() -> None:
    doubled = add_premise("\u0958" * PREMISE_LIMIT)
    assert refusal_of(opened(), doubled) == no.TooLong(length=2 * PREMISE_LIMIT, limit=PREMISE_LIMIT)


@pytest.mark.parametrize(
    "text", ["@everyone <@1> meets <@&2>", "```\ncode\n```", "# Heading", "> quote", "<b>&amp;", "{room}"]
)
def test_mentions_fences_and_markup_are_kept_as_they_were_typed(text: str) -> None:
    assert opened(add_premise(text)).premises[0].text == text


def test_direction_marks_and_zero_width_characters_are_taken_out() -> None:
    room = opened(add_premise("A \u202ewell\u202c-dig\u200bger\u200f"))
    assert room.premises[0].text == "A well-digger"


def test_the_same_words_twice_are_refused_even_in_disguise() -> None:
    room = with_premise()
    assert refusal_of(room, add_premise("A well-digger", by=BO)) == no.SamePremise(premise=1)
    assert refusal_of(room, add_premise(" A well\u200b-digger ", by=BO)) == no.SamePremise(premise=1)


def test_a_premise_cannot_be_edited_into_the_words_of_another() -> None:
    room = with_premise(add_premise("A dry valley"))
    assert refusal_of(room, edit("A well-digger", premise=2)) == no.SamePremise(premise=1)


def test_words_that_were_withdrawn_may_be_brought_again() -> None:
    room = with_premise(WithdrawPremise(at=3, by=ANA, premise=1), add_premise("A well-digger", by=BO))
    assert [(one.id, one.author, one.withdrawn) for one in room.premises] == [(1, "1", True), (2, "2", False)]


def test_a_full_brief_takes_no_more_until_one_is_withdrawn() -> None:
    room = opened(*(add_premise(f"Premise {number}") for number in range(PREMISES_LIMIT)))
    assert refusal_of(room, add_premise("One more")) == no.TooManyPremises(limit=PREMISES_LIMIT)
    room = after(room, WithdrawPremise(at=3, by=ANA, premise=1), add_premise("One more"))
    assert len(room.premises_in_force) == PREMISES_LIMIT


def test_somebody_elses_premise_is_not_ones_own_whoever_leads() -> None:
    room = with_premise(add_premise("A dry valley", by=BO))
    mine = no.NotYours(author="Ana")
    assert refusal_of(room, edit("Mine now", by=BO)) == mine
    assert refusal_of(room, WithdrawPremise(at=3, by=BO, premise=1)) == mine
    assert refusal_of(room, WithdrawPremise(at=3, by=BO, premise=1, leads=True)) == mine
    assert refusal_of(room, WithdrawPremise(at=3, by=ANA, premise=2)) == no.NotYours(author="Bo")


def test_words_that_were_picked_up_stay_their_authors() -> None:
    picked_up = AddPremise(at=2, by=BO, kind=Kind.TWIST, text="The well was a door", author=CAI)
    room = opened(picked_up)
    premise = room.premises[0]
    assert (premise.author, premise.added_by) == (CAI.id, BO.id)
    assert room.name_of(CAI.id) == CAI.name
    assert refusal_of(room, WithdrawPremise(at=3, by=BO, premise=1)) == no.NotYours(author=CAI.name)
    assert after(room, WithdrawPremise(at=3, by=CAI, premise=1)).premises_in_force == ()


def test_picking_up_ones_own_message_is_adding_a_premise() -> None:
    own = AddPremise(at=2, by=BO, kind=Kind.TWIST, text="The well was a door", author=BO)
    assert opened(own) == opened(add_premise("The well was a door", by=BO, kind=Kind.TWIST))


@pytest.mark.parametrize("number", [-1, 0, 2, 10**9])
def test_an_unknown_premise_is_said_to_be_unknown(number: int) -> None:
    room = with_premise()
    assert refusal_of(room, edit("x", premise=number)) == no.NoSuchPremise(premise=number)
    assert refusal_of(room, WithdrawPremise(at=3, by=ANA, premise=number)) == no.NoSuchPremise(premise=number)


def test_a_withdrawn_premise_is_not_there_to_be_changed() -> None:
    room = with_premise(WithdrawPremise(at=3, by=ANA, premise=1))
    assert refusal_of(room, edit("x")) == no.NoSuchPremise(premise=1)
    assert refusal_of(room, WithdrawPremise(at=3, by=ANA, premise=1)) == no.NoSuchPremise(premise=1)


def test_an_author_edits_words_and_kind() -> None:
    room = after(with_premise(), edit("A diviner", kind=Kind.THEME))
    assert (room.premises[0].text, room.premises[0].kind) == ("A diviner", Kind.THEME)
    assert after(room, edit("A dowser")).premises[0].kind is Kind.THEME, "a kind that is not named stays"


def test_editing_nothing_is_nothing() -> None:
    assert events_of(with_premise(), edit(" A well-digger\u200b", kind=Kind.CHARACTER)) == ()


@pytest.mark.parametrize(
    ("ending", "refusal"),
    [(Lock(at=6, by=ANA), no.RoomIsLocked()), (Close(at=6, by=ANA), no.RoomIsClosed())],
)
def test_a_room_that_is_over_takes_no_premises(ending: Lock | Close, refusal: no.Refusal) -> None:
    room = replay(events_of(with_draft(), ending), with_draft())
    assert refusal_of(room, add_premise("Too late")) == refusal
    assert refusal_of(room, edit("Too late")) == refusal
    assert refusal_of(room, WithdrawPremise(at=7, by=ANA, premise=1)) == refusal

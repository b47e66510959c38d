"""Rounds: dials within their ranges, from premises in force, never too many, nothing written lost."""

from __future__ import annotations

from typing import Any

import pytest

from bot.story import refusals as no
from bot.story.commands import (
    AskAgain,
    AskRound,
    CancelRound,
    Close,
    FailRound,
    GoBack,
    Lock,
    PlaceRound,
    Reopen,
    WithdrawPremise,
    WriteNote,
)
from bot.story.decide import decide
from bot.story.model import Person
from bot.story.room import NOTE_LIMIT
from bot.story.rounds import (
    CANCELLED,
    DIAL_PRESETS,
    DIAL_RANGES,
    OPEN_ROUNDS_LIMIT,
    ROUNDS_LIMIT,
    SEED_LIMIT,
    TAKES_LIMIT,
    Dial,
    DialPreset,
    Purpose,
    RoundStatus,
)
from tests.bot.building import ANA, BO, add_premise, adopt, after, ask_round, record_take
from tests.bot.story.telling import (
    events_of,
    names_of,
    opened,
    refusal_of,
    with_draft,
    with_premise,
    with_takes,
)


def ask(**turned: Any) -> AskRound:
    return AskRound(at=3, by=ANA, seed=7, **turned)


def note(text: str = "Darker", **values: Any) -> WriteNote:
    return WriteNote(at=6, by=BO, text=text, seed=8, **values)


@pytest.mark.parametrize("dial", [Dial.TEMPERATURE, Dial.TOP_K, Dial.TOP_P])
def test_a_dial_turned_too_far_is_told_its_range(dial: Dial) -> None:
    low, high = DIAL_RANGES[dial]
    out = no.DialOutOfRange(dial=dial, low=low, high=high)
    step = 1 if dial is Dial.TOP_K else 0.01
    for value in (low - step, high + step, -1, 10**6):
        assert refusal_of(with_premise(), ask(**{dial: value})) == out
    for value in (low, high):
        assert names_of(events_of(with_premise(), ask(**{dial: value}))) == ["RoundAsked"]


@pytest.mark.parametrize("dial", ["temperature", "top_p"])
@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_a_dial_that_is_no_number_is_out_of_range(dial: str, value: float) -> None:
    refusal = refusal_of(with_premise(), ask(**{dial: value}))
    assert isinstance(refusal, no.DialOutOfRange)
    assert refusal.dial == dial


def test_every_preset_is_within_the_ranges() -> None:
    for preset in DialPreset:
        room = after(with_premise(), ask(preset=preset))
        assert room.rounds[0].dials == DIAL_PRESETS[preset]


def test_a_turned_dial_goes_over_its_preset() -> None:
    room = after(with_premise(), ask(preset=DialPreset.STEADY, temperature=1.5))
    assert room.rounds[0].dials == DIAL_PRESETS[DialPreset.STEADY].model_copy(update={"temperature": 1.5})


@pytest.mark.parametrize("takes", [-1, 0, TAKES_LIMIT + 1, 10**9])
def test_a_round_has_one_to_four_takes(takes: int) -> None:
    assert refusal_of(with_premise(), ask(takes=takes)) == no.TakesOutOfRange(limit=TAKES_LIMIT)


def test_takes_that_are_not_named_come_from_the_rooms_preset() -> None:
    assert after(with_premise(), ask()).rounds[0].takes_wanted == 3


def test_a_round_needs_a_premise_in_force() -> None:
    assert refusal_of(opened(), ask()) == no.NothingToWriteFrom()
    room = with_premise(WithdrawPremise(at=3, by=ANA, premise=1))
    assert refusal_of(room, ask()) == no.NothingToWriteFrom()


def test_a_round_is_written_from_the_premises_of_its_moment() -> None:
    room = with_premise(
        add_premise("A dry valley"),
        ask_round(),
        WithdrawPremise(at=4, by=ANA, premise=1),
        add_premise("Rain"),
        AskAgain(at=5, by=BO, round=1, seed=9),
    )
    assert [one.premises for one in room.rounds] == [(1, 2), (2, 3)]


def test_enough_rounds_on_their_way_are_enough_until_one_is_done() -> None:
    room = with_premise(*(ask_round(takes=1) for _ in range(OPEN_ROUNDS_LIMIT)))
    assert refusal_of(room, ask()) == no.TooManyRounds(limit=OPEN_ROUNDS_LIMIT)
    assert refusal_of(room, AskAgain(at=4, by=ANA, round=1, seed=1)) == no.TooManyRounds(
        limit=OPEN_ROUNDS_LIMIT
    )
    after(after(room, record_take(1, 0)), ask())
    after(after(room, FailRound(at=4, round=1, reason="writer_failed")), ask())


def test_a_room_holds_only_so_many_rounds() -> None:
    room = with_premise()
    for number in range(1, ROUNDS_LIMIT + 1):
        room = after(room, ask_round(takes=1), record_take(number, 0))
    assert refusal_of(room, ask()) == no.RoomIsFull(limit=ROUNDS_LIMIT)


@pytest.mark.parametrize("number", [-1, 0, 2])
def test_again_needs_the_round_it_repeats(number: int) -> None:
    assert refusal_of(with_takes(), AskAgain(at=4, by=ANA, round=number, seed=1)) == no.NoSuchRound(
        round=number
    )


def test_again_is_like_the_earlier_round_with_another_seed() -> None:
    room = with_takes(AskAgain(at=5, by=BO, round=1, seed=99))
    first, again = room.rounds
    assert (again.takes_wanted, again.dials, again.purpose) == (
        first.takes_wanted,
        first.dials,
        first.purpose,
    )
    assert (again.seed, again.asked_by, again.again_of) == (99, BO.id, 1)


def test_again_on_a_refinement_refines_the_same_draft_by_the_same_note() -> None:
    room = with_draft(note(), AskAgain(at=7, by=ANA, round=2, seed=9))
    assert (room.rounds[2].purpose, room.rounds[2].draft, room.rounds[2].note) == (Purpose.REFINEMENT, 1, 1)


def test_every_take_and_attempt_has_a_seed_of_its_own_that_an_engine_accepts() -> None:
    one = after(with_premise(), ask_round(seed=SEED_LIMIT, takes=4)).rounds[0]
    seeds = [one.seed_of(take, attempt) for take in range(4) for attempt in range(3)]
    assert len(set(seeds)) == 12
    assert all(0 <= seed <= SEED_LIMIT for seed in seeds)


def test_a_note_needs_a_draft() -> None:
    assert refusal_of(with_takes(), note()) == no.NoDraftYet()


def test_a_note_asks_for_a_refinement_of_the_current_draft() -> None:
    room = with_draft()
    assert names_of(events_of(room, note())) == ["NoteWritten", "RoundAsked"]
    asked = after(room, note(" Darker\u200b ")).rounds[1]
    assert (asked.purpose, asked.draft, asked.note, asked.takes_wanted) == (Purpose.REFINEMENT, 1, 1, 2)
    assert after(room, note(" Darker\u200b ")).notes[0].text == "Darker"


def test_a_note_on_a_draft_that_moved_on_is_told_where_to() -> None:
    room = with_draft(adopt(1, 1))
    assert refusal_of(room, note(draft=1)) == no.DraftMovedOn(seen=1, current=2)
    back = after(room, GoBack(at=6, by=ANA, draft=1))
    assert names_of(events_of(back, note(draft=1))) == ["NoteWritten", "RoundAsked"]


@pytest.mark.parametrize("text", ["", " \n ", "\u200b\u202e", "\ufe0f"])
def test_a_note_without_visible_words_is_refused(text: str) -> None:
    assert refusal_of(with_draft(), note(text)) == no.NoWords()


def test_a_note_that_is_too_long_is_told_by_how_much() -> None:
    length = NOTE_LIMIT + 1
    assert refusal_of(with_draft(), note("x" * length)) == no.TooLong(length=length, limit=NOTE_LIMIT)
    after(with_draft(), note("x" * NOTE_LIMIT))


def test_takes_that_come_out_of_order_stand_in_order() -> None:
    room = with_premise(ask_round(takes=3), record_take(1, 2), record_take(1, 0))
    assert room.rounds[0].status is RoundStatus.OPEN
    room = after(room, record_take(1, 1))
    assert [take.letter for take in room.rounds[0].takes] == ["A", "B", "C"]
    assert room.rounds[0].status is RoundStatus.WRITTEN


def test_a_take_written_twice_is_kept_once() -> None:
    room = with_premise(ask_round(), record_take(1, 0, "First"))
    assert events_of(room, record_take(1, 0, "Second")) == ()


@pytest.mark.parametrize("take", [-1, 2, 99])
def test_a_take_that_nobody_wanted_is_too_late(take: int) -> None:
    assert refusal_of(with_premise(ask_round(takes=2)), record_take(1, take)) == no.RoundIsOver()


def test_a_late_result_changes_no_round_that_is_over() -> None:
    fail = FailRound(at=5, round=1, reason="writer_failed")
    written = with_takes()
    assert refusal_of(written, record_take(1, 0)) == no.RoundIsOver()
    assert refusal_of(written, fail) == no.RoundIsOver()
    given_up = with_premise(ask_round(), record_take(1, 0), fail)
    assert refusal_of(given_up, record_take(1, 1)) == no.RoundIsOver()
    assert refusal_of(given_up, fail) == no.RoundIsOver()


def test_a_round_that_is_given_up_keeps_its_takes_and_they_can_be_adopted() -> None:
    room = with_premise(ask_round(), record_take(1, 1), FailRound(at=5, round=1, reason="writer_failed"))
    assert (room.rounds[0].status, room.rounds[0].failure) == (RoundStatus.FAILED, "writer_failed")
    assert after(room, adopt(1, 1)).current == 1


@pytest.mark.parametrize(
    "command",
    [record_take(9, 0), FailRound(at=5, round=9, reason="x"), PlaceRound(at=5, round=9, message="m")],
)
def test_the_worker_is_told_of_a_round_that_is_none(command: Any) -> None:
    assert refusal_of(with_premise(), command) == no.NoSuchRound(round=9)


def test_a_round_is_placed_once_a_message() -> None:
    room = with_takes(PlaceRound(at=5, round=1, message="m"))
    assert room.rounds[0].message == "m"
    assert events_of(room, PlaceRound(at=6, round=1, message="m")) == ()
    assert after(room, PlaceRound(at=6, round=1, message="n")).rounds[0].message == "n"


@pytest.mark.parametrize(
    ("ending", "refusal"),
    [(Lock(at=6, by=ANA), no.RoomIsLocked()), (Close(at=6, by=ANA), no.RoomIsClosed())],
)
def test_a_room_that_is_over_takes_no_rounds_and_no_notes(ending: Any, refusal: no.Refusal) -> None:
    room = with_draft(ending)
    for command in (ask(), AskAgain(at=7, by=ANA, round=1, seed=1), note()):
        assert refusal_of(room, command) == refusal
    assert names_of(events_of(after(room, Reopen(at=8, by=ANA)), ask())) == ["RoundAsked"]


def test_what_was_under_way_when_a_room_was_locked_is_kept() -> None:
    room = with_draft(ask_round(takes=1), Lock(at=6, by=ANA), record_take(2, 0, "Just in time"))
    assert room.rounds[1].takes[0].text == "Just in time"


def test_a_round_is_taken_back_by_who_asked_or_who_leads_and_by_nobody_else() -> None:
    room = with_premise(ask_round(by=BO), record_take(1, 0))
    dee = Person(id="9", name="Dee")
    assert decide(room, cancel(dee)) == no.NotYourRound(round=1, asker="Bo", leader="Ana")
    own = with_premise(ask_round())
    assert decide(own, cancel(dee)) == no.OnlyTheAsker(round=1, asker="Ana")
    for command in (cancel(BO), cancel(ANA), cancel(dee, leads=True)):
        taken_back = after(room, command)
        one = taken_back.rounds[0]
        assert (one.status, one.failure) == (RoundStatus.FAILED, CANCELLED)
        assert one.cancelled_by == command.by.id
        assert [take.number for take in one.takes] == [0], "what is written stays"
        again = decide(taken_back, cancel(ANA))
        assert again == no.AlreadyCancelled(round=1, who=command.by.name)
        late = decide(taken_back, record_take(1, 1))
        assert late == no.RoundIsOver(), "its worker comes too late"


def test_a_round_is_taken_back_from_its_own_message_and_from_no_other() -> None:
    room = with_premise(ask_round(), PlaceRound(at=5, round=1, message="8"))
    pressed = cancel(ANA).model_copy(update={"message": "7"})
    assert decide(room, pressed) == no.NotItsMessage(round=1)
    for its in ("8", None):
        told = pressed.model_copy(update={"message": its})
        assert names_of(events_of(room, told)) == ["RoundFailed"]


def test_what_is_over_cannot_be_taken_back() -> None:
    room = with_premise(ask_round(), record_take(1, 0), record_take(1, 1))
    assert decide(room, cancel(ANA)) == no.AlreadyWritten(round=1)
    failed = with_premise(ask_round(), FailRound(at=5, round=1, reason="writer_failed"))
    assert decide(failed, cancel(ANA)) == no.RoundIsOver()
    assert decide(failed, cancel(ANA, number=7)) == no.NoSuchRound(round=7)


def cancel(by: Person, *, number: int = 1, leads: bool = False) -> CancelRound:
    return CancelRound(at=9, by=by, leads=leads, round=number)
